"""What telling an operation and telling an agreement have in common: the author, the sources, what is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.imports.lists import Fact
from api.imports.row import Row
from domain.agreement import Agreement
from domain.dates import PartialDate
from domain.errors import Refusal
from domain.event import Author, Entry
from domain.operation import Operation

NOT_STATED = "non précisé"


class Untellable(Exception):
    """The ledger would refuse what the line says. column: the one at fault, where there is one."""

    def __init__(self, column: str | None, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Import:
    """One taking over of one file. authority: who records. sha256: of the file. at: instant of recording (UTC)."""

    authority: str
    sha256: str
    at: datetime
    command: UUID

    def entry(self, row: Row, on: PartialDate, note: str | None = None) -> Entry:
        """What every entry told by this line carries. The note is the source's: see `Event.explained`."""
        author = Author(
            actor="cli",
            organisation=self.authority,
            role="team",
            source=f"import:{self.sha256}/{row.line}",
            command=self.command,
            correlation=self.command,
        )
        return Entry(on=on, at=self.at, by=author, reason=note, documents=row.documents)


@contextmanager
def column(name: str, **fields: str) -> Iterator[None]:
    """A refusal of the ledger becomes one of the line's column; fields: other columns, by the field it names."""
    try:
        yield
    except Refusal as refusal:
        raise Untellable(fields.get(getattr(refusal, "field", ""), name), str(refusal)) from refusal


class Sayings:
    """What was said of things that happen once: a second source that says otherwise corrects the first."""

    def __init__(self, record: Operation | Agreement) -> None:
        self.record = record
        self.first: dict[str, int] = {}
        self.last: dict[str, PartialDate] = {}

    def said(self, thing: str, fact: Fact) -> None:
        """The record's last entry is the first word about this thing."""
        self.first[thing], self.last[thing] = self.record.version, fact.on

    def contradicted(self, thing: str, fact: Fact) -> bool:
        """Another source gives another date; one that gives none, or the same, contradicts nothing."""
        return thing in self.first and fact.on.known and fact.on != self.last[thing]

    def correct(self, thing: str, fact: Fact, entry: Entry) -> None:
        """Put the first word right with the second; both stay in sight."""
        changes: dict[str, Any] = {"on": fact.on.text}
        if fact.note:
            changes["reason"] = fact.note
        self.record.correct(target=self.first[thing], changes=changes, **entry)
        self.last[thing] = fact.on
