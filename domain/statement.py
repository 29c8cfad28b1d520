"""The statement (arrêté de situation): a name for what was known at one position of the ledger."""

from __future__ import annotations

from typing import Self, Unpack

from domain import events
from domain.errors import UnknownPosition
from domain.event import Entry
from domain.record import Record


class Statement(Record):
    """A statement, named by its code; it stands for ever."""

    TOPIC = "statement"

    def clear(self) -> None:
        """Nothing is known yet."""
        self.reference = ""
        self.title = ""
        self.position = 0

    @classmethod
    def make(cls, *, authority: str, code: str, title: str, position: int, head: int, **entry: Unpack[Entry]) -> Self:
        """Name what was known at a position. head: the last position that there is. Raises UnknownPosition."""
        if position > head:
            raise UnknownPosition(field="position", position=position)
        return cls.begin(
            events.StatementMade, authority=authority, named=code, code=code, title=title, position=position, **entry
        )
