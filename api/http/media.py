"""The form of what a request brings, body and parameters, and the forms in which it takes an answer."""

from __future__ import annotations

from collections import Counter
from typing import Final
from urllib.parse import parse_qsl

from flask import Request, request
from webargs.flaskparser import is_json_request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

JSON: Final = "application/json"
PAGE: Final = "text/html"
BATCH: Final = "application/cloudevents-batch+json"

CSV: Final = "text/csv; charset=utf-8"
JSON_LINES: Final = "application/x-ndjson"

GIVEN: Final = {"/v1/feed": (JSON, BATCH), "/v1/audit.csv": (CSV,), "/v1/audit.jsonl": (JSON_LINES,)}
"""The forms that an address of the API gives, where it is not JSON alone."""


def of_api(asked: Request | None = None) -> bool:
    """The address belongs to the API for programs, whether or not there is anything at it.

    asked: where it is at hand; the present request otherwise.
    """
    path = (asked or request).path
    return path.startswith("/v1/") or path == "/v1"


def best(*forms: str) -> str | None:
    """The form that the reader likes best, the first one where it does not mind; None when it takes none of them.

    Parameters such as `charset` make no difference.
    """
    if not request.accept_mimetypes:
        return forms[0]
    taken = MIMEAccept([(each.partition(";")[0].strip(), quality) for each, quality in request.accept_mimetypes])
    return taken.best_match(forms)


def prefers_page() -> bool:
    """The reader would rather have a page than JSON. Programs that ask the API always get JSON."""
    return not of_api() and best(JSON, PAGE) == PAGE


def whole_body(req: Request) -> bytes:
    """The body of a request. Raises RequestEntityTooLarge, ClientDisconnected.

    Where no length is announced, werkzeug cuts off at the limit; where one is, it does not miss what is missing.
    """
    raw = req.get_data(cache=True)
    if req.content_length is None and len(raw) == req.max_content_length:
        raise RequestEntityTooLarge
    if req.content_length is not None and len(raw) < req.content_length:
        raise ClientDisconnected
    return raw


def parameters(req: Request) -> tuple[dict[str, str], list[str]]:
    """The parameters of an address, and the names of those that cannot be taken.

    They are given twice, hold a NUL, or are not in UTF-8: werkzeug takes all that.
    """
    if not req.query_string:
        return {}, []
    # One character a byte: the query as it was sent.
    given = parse_qsl(req.query_string.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    times = Counter(name for name, _ in given)
    wrong = [name for name, value in given if times[name] > 1 or "\0" in value or not is_utf8(value.encode("latin-1"))]
    return {text_of(name): text_of(value) for name, value in given}, [text_of(name) for name in wrong]


def text_of(sent: str) -> str:
    """What is written in UTF-8, one character a byte."""
    return sent if sent.isascii() else sent.encode("latin-1").decode(errors="replace")


def is_utf8(raw: bytes) -> bool:
    """Whether these bytes are a text as all texts here are written."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def unreadable_body(req: Request) -> str | None:
    """Why the body of a request cannot be taken, as a French sentence; None when it is plain JSON in UTF-8."""
    if req.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        return "Le corps de la demande est compressé : envoyez-le tel quel, sans Content-Encoding."
    if not is_json_request(req):
        return "Le corps de la demande doit être annoncé par Content-Type: application/json."
    if req.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        return "Le corps de la demande doit être en UTF-8 ; Content-Type annonce un autre codage."
    return None
