"""Documents as they are sent, with all their headers: werkzeug is not to look over them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Whole(Response):
    """An answer that is sent as it stands."""

    default_mimetype = None

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return self.headers


def document(body: bytes | None, tag: str, position: int, *, stale: bool = False) -> Response:
    """A document; 304 without a body, since the reader has it.

    tag: of the body. position: of the ledger, up to which it speaks. stale: nobody knows whether there is more.
    """
    headers = [
        ("ETag", f'"{tag}"'),
        ("Jalon-Position", str(position)),
        # The same address tells each token something else, and a copy is only good after asking.
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Authorization"),
    ]
    if stale:
        headers.append(("Jalon-Stale", "true"))
    if body is None:
        return Whole([], 304, headers)
    return Whole([body], 200, [*headers, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
