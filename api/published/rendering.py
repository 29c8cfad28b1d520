"""What is published, kind by kind: which rows it is made from, and its bytes, made by what answers from PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

import psycopg
from psycopg import Cursor

from api.http.json import dump
from api.http.reading import tag_of
from api.published.shelf import Document, Key
from api.v1 import feed, partners, timeline
from domain.ledger import read_after
from projections import access as tokens
from projections import timeline as timelines
from projections import totals
from projections.catalogue import PROJECTIONS

Names = Callable[..., list[str]]


class Kind(NamedTuple):
    """Documents of one kind.

    touched: names of those whose rows changed after a position; at most so many. names: in order, after a name.
    render: a document with its readers; None for one that is not there.
    """

    touched: Names
    names: Names
    render: Callable[[Cursor[Any], str], tuple[Any, Sequence[str]] | None]


log = logging.getLogger(__name__)


def recognisable(cursor: Cursor[Any], id: str) -> tuple[tokens.TokenRow, Sequence[str]] | None:
    """All that a token is recognised by; nobody reads it."""
    token = tokens.token(cursor, id)
    return (token, ()) if token else None


KINDS = {
    "token": Kind(tokens.touched, tokens.names, recognisable),
    "timeline": Kind(timelines.touched, timelines.names, timeline.rendered),
    "commitments": Kind(totals.touched, totals.names, partners.rendered),
}


def shape() -> str:
    """Changes whenever the same ledger may give other bytes: with the release, and with the version of any table."""
    return " ".join([version("jalon"), *(f"{each.name}/{each.version}" for each in PROJECTIONS)])


def touched_after(cursor: Cursor[Any], position: int, limit: int) -> list[Key]:
    """What changed after a position; of each kind at most `limit`."""
    return [Key(kind, name) for kind, each in KINDS.items() for name in each.touched(cursor, position, limit)]


def told_between(cursor: Cursor[Any], after: int, until: int, limit: int) -> list[tuple[int, bytes]]:
    """The entries of the feed from one position to another, each with its own; at most `limit`."""
    found = [each for each in read_after(cursor, after, limit) if each[0] <= until]
    return [(each.position, dump(each)) for each in feed.entries_of(cursor, found)]


def every(cursor: Cursor[Any], after: Key | None, limit: int) -> list[Key]:
    """The next documents after one of them, kind by kind; an empty list at the end."""
    kinds = list(KINDS)
    kind, name = after or (kinds[0], "")
    for each in kinds[kinds.index(kind) :]:
        if found := KINDS[each].names(cursor, name if each == kind else "", limit):
            return [Key(each, name) for name in found]
    return []


def render(cursor: Cursor[Any], keys: Sequence[Key]) -> Iterator[Document]:
    """The documents of a snapshot; empty where there is none, and where making it fails: then the reader sees why."""
    for key in keys:
        try:
            found = KINDS[key.kind].render(cursor, key.name)
        except psycopg.Error:
            raise
        except Exception:
            log.exception("The document %s %s cannot be made", *key)
            found = None
        body = dump(found[0]) if found else b""
        yield Document(key, tag_of(body) if found else "", found[1] if found else (), body)
