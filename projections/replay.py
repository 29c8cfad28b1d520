"""Tells the whole ledger to new projections, one record after the other: how a rebuild begins.

In the order of the ledger, a rebuild would read the histories of records again and again, or keep all of them in
memory, and write the row of an operation once per batch. Record by record, memory holds one record, and each row is
written once. No row depends on the order in which records are told: positions and instants are those of the ledger.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Cursor

from domain.event import Event
from domain.ledger import count_up_to, head, late_clocks, read_by_record
from domain.record import Record
from projections.progress import DAWN
from projections.projection import Projection, Told

Progressed = Callable[[int, int], None]

# Entries told between two writes.
AT_ONCE = 2000

ARRIVE = "UPDATE public.projection SET position = %s, known_at = %s WHERE name = ANY(%s)"


class NotRebuilt(Exception):
    """The ledger holds an entry that a projection cannot take in; the live tables are as they were."""


def replay(database_url: str, projections: Sequence[Projection], progress: Progressed) -> None:
    """Tell projections that know nothing yet all that the ledger holds, in one transaction.

    progress: called with the number of entries told so far, and of all. Raises NotRebuilt.
    """
    # One connection reads while the other writes without waiting for answers: PostgreSQL works beside this program.
    with (
        psycopg.connect(database_url) as source,
        psycopg.connect(database_url) as target,
        target.pipeline(),
        without_collections(),
    ):
        ledger, cursor = source.cursor(), target.cursor()
        last, latest = head(ledger), DAWN
        entries, late = count_up_to(ledger, last), late_clocks(ledger, last)
        record: Record | None = None
        for number, (position, event) in enumerate(read_by_record(source, last, at_once=AT_ONCE), 1):
            before = record if record is not None and record.id == event.originator_id else None
            latest = max(latest, event.timestamp)
            record = tell(projections, position, late.get(position, event.timestamp), event, before)
            if number % AT_ONCE == 0 or number == entries:
                write(cursor, projections)
                progress(number, entries)
        cursor.execute(ARRIVE, (last, latest, [each.schema for each in projections]))


@contextmanager
def without_collections() -> Iterator[None]:
    """Records and rows make no cycles, and to look for some at every few allocations costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def tell(
    projections: Sequence[Projection], position: int, known: datetime, event: Event, before: Record | None
) -> Record:
    """Tell one entry to all; the record that it makes."""
    try:
        if before is not None:
            for projection in projections:
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
