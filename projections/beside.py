"""Leaves that somebody kept, gone through beside the ledger: they name the very entry that is not what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from domain.ledger import Stored
from domain.ledger.merkle import Edge
from domain.ledger.notes import Head

Wrong = Literal["altered", "missing", "added"]


class Leaf(NamedTuple):
    """A leaf as somebody kept it. topic, id, version: of the entry, where the entry itself was kept."""

    position: int
    hash: bytes
    id: str | None = None
    version: int | None = None
    topic: str | None = None


class Outside(NamedTuple):
    """What is kept outside the record. name: of the file. head: what was signed. leaves: up to it, if kept too."""

    name: str
    head: Head | None
    leaves: Iterator[Leaf] | None = None


@dataclass(frozen=True)
class Deviation:
    """An entry that is not what it was. by: who says so. index: its rank; what is known of it is None otherwise."""

    wrong: Wrong
    by: str
    index: int
    position: int
    id: str | None
    version: int | None
    topic: str | None


class Beside:
    """Leaves that somebody kept, gone through beside the ledger up to the first that differs.

    signed: they are those that `head` signed, or nothing was signed. agreed: how many are those of the ledger.
    """

    def __init__(self, name: str, leaves: Iterator[Leaf], head: Head | None = None) -> None:
        self.name, self._leaves, self._head = name, leaves, head
        self.deviation: Deviation | None = None
        self.signed, self.agreed = head is None or head.size == 0, 0
        self._own = Edge()
        self._next = self._take()

    def _take(self) -> Leaf | None:
        leaf = next(self._leaves, None)
        if leaf is not None and self._head is not None and self._own.size < self._head.size:
            for _ in self._own.add(leaf.hash):
                pass
            if self._own.size == self._head.size:
                self.signed = self._own.root() == self._head.root
        return leaf

    def see(self, index: int, stored: Stored, leaf: bytes) -> None:
        """Hold the next entry against the next leaf."""
        known = self._next
        if known is None or self.deviation:
            return
        if (known.position, known.hash) == (stored.position, leaf):
            self._next = self._take()
            self.agreed += 1
        elif known.position < stored.position:
            self._missing(index, known)
        else:
            wrong: Wrong = "altered" if known.position == stored.position else "added"
            found = str(stored.id), stored.version, stored.topic
            self.deviation = Deviation(wrong, self.name, index, stored.position, *found)

    def end(self, index: int) -> None:
        """The ledger is over; what was kept may not be, and is read to the end of what was signed."""
        if self._next is not None and self.deviation is None:
            self._missing(index, self._next)
        while self._next is not None and not self.signed:
            self._next = self._take()

    def _missing(self, index: int, known: Leaf) -> None:
        found = known.id, known.version, known.topic
        self.deviation = Deviation("missing", self.name, index, known.position, *found)
