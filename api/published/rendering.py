"""What is published, kind by kind: which rows it is made from, and its bytes, made by what answers from PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

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
Ready = tuple[Any, Sequence[str]]
"""A document, and the partner codes of its readers."""


class Kind(NamedTuple):
    """Documents of one kind.

    touched: a query, the names of those whose rows changed after a position; at most so many. names: in order, after a
    name. found: what some of them are made of, by their names, asked for all at once; those that are not there are left
    out. render: the document that is made of it.
    """

    touched: str
    names: Names
    found: Callable[[Cursor[Any], Sequence[str]], Mapping[str, Any]]
    render: Callable[[Any], Ready]


log = logging.getLogger(__name__)


def recognisable(token: tokens.TokenRow) -> Ready:
    """All that a token is recognised by; nobody reads it."""
    return token, ()


KINDS = {
    "token": Kind(tokens.TOUCHED, tokens.names, tokens.known, recognisable),
    "timeline": Kind(timelines.TOUCHED, timelines.names, timelines.whole, timeline.rendered),
    "commitments": Kind(totals.TOUCHED, totals.names, totals.whole, partners.rendered),
}
TOUCHED = " UNION ALL ".join(
    f"SELECT '{kind}', touched.name FROM ({each.touched}) AS touched (name)" for kind, each in KINDS.items()
)


def shape() -> str:
    """Changes whenever the same ledger may give other bytes: with the release, and with the version of any table."""
    return " ".join([version("jalon"), *(f"{each.name}/{each.version}" for each in PROJECTIONS)])


def touched_after(cursor: Cursor[Any], position: int, limit: int) -> list[Key]:
    """What changed after a position; of each kind at most `limit`."""
    return [Key(*row) for row in cursor.execute(TOUCHED, {"after": position, "limit": limit}, prepare=True)]


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
    for kind in dict.fromkeys(key.kind for key in keys):
        names = [key.name for key in keys if key.kind == kind]
        found = KINDS[kind].found(cursor, names)
        for name in names:
            yield made(Key(kind, name), found.get(name))


def made(key: Key, found: Any) -> Document:
    """A document of what it is made of."""
    try:
        content, readers = KINDS[key.kind].render(found) if found else (None, ())
    except Exception:
        log.exception("The document %s %s cannot be made", *key)
        content, readers = None, ()
    body = dump(content) if content else b""
    return Document(key, tag_of(body) if body else "", readers, body)
