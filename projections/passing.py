"""Takes projections through the ledger in batches: rows and position commit together, so each entry counts once."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eventsourcing.persistence import MapperDeserialisationError
from psycopg import Connection, Cursor

from domain.event import Event
from domain.ledger import Stretch, ahead, head, read_after
from projections.parts import TRANSIENT
from projections.progress import MOVED, Progress, positions
from projections.projection import Projection, Told
from projections.records import Records
from projections.replay import clock, fault, replay

# Entries of a batch, the first one and the largest; in between each is twice the one before, as long as they are quick.
# Where one entry takes long, as in a history of thousands with hundreds of corrections, they become smaller: within
# ten seconds PostgreSQL ends the session of a follower of which it hears nothing.
FIRST, BATCH = 125, 2_000
QUICK, SLOW = 0.25, 1.0

# Further behind than this, entries are told record by record, so many at a time.
FAR, LEAP = 10_000, 50_000

# Two followers may fold the same batch; the second one finds the positions moved, and looks again.
LOCK = """
    SELECT count(*) FROM (
        SELECT name FROM public.projection WHERE name = ANY(%s) AND position = %s AND error IS NULL
        ORDER BY name FOR UPDATE
    ) AS locked
"""
MOVE = "UPDATE public.projection SET position = %s, known_at = %s WHERE name = ANY(%s) AND position < %s"
FREEZE = "UPDATE public.projection SET error = %s WHERE name = %s AND position = %s"

log = logging.getLogger(__name__)


class OtherRelease(Exception):
    """The tables were made by another release of this program: `jalon migrate` makes them anew."""


class Pass:
    """Takes some projections forward on one connection (autocommit).

    behind: the last step may have left entries that were there already.
    """

    def __init__(self, connection: Connection[Any], projections: Sequence[Projection]) -> None:
        self._connection = connection
        self._projections = {each.schema: each for each in projections}
        self._records = Records()
        self._size = FIRST
        self._no_leap_before = 0
        self.behind = True

    def step(self, limit: int | None = None) -> int:
        """Take every projection one batch further; how many entries that was, 0 when nothing is left.

        Those that have come furthest go first, so that one that is far behind keeps nobody waiting. limit: entries of
        a batch, unless the pace is to decide.
        """
        far, self.behind = self.behind, False
        taken = sum((far and self._leap(at, group)) or self._paced(at, group, limit) for at, group in self._groups())
        if taken:
            # Not within their transactions: until a commit with a notice is on the disk, no append could commit.
            self._connection.execute(f"NOTIFY {MOVED}")
        return taken

    def _paced(self, at: Progress, group: Sequence[Projection], limit: int | None) -> int:
        """One batch, of a size that the time of the last one suggests."""
        began, size = time.monotonic(), limit or self._size
        taken = self._advance(at, group, size)
        seconds = time.monotonic() - began
        if seconds > SLOW:
            self._size = max(self._size // 2, 1)
        elif taken >= size and seconds < QUICK:
            self._size = min(self._size * 2, BATCH)
        return taken

    def _leap(self, at: Progress, group: Sequence[Projection]) -> int:
        """A long stretch for projections that are far behind, record by record; 0 where it is not worth it, or fails.

        What fails is found by smaller batches, which then stop exactly before it.
        """
        cursor, names = self._connection.cursor(), [each.schema for each in group]
        # The quick look first: positions have holes, so there are at most as many entries.
        if head(cursor) - at.position < FAR or at.position < self._no_leap_before:
            return 0
        entries, last = ahead(cursor, at.position, LEAP)
        if entries < FAR:
            return 0
        stretch = Stretch(at.position, last)
        try:
            with self._connection.transaction():
                if locked(cursor, names, at.position) < len(names):
                    return 0
                began = clock(cursor, stretch, at.known)
                known = replay(self._connection, cursor, group, stretch, began)
                cursor.execute(MOVE, (last, known, names, last), prepare=True)
            self.behind = True
            return entries
        except TRANSIENT:
            raise
        except Exception as error:
            log.warning("No leap to position %s (%s): going on in batches", last, error)
            self._no_leap_before = last
            return 0
        finally:
            for projection in group:
                projection.forget()

    def _groups(self) -> list[tuple[Progress, list[Projection]]]:
        """The projections that go on, by where they are. Raises OtherRelease."""
        found = {each.name: each for each in positions(self._connection.cursor(), *self._projections)}
        for schema, projection in self._projections.items():
            if schema not in found or found[schema].version != projection.version:
                raise OtherRelease(
                    f"The tables of {schema} were made by another release of this program: jalon migrate."
                )
        groups: dict[int, list[Progress]] = {}
        for each in sorted(found.values(), key=lambda at: at.position, reverse=True):
            if each.error is None:
                groups.setdefault(each.position, []).append(each)
        # One that was built alone, and is whole, may not know the clock yet.
        return [
            (max(group, key=lambda at: at.known), [self._projections[each.name] for each in group])
            for group in groups.values()
        ]

    def _advance(self, at: Progress, group: Sequence[Projection], limit: int) -> int:
        """One batch for projections that are at the same place; where it fails, narrow down to what fails."""
        try:
            return self._take(at, group, limit)
        except TRANSIENT:
            raise
        except MapperDeserialisationError:
            # Nobody can go past an entry that this program cannot read: come as near as possible, then stop loudly.
            if limit == 1:
                raise
            return self._advance(at, group, max(limit // 10, 1))
        except Exception as error:
            if len(group) > 1:
                return sum(self._advance(at, [each], limit) for each in group)
            if limit > 1:
                return self._advance(at, group, max(limit // 10, 1))
            self._freeze(at, group[0], error)
            return 0

    def _take(self, at: Progress, group: Sequence[Projection], limit: int) -> int:
        cursor = self._connection.cursor()
        batch = read_after(cursor, at.position, limit)
        self.behind |= len(batch) == limit
        if not batch:
            return 0
        names = [each.schema for each in group]
        try:
            # All writes of a batch are one round trip: none of them is waited for before the last.
            with self._connection.pipeline(), self._connection.transaction():
                if locked(cursor, names, at.position) == len(names):
                    known = self._fold(cursor, at, group, batch)
                    for projection in group:
                        projection.flush(cursor)
                        projection.settle(cursor)
                    last = batch[-1][0]
                    cursor.execute(MOVE, (last, known, names, last), prepare=True)
        except BaseException:
            self._records.clear()
            raise
        finally:
            for projection in group:
                projection.forget()
        return len(batch)

    def _fold(
        self, cursor: Cursor[Any], at: Progress, group: Sequence[Projection], batch: list[tuple[int, Event]]
    ) -> datetime:
        """Each entry changes its aggregate once, and every projection is told; when the last entry was known."""
        records, known = self._records.before(cursor, batch), at.known
        watching = [each for each in group if each.watches]
        for position, event in batch:
            before, known = records[event.originator_id], max(known, event.timestamp)
            if before is not None:
                for projection in watching:
                    projection.before(before)
            record = event.mutate(before)
            records[event.originator_id] = record
            told = Told(position, known, event, record)
            for projection in group:
                projection.fold(told)
        self._records.keep(records.values())
        return known

    def _freeze(self, at: Progress, projection: Projection, error: Exception) -> None:
        """Stop one projection exactly before the entry that it cannot take in, and say which one it is."""
        cursor = self._connection.cursor()
        ((position, event),) = read_after(cursor, at.position, 1)
        before = self._records.before(cursor, [(position, event)])[event.originator_id]
        told = fault(position, event, before, error)
        cursor.execute(FREEZE, (told, projection.schema, at.position))
        log.error("%s is frozen before %s", projection.schema, told, exc_info=error)


def locked(cursor: Cursor[Any], names: list[str], position: int) -> int:
    """Lock the projections that are still at that position; how many they are."""
    row = cursor.execute(LOCK, (names, position), prepare=True).fetchone()
    return row[0] if row else 0
