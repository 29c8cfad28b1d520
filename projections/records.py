"""The aggregates as the ledger told them so far: those of late are kept, the others read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import Cursor

from domain.event import Event
from domain.ledger import read_histories
from domain.record import Record, folded

# Entries kept in memory, whatever the number of aggregates: 80 to 150 MB, and many times what an agglomeration records.
# A record that does not fit costs the history of an operation, read and folded again, at nearly every entry.
ROOM = 50_000


class Records:
    """A bounded memory of aggregates; one is used only at the version that is asked for."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[UUID, Record] = OrderedDict()
        self._entries = 0

    def before(self, cursor: Cursor[Any], batch: Iterable[tuple[int, Event]]) -> dict[UUID, Record | None]:
        """The aggregates of a batch as they were just before it; None for those that begin in it."""
        first: dict[UUID, int] = {}
        for _, event in batch:
            first.setdefault(event.originator_id, event.version)
        found = {id: self._take(id, version - 1) for id, version in first.items()}
        absent = {id: first[id] for id, record in found.items() if record is None and first[id] > 1}
        if absent:
            histories = read_histories(cursor, list(absent), absent)
            found |= {id: folded(history) for id, history in histories.items()}
        return found

    def keep(self, records: Iterable[Record | None]) -> None:
        """Remember aggregates as they are now; those used least lately make room."""
        for record in records:
            if record is not None:
                self._kept[record.id] = record
                self._entries += len(record.entries)
        while self._entries > self._room:
            _, record = self._kept.popitem(last=False)
            self._entries -= len(record.entries)

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self._entries = 0

    def _take(self, id: UUID, version: int) -> Record | None:
        """Whoever takes an aggregate changes it, so it is not kept until it is given back."""
        record = self._kept.pop(id, None)
        if record is not None:
            self._entries -= len(record.entries)
        return record if record is not None and record.version == version else None
