"""Notes each request for the access log, in the request's own thread: as little as can be.

What is noted is what asks about the record: the API, and the pages that only those who are signed in may read.
"""

from __future__ import annotations

from typing import Final

from flask import Response

from api.accesses.noted import Noted
from api.bearer import Bearer
from api.http.turn import Turn

LOGGED: Final = "/v1/"
"""Below this, every request is noted, those that nobody answers too."""

PAGES: Final = "pages"
SIGNING_IN: Final = "pages.sign_in"
SILENT: Final = frozenset({"pages.moved"})
"""Asked every few seconds by each page that is open, and told nothing but a position."""

SENT_TO_SIGN_IN: Final = 303


def note(turn: Turn, response: Response) -> None:
    """Note a request, once nothing will change its answer any more."""
    asked, here, given = turn.asked, turn.here, turn.given
    # Read from the environment: what Flask makes of it costs as much as all the rest.
    environ = asked.environ
    of_api = environ.get("PATH_INFO", "").startswith(LOGGED)
    if given.accesses is None or not (of_api or of_page(turn)):
        return
    rule, who = asked.url_rule, here.get("principal")
    given.accesses.add(
        Noted(
            request_id=here.request_id,
            at=given.clock(),
            principal=who,
            claimed=None if who else claimed(turn) if of_api else here.get("claimed"),
            method=environ["REQUEST_METHOD"],
            rule=rule.rule if rule else None,
            named=asked.view_args,
            query=environ.get("QUERY_STRING", ""),
            status=response.status_code if of_api or who else refused_or(response.status_code),
            ip=environ.get("REMOTE_ADDR"),
            agent=environ.get("HTTP_USER_AGENT", ""),
        )
    )


def of_page(turn: Turn) -> bool:
    """The address belongs to a page that asks who reads, to a file or a form of one, or signs somebody in."""
    asked = turn.asked
    if asked.blueprint != PAGES or asked.endpoint in SILENT:
        return False
    return bool(turn.here.get("allowed")) or asked.endpoint == SIGNING_IN


def refused_or(status: int) -> int:
    """The status of a page that nobody was recognised for: whoever is led to the way in has been refused."""
    return 401 if status == SENT_TO_SIGN_IN else status


def claimed(turn: Turn) -> str | None:
    """The public id of the token that was sent; its secret goes no further."""
    bearer = Bearer.sent(turn.asked.environ.get("HTTP_AUTHORIZATION", ""))
    return bearer.id if bearer else None
