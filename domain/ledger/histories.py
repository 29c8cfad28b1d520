"""The entries of the records that were read of late, so that a command reads only what came since."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from uuid import UUID

from domain.event import Event

# Entries kept, whatever the number of records: some 30 MB in each process that records.
ROOM = 20_000

Read = Callable[[int], Sequence[Event]]
"""Reads the entries of a record from a version on."""


class Histories:
    """A bounded memory of entries, for all threads of a process. Entries never change, so nobody's use harms another's.

    What is remembered counts only where the ledger still ends, or goes on, as it did: its last entry is read again each
    time. A database that was restored from a copy may hold another history, or a shorter one.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[UUID, Sequence[Event]] = OrderedDict()
        self._entries = 0
        self._lock = Lock()

    def get(self, id: UUID, read: Read) -> Sequence[Event]:
        """The entries of a record as the ledger has them now."""
        known = self._take(id)
        since = read(known[-1].version) if known else ()
        history = [*known, *since[1:]] if since and since[0] == known[-1] else read(1)
        if history:
            self._keep(id, history)
        return history

    def _take(self, id: UUID) -> Sequence[Event]:
        with self._lock:
            known = self._kept.pop(id, ())
            self._entries -= len(known)
        return known

    def _keep(self, id: UUID, history: Sequence[Event]) -> None:
        """Remember a history; those used least lately make room."""
        with self._lock:
            self._entries += len(history) - len(self._kept.pop(id, ()))
            self._kept[id] = history
            while self._entries > self._room:
                _, dropped = self._kept.popitem(last=False)
                self._entries -= len(dropped)
