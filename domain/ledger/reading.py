"""Reads the ledger in its one order, with the reader's own cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, Cursor

from domain.event import Event
from domain.ledger import statements
from domain.ledger.mapper import PlainMapper
from domain.ledger.statements import statement

# LISTEN here: an append notifies at its commit.
CHANNEL = statements.channel(statements.SCHEMA, statements.EVENTS)

# Where entries are stored, for statements that join them by position: `stored.notification_id`.
STORED = f"{statements.SCHEMA}.{statements.EVENTS}"

_AFTER = statement(statements.AFTER)
_HISTORIES = statement(statements.HISTORIES)
_KNOWN = statement(statements.KNOWN)
_HEAD = statement(statements.HEAD)
_BY_RECORD = statement(statements.BY_RECORD)
_BY_RECORD_SINCE = statement(statements.BY_RECORD_SINCE)
_AHEAD = statement(statements.AHEAD)
_COUNT = statement(statements.COUNT)
_LATE = statement(statements.LATE)
LEAVES = statement(statements.LEAVES).decode()
"""The leaves of a stretch of the ledger, as a query; see `merkle`."""

_event = PlainMapper().read


class Stored(NamedTuple):
    """An entry as it is stored. id, version: of its record, and of the entry in it. state: the bytes of the column."""

    position: int
    id: UUID
    version: int
    topic: str
    state: bytes


def read_after(cursor: Cursor[tuple[Any, ...]], position: int, limit: int) -> list[tuple[int, Event]]:
    """The next entries after a position, each with its own: positions rise, with holes.

    cursor: of tuple rows. Raises MapperDeserialisationError for an entry that this code cannot read.
    """
    rows = cursor.execute(_AFTER, (position, limit), prepare=True, binary=True).fetchall()
    return [(row[0], _event(*row[1:])) for row in rows]


def read_stored(cursor: Cursor[tuple[Any, ...]], position: int, limit: int) -> list[Stored]:
    """The next entries after a position as they are stored, whether or not this code can read them."""
    rows = cursor.execute(_AFTER, (position, limit), prepare=True, binary=True).fetchall()
    return [Stored(*row) for row in rows]


def read_histories(
    cursor: Cursor[tuple[Any, ...]], ids: Sequence[UUID], before: Mapping[UUID, int]
) -> dict[UUID, list[Event]]:
    """The entries of each aggregate that come before a version of it, in order; an empty list where there are none."""
    histories: dict[UUID, list[Event]] = {id: [] for id in ids}
    wanted = ([*histories], [before[id] for id in histories])
    for row in cursor.execute(_HISTORIES, wanted, prepare=True, binary=True):
        histories[row[0]].append(_event(*row))
    return histories


def read_known(
    cursor: Cursor[tuple[Any, ...]], ids: Sequence[UUID], position: int
) -> dict[UUID, list[tuple[int, Event]]]:
    """The entries of each aggregate up to a position, each with its own; those without any are left out.

    cursor: of tuple rows.
    """
    histories: dict[UUID, list[tuple[int, Event]]] = {}
    for row in cursor.execute(_KNOWN, (list(ids), position), prepare=True, binary=True):
        histories.setdefault(row[1], []).append((row[0], _event(*row[1:])))
    return histories


def head(cursor: Cursor[tuple[Any, ...]]) -> int:
    """The last position; 0 when the ledger is empty."""
    rows = cursor.execute(_HEAD, prepare=True, binary=True).fetchall()
    return int(rows[0][0])


def ahead(cursor: Cursor[tuple[Any, ...]], position: int, limit: int) -> tuple[int, int]:
    """How many entries come after a position, counted up to a limit, and the position of the last one counted."""
    ((entries, last),) = cursor.execute(_AHEAD, (position, limit), prepare=True, binary=True).fetchall()
    return entries, last or position


def count(cursor: Cursor[tuple[Any, ...]], stretch: Stretch) -> int:
    """How many entries there are in a stretch."""
    rows = cursor.execute(_COUNT, stretch._asdict()).fetchall()
    return int(rows[0][0])


class Stretch(NamedTuple):
    """The entries after one position, up to another one, of the aggregates whose ids lie from `low` to `high`."""

    after: int
    last: int
    low: UUID = UUID(int=0)
    high: UUID = UUID(int=2**128 - 1)

    def parts(self, count: int) -> list[Stretch]:
        """As many stretches of about the same size, each with aggregates of its own: ids are digests."""
        edges = [part * 2**128 // count for part in range(count + 1)]
        return [self._replace(low=UUID(int=low), high=UUID(int=end - 1)) for low, end in pairwise(edges)]


def read_by_record(
    connection: Connection[tuple[Any, ...]], stretch: Stretch, *, at_once: int
) -> Iterator[tuple[int, Event]]:
    """The entries of a stretch, each with its position, those of one aggregate together and in order.

    What an aggregate's history holds before the stretch comes first. at_once: how many are fetched at a time. The
    connection must be in a transaction.
    """
    with connection.cursor("by_record", binary=True) as stream:
        stream.itersize = at_once
        for row in stream.execute(_BY_RECORD_SINCE if stretch.after else _BY_RECORD, stretch._asdict()):
            yield row[0], _event(*row[1:])


def late_clocks(cursor: Cursor[tuple[Any, ...]], stretch: Stretch, known: datetime | None) -> dict[int, datetime]:
    """The latest instant of recording so far, at the positions of a stretch where the entry's clock stood behind it.

    known: the latest one before the stretch.
    """
    return dict(cursor.execute(_LATE, {**stretch._asdict(), "known": known}).fetchall())
