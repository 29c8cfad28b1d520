"""Tells a long stretch of the ledger, one record after the other: how a rebuild begins, and a late follower catches up.

In the order of the ledger, one would read the histories of records again and again, or keep all of them in memory, and
write the row of an operation once per batch. Record by record, memory holds one record, and each row is written once.
No row depends on the order in which records are told: positions and instants are those of the ledger.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple

from psycopg import Connection, Cursor

from domain.event import Event
from domain.ledger import Stretch, late_clocks, read_by_record
from domain.record import Record
from projections.progress import DAWN
from projections.projection import Projection, Told

# Entries told between two writes; and seconds, after which PostgreSQL could take this program for a stopped one.
AT_ONCE, AT_MOST = 2000, 5.0

Progressed = Callable[[int], None]


class NotRebuilt(Exception):
    """The ledger holds an entry that a projection cannot take in; the live tables are as they were."""


class Clock(NamedTuple):
    """When the entries of a stretch were known. latest: the last instant of recording of all that came before it.

    late: the same at the positions where the entry's own clock stood behind, see `late_clocks`.
    """

    latest: datetime
    late: dict[int, datetime]


def clock(ledger: Cursor[Any], stretch: Stretch, latest: datetime = DAWN) -> Clock:
    """The clock of a stretch. latest: when the last entry before it was known."""
    return Clock(latest, late_clocks(ledger, stretch, None if latest == DAWN else latest))


def replay(
    source: Connection[Any],
    cursor: Cursor[Any],
    projections: Sequence[Projection],
    stretch: Stretch,
    clock: Clock,
    progress: Progressed = lambda told: None,
    *,
    fresh: bool = False,
) -> datetime:
    """Tell projections a stretch and write what they make of it; the latest instant of recording by its end.

    source: in a transaction. progress: called with the number of entries told so far. fresh: the tables are empty and
    wait for their indexes, so the rows of a record are written once, when all of it was told. Raises NotRebuilt.
    """
    record, latest, told, written = None, clock.latest, 0, Written(0, monotonic())
    watching = [each for each in projections if each.watches]
    with without_collections(), filling(projections, fresh):
        for position, event in read_by_record(source, stretch, at_once=AT_ONCE):
            before = record if record is not None and record.id == event.originator_id else None
            if (before is None or not fresh) and written.long_before(told):
                write(cursor, projections)
                progress(told)
                written = Written(told, monotonic())
            if position <= stretch.after:
                record = event.mutate(before)
                continue
            latest, told = max(latest, event.timestamp), told + 1
            known = clock.late.get(position, event.timestamp)
            record = tell(projections, watching, position, known, event, before)
        write(cursor, projections)
        for projection in projections:
            projection.settle(cursor)
            projection.forget()
    progress(told)
    return latest


class Written(NamedTuple):
    """How many entries had been told when rows were written last, and when that was."""

    told: int
    at: float

    def long_before(self, told: int) -> bool:
        """It is time to write again, when so many have been told."""
        return told - self.told >= AT_ONCE or (told > self.told and monotonic() - self.at > AT_MOST)


@contextmanager
def filling(projections: Sequence[Projection], fresh: bool) -> Iterator[None]:
    """Whether their tables are fresh, for as long as they are filled."""
    for projection in projections:
        projection.fresh = fresh
    try:
        yield
    finally:
        for projection in projections:
            projection.fresh = False


@contextmanager
def without_collections() -> Iterator[None]:
    """Records and rows make no cycles, and to look for some at every few allocations costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def tell(
    projections: Sequence[Projection],
    watching: Sequence[Projection],
    position: int,
    known: datetime,
    event: Event,
    before: Record | None,
) -> Record:
    """Tell one entry to all; the record that it makes. watching: those that look at a record before that."""
    try:
        if before is not None:
            for projection in watching:
                projection.before(before)
        record = event.mutate(before)
        told = Told(position, known, event, record)
        for projection in projections:
            projection.fold(told)
    except Exception as error:
        raise NotRebuilt(fault(position, event, before, error)) from error
    return record


def fault(position: int, event: Event, before: Record | None, error: Exception) -> str:
    """What went wrong at what entry, as an operator looks for it. before: the record before it."""
    reference = before.reference if before is not None else getattr(event, "reference", event.originator_id)
    return f"position {position}, {event.TOPIC}, {reference} n° {event.version}: {type(error).__name__}: {error}"


def write(cursor: Cursor[Any], projections: Sequence[Projection]) -> None:
    """Write what was told since the last time."""
    for projection in projections:
        projection.flush(cursor)
        projection.clear()
