"""The entries of the records that were read of late, so that a command reads only what came since."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from domain.event import Event
from domain.record import Record, folded

# Entries kept, whatever the number of records: some 30 MB in each process that records, their records included.
ROOM = 15_000

Read = Callable[[int], Sequence[Event]]
"""Reads the entries of a record from a version on."""


class Kept(NamedTuple):
    """The entries of a record, and the record as they made it; None while somebody has it."""

    entries: Sequence[Event]
    record: Record | None


class Histories:
    """A bounded memory of entries, for all threads of a process. Entries never change, so nobody's use harms another's.

    A record changes with each command, so whoever gets one has it alone. One that is given back when the ledger has
    recorded what it holds spares the next command the telling of its whole history; for all others it is told again.

    What is remembered counts only where the ledger still ends, or goes on, as it did: its last entry is read again each
    time. A database that was restored from a copy may hold another history, or a shorter one.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[UUID, Kept] = OrderedDict()
        self._entries = 0
        self._lock = Lock()

    def get(self, id: UUID, read: Read) -> Record | None:
        """A record as the ledger has it now; None where it has no entry of that."""
        known, record = self._take(id)
        since = read(known[-1].version) if known else ()
        if not since or since[0] != known[-1]:
            record = folded(read(1))
        elif record is not None and record.version == len(known):
            for event in since[1:]:
                event.mutate(record)
        else:
            record = folded([*known, *since[1:]])
        if record is not None:
            self._keep(id, Kept(tuple(record.entries), None))
        return record

    def give_back(self, records: Iterable[Record]) -> None:
        """Remember records as the ledger has them now. Whoever gives one back leaves it alone from then on."""
        for record in records:
            self._keep(record.id, Kept(tuple(record.entries), record))

    def _take(self, id: UUID) -> Kept:
        with self._lock:
            known = self._kept.pop(id, Kept((), None))
            self._entries -= len(known.entries)
        return known

    def _keep(self, id: UUID, known: Kept) -> None:
        """Remember a history; those used least lately make room."""
        with self._lock:
            before = self._kept.pop(id, None)
            self._entries += len(known.entries) - (len(before.entries) if before else 0)
            self._kept[id] = known
            while self._entries > self._room:
                _, dropped = self._kept.popitem(last=False)
                self._entries -= len(dropped.entries)
