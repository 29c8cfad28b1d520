"""Answering with what lies ready: token and document come in one round trip, and PostgreSQL is not asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import msgspec
import psycopg
from flask import Request, Response

from api.http.turn import Turn
from api.http.whole import document
from api.published.shelf import Away, Found, Key
from api.services import services
from api.v1.documents.feed import Entry
from domain.ledger import StoreUnavailable
from projections.access import TokenRow

if TYPE_CHECKING:
    from api.http.access import Principal

NO_DOCUMENT = Key("none", "none")

# A program shows one token a thousand times: it is read once.
token: Callable[[bytes], TokenRow] = lru_cache(maxsize=1_000)(msgspec.json.Decoder(TokenRow).decode)
entry: Callable[[bytes], Entry] = msgspec.json.Decoder(Entry).decode


def look_up(id: str, turn: Turn) -> Found | None:
    """What lies ready for a request: the token of that id, and the document that is asked for."""
    shelf = turn.given.shelf
    if shelf is None:
        return None
    try:
        lying = shelf.find(id, wanted(turn), turn.asked.environ.get("HTTP_IF_NONE_MATCH", ""))
    except (Away, psycopg.OperationalError):
        return None
    turn.here.lying = lying
    return lying


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


def wanted(turn: Turn) -> Key:
    """What a request asks for, by the name under which it would lie ready."""
    kind, named = getattr(turn.view, "published", None), turn.asked.view_args
    return Key(kind, *named.values()) if kind and named else NO_DOCUMENT


def answer(turn: Turn) -> Response | None:
    """The document that lies ready, where it answers a request; None: PostgreSQL is to be asked.

    Where PostgreSQL is away, the last one, marked as such. Raises StoreUnavailable where there is none.
    """
    asked, here = turn.asked, turn.here
    lying, stale = cast("Found | None", here.get("lying")), "stale" in here
    if lying and (lying.fresh or stale) and lying.tag and suffices(lying, asked) and reads(lying, here.principal):
        return document(lying.body, lying.tag, lying.position, stale=stale)
    if stale:
        raise StoreUnavailable("PostgreSQL is away, and nothing that lies ready is an answer")
    return None


def suffices(lying: Found, asked: Request) -> bool:
    """Whether a request asks for nothing but the present document, as far as it has come."""
    if not asked.query_string:
        return True
    given = asked.args.to_dict(flat=False)
    least = given.get("min_position", [""])
    return len(given) == len(least) == 1 and least[0].isdecimal() and int(least[0][:20]) <= lying.position


def reads(lying: Found, reader: Principal) -> bool:
    """Whether somebody may read it; who may not is told so by the route."""
    return reader.reads(*lying.readers)
