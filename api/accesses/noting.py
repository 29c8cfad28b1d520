"""Notes each request for the access log, in the request's own thread: as little as can be.

What is noted is what asks about the record: the API, and the pages that only those who are signed in may read.
"""

from __future__ import annotations

from typing import Final

from flask import Response, g, request
from flask.globals import app_ctx, request_ctx

from api.accesses.noted import Noted
from api.bearer import Bearer
from api.services import services

LOGGED: Final = "/v1/"
"""Below this, every request is noted, those that nobody answers too."""

PAGES: Final = "pages"
SIGNING_IN: Final = "pages.sign_in"
SILENT: Final = frozenset({"pages.moved"})
"""Asked every few seconds by each page that is open, and told nothing but a position."""

SENT_TO_SIGN_IN: Final = 303


def note(response: Response) -> Response:
    """Note the present request, once it is answered. To be registered before whatever may change the answer."""
    # Read from the environment: each look through Flask costs as much as all of these.
    asked, here = request_ctx.request, app_ctx.g
    environ, given = asked.environ, services()
    of_api = environ.get("PATH_INFO", "").startswith(LOGGED)
    if given.accesses is None or not (of_api or of_page()):
        return response
    rule, who = asked.url_rule, here.get("principal")
    given.accesses.add(
        Noted(
            request_id=here.request_id,
            at=given.clock(),
            principal=who,
            claimed=None if who else claimed() if of_api else here.get("claimed"),
            method=environ["REQUEST_METHOD"],
            rule=rule.rule if rule else None,
            named=asked.view_args,
            query=environ.get("QUERY_STRING", ""),
            status=response.status_code if of_api or who else refused_or(response.status_code),
            ip=environ.get("REMOTE_ADDR"),
            agent=environ.get("HTTP_USER_AGENT", ""),
        )
    )
    return response


def of_page() -> bool:
    """The address belongs to a page that asks who reads, to a file or a form of one, or signs somebody in."""
    if request.blueprint != PAGES or request.endpoint in SILENT:
        return False
    return bool(g.get("allowed")) or request.endpoint == SIGNING_IN


def refused_or(status: int) -> int:
    """The status of a page that nobody was recognised for: whoever is led to the way in has been refused."""
    return 401 if status == SENT_TO_SIGN_IN else status


def claimed() -> str | None:
    """The public id of the token that was sent; its secret goes no further."""
    sent = request.authorization
    bearer = Bearer.read(sent.token) if sent is not None and sent.type == "bearer" else None
    return bearer.id if bearer else None
