"""What the API says of itself: `/openapi.json` for programs, and `/docs` for those who read it on a screen."""

from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, request, send_from_directory

from api.describing import description
from api.http.access import NO_TOKEN_ASKED, allow
from api.http.json import dump
from api.http.openapi import Api

STATIC: Final = Path(__file__).parent / "static"

# The reader's own browser may fetch from here alone, and run nothing that is written into the page.
STRICT: Final = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

AN_HOUR: Final = 3600
"""Seconds. What a page is made of changes with a release only, and then its ETag does."""


def blueprint(api: Api) -> Blueprint:
    """`/openapi.json` and `/docs`."""
    made = Blueprint("docs", __name__)

    @cache
    def described() -> bytes:
        """The description, made when somebody first wants it: it tells of every route."""
        return dump(description(current_app, api))

    @made.get("/openapi.json")
    @allow(NO_TOKEN_ASKED)
    def openapi() -> Response:
        """The description of the API."""
        response = Response(described(), content_type="application/json")
        response.add_etag()
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
        return response

    @made.get("/docs")
    @allow(NO_TOKEN_ASKED)
    def docs() -> Response:
        """The description as a page, where every route can be tried."""
        return guarded(send_from_directory(STATIC, "docs.html", max_age=0))

    @made.get("/docs/static/<path:name>")
    @allow(NO_TOKEN_ASKED)
    def static(name: str) -> Response:
        """What that page is made of."""
        return guarded(send_from_directory(STATIC, name, max_age=AN_HOUR))

    return made


def guarded(response: Response) -> Response:
    """A page, or a part of one, that may do no more than it needs."""
    response.headers["Content-Security-Policy"] = STRICT
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
