"""Reads the ledger in its one order, with the reader's own cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg import Connection, Cursor

from domain.event import Event
from domain.ledger import statements
from domain.ledger.mapper import PlainMapper
from domain.ledger.statements import statement

# LISTEN here: an append notifies at its commit.
CHANNEL = statements.channel(statements.SCHEMA, statements.EVENTS)

_AFTER = statement(statements.AFTER)
_HISTORIES = statement(statements.HISTORIES)
_HEAD = statement(statements.HEAD)
_UP_TO = statement(statements.UP_TO)
_BY_RECORD = statement(statements.BY_RECORD)
_LATE = statement(statements.LATE)

_event = PlainMapper().to_domain_event


def read_after(cursor: Cursor[tuple[Any, ...]], position: int, limit: int) -> list[tuple[int, Event]]:
    """The next entries after a position, each with its own: positions rise, with holes.

    cursor: of tuple rows. Raises MapperDeserialisationError for an entry that this code cannot read.
    """
    rows = cursor.execute(_AFTER, (position, limit), prepare=True, binary=True).fetchall()
    return [(row[0], _event(StoredEvent(*row[1:]))) for row in rows]


def read_histories(
    cursor: Cursor[tuple[Any, ...]], ids: Sequence[UUID], before: Mapping[UUID, int]
) -> dict[UUID, list[Event]]:
    """The entries of each aggregate that come before a version of it, in order; an empty list where there are none."""
    histories: dict[UUID, list[Event]] = {id: [] for id in ids}
    wanted = ([*histories], [before[id] for id in histories])
    for row in cursor.execute(_HISTORIES, wanted, prepare=True, binary=True):
        histories[row[0]].append(_event(StoredEvent(*row)))
    return histories


def head(cursor: Cursor[tuple[Any, ...]]) -> int:
    """The last position; 0 when the ledger is empty."""
    rows = cursor.execute(_HEAD, prepare=True, binary=True).fetchall()
    return int(rows[0][0])


def count_up_to(cursor: Cursor[tuple[Any, ...]], position: int) -> int:
    """How many entries there are up to a position."""
    rows = cursor.execute(_UP_TO, (position,)).fetchall()
    return int(rows[0][0])


def read_by_record(
    connection: Connection[tuple[Any, ...]], position: int, *, at_once: int
) -> Iterator[tuple[int, Event]]:
    """All entries up to a position, each with its own, those of one aggregate together and in order.

    at_once: how many are fetched at a time. The connection must be in a transaction.
    """
    with connection.cursor("by_record", binary=True) as stream:
        stream.itersize = at_once
        for row in stream.execute(_BY_RECORD, (position,)):
            yield row[0], _event(StoredEvent(*row[1:]))


def late_clocks(cursor: Cursor[tuple[Any, ...]], position: int) -> dict[int, datetime]:
    """The latest instant of recording so far, at the positions where the entry's own clock stood behind it."""
    return dict(cursor.execute(_LATE, (position,)).fetchall())
