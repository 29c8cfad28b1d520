"""Pages that follow the record: each asks every few seconds whether it has moved, and for itself anew where it has."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from api.http import media
from api.http.access import EVERYONE, allow
from api.http.fields import Form, Whole
from api.http.reading import reached
from api.pages.routes import site
from api.pages.visit import load

ASK_NO_MORE: Final = 286
"""The status by which htmx ends a question that it repeats."""


class MovedQuery(Form):
    """What an open page asks."""

    after = Whole(0, 2**63 - 1, required=True)


@site.get("/moved")
@allow(EVERYONE)
def moved() -> Response:
    """Whether all that pages are read from has moved past a position: htmx is told so, and nothing else."""
    after = load(MovedQuery, request.args.to_dict())["after"]
    response = Response(status=204)
    if reached() > after:
        response.headers["HX-Trigger"] = "moved"
    return response


def signed_out() -> Response | None:
    """The answer to htmx where nobody is signed in any more: what stands on the page stays there.

    None where a person asked, who is led to the way in, or a program.
    """
    if "HX-Request" not in request.headers or media.of_api():
        return None
    return Response(status=ASK_NO_MORE if request.endpoint == f"{site.name}.{moved.__name__}" else 401)
