"""Pages for people: made by Jinja, under a policy by which browsers fetch from here alone."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Response, render_template, request

POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        # The style sheet has small pictures of its own.
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    # Our own forms are told apart from others' by where they come from, too.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # A page is its reader's own; going back to one brings back what was typed into it.
    "Cache-Control": "private, no-cache",
    "Vary": "Accept, Accept-Language, Cookie",
}
A_YEAR: Final = 365 * 24 * 3600
"""Seconds."""


def page(template: str, status: int = 200, **shown: Any) -> Response:
    """A page in HTML."""
    response = Response(render_template(template, **shown), status, HEADERS, content_type="text/html; charset=utf-8")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    return response


def french(text: str) -> str:
    """A French text whose signs never begin a line: a space before them holds them to their word."""
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\u00a0", text)
