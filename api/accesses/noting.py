"""Notes each request of the API for the access log, in the request's own thread: as little as can be."""

from __future__ import annotations

from typing import Final

from flask import Response, g, request

from api.accesses.noted import Noted
from api.bearer import Bearer
from api.services import services

LOGGED: Final = "/v1/"
"""Below this, every request is noted, those that nobody answers too."""


def note(response: Response) -> Response:
    """Note the present request, once it is answered. To be registered before whatever may change the answer."""
    # Read from the environment: each look through Flask costs as much as all of these.
    environ = request.environ
    given = services()
    if given.accesses is None or not environ.get("PATH_INFO", "").startswith(LOGGED):
        return response
    rule, who = request.url_rule, g.get("principal")
    given.accesses.add(
        Noted(
            request_id=g.request_id,
            at=given.clock(),
            principal=who,
            claimed=None if who else claimed(),
            method=environ["REQUEST_METHOD"],
            rule=rule.rule if rule else None,
            named=request.view_args,
            query=environ.get("QUERY_STRING", ""),
            status=response.status_code,
            ip=environ.get("REMOTE_ADDR"),
            agent=environ.get("HTTP_USER_AGENT", ""),
        )
    )
    return response


def claimed() -> str | None:
    """The public id of the token that was sent; its secret goes no further."""
    sent = request.authorization
    bearer = Bearer.read(sent.token) if sent is not None and sent.type == "bearer" else None
    return bearer.id if bearer else None
