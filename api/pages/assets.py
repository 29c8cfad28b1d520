"""What pages are made of: style sheets and scripts, each under an address that changes with its content."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from flask import Response, request, send_from_directory, url_for

from api.http.access import NO_TOKEN_ASKED, allow
from api.pages.routes import site
from api.pages.vendored import STATIC

FOR_EVER: Final = "public, max-age=31536000, immutable"


@site.get("/static/<path:name>")
@allow(NO_TOKEN_ASKED)
def static(name: str) -> Response:
    """A part of a page."""
    response = send_from_directory(STATIC, name, max_age=0)
    if response.status_code == 200 and request.args.get("v") == digest(name):
        response.headers["Cache-Control"] = FOR_EVER
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def asset(name: str) -> str:
    """The address of a part; browsers keep it for ever, since a new content has a new address."""
    return url_for("pages.static", name=name, v=digest(name))


@cache
def digest(name: str) -> str:
    """Of the content of a part that there is."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
