"""Answering with what lies ready: token and document come in one round trip, and PostgreSQL is not asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import msgspec
import psycopg
from flask import Response, current_app, g, request

from api.published.shelf import Away, Found, Key
from api.services import services
from api.v1.documents.feed import Entry
from domain.ledger import StoreUnavailable
from projections.access import TokenRow

if TYPE_CHECKING:
    from api.http.access import Principal

NO_DOCUMENT = Key("none", "none")

token: Callable[[bytes], TokenRow] = msgspec.json.Decoder(TokenRow).decode
entry: Callable[[bytes], Entry] = msgspec.json.Decoder(Entry).decode


def look_up(id: str) -> Found | None:
    """What lies ready for the present request: the token of that id, and the document that is asked for."""
    shelf = services().shelf
    if shelf is None:
        return None
    try:
        g.lying = shelf.find(id, document(), request.headers.get("If-None-Match", ""))
    except (Away, psycopg.OperationalError):
        return None
    return cast("Found | None", g.lying)


def after(position: int, limit: int) -> tuple[int, list[Entry]] | None:
    """The position reached, and the entries that lie ready after another; None: PostgreSQL is to be asked."""
    shelf = services().shelf
    if shelf is None:
        return None
    try:
        found = shelf.after(position, limit)
    except (Away, psycopg.OperationalError):
        return None
    return found and (found[0], [entry(each) for each in found[1]])


def document() -> Key:
    """What the present request asks for, by the name under which it would lie ready."""
    kind = getattr(current_app.view_functions[request.endpoint or ""], "published", None)
    return Key(kind, *request.view_args.values()) if kind and request.view_args else NO_DOCUMENT


def answer() -> Response | None:
    """The document that lies ready, where it answers the present request; None: PostgreSQL is to be asked.

    Where PostgreSQL is away, the last one, marked as such. Raises StoreUnavailable where there is none.
    """
    lying, stale = cast("Found | None", g.get("lying")), "stale" in g
    if lying and (lying.fresh or stale) and lying.tag and suffices(lying) and reads(lying):
        return response(lying, stale=stale)
    if stale:
        raise StoreUnavailable("PostgreSQL is away, and nothing that lies ready is an answer")
    return None


def suffices(lying: Found) -> bool:
    """Whether the request asks for nothing but the present document, as far as it has come."""
    if not request.query_string:
        return True
    asked = request.args.to_dict(flat=False)
    wanted = asked.get("min_position", [""])
    return len(asked) == len(wanted) == 1 and wanted[0].isdecimal() and int(wanted[0][:20]) <= lying.position


def reads(lying: Found) -> bool:
    """Whether the reader may read it; who may not is told so by the route."""
    return cast("Principal", g.principal).reads(*lying.readers)


def response(lying: Found, *, stale: bool) -> Response:
    """The document, or 304 where the reader has it."""
    headers = [
        ("ETag", f'"{lying.tag}"'),
        ("Jalon-Position", str(lying.position)),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Authorization"),
    ]
    if stale:
        headers.append(("Jalon-Stale", "true"))
    status = 200 if lying.body is not None else 304
    return Response(lying.body or b"", status, headers, content_type="application/json")
