"""Pages for people: made by Jinja, under a policy that lets browsers fetch our style sheet and nothing else."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Response, render_template

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        # The empty icon that keeps browsers from asking for one.
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def page(template: str, status: int = 200, **shown: Any) -> Response:
    """A page in HTML."""
    response = Response(render_template(template, **shown), status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.vary.add("Accept")
    return response


def french(text: str) -> str:
    """A French text whose signs never begin a line: a space before them holds them to their word."""
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\u00a0", text)
