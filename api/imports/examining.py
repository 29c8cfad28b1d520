"""What becomes of each line: to be recorded, recorded already, or refused. Nothing is appended here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from api.imports.agreements import tell_agreement
from api.imports.comparing import changed_columns, imported
from api.imports.lists import FindPartner
from api.imports.operations import tell_operation
from api.imports.ordering import ordered
from api.imports.reading import Refused, Table
from api.imports.row import Row, read_row
from api.imports.telling import Import, Untellable
from domain.agreement import Agreement
from domain.dates import PartialDate, paris_day
from domain.operation import Operation
from domain.record import Record

R = TypeVar("R", bound=Record)
Progress = Callable[[int, int], None]


class Find(Protocol):
    """The record of that name as it stands in the ledger."""

    def __call__(self, cls: type[R], reference: str, /) -> R | None: ...


@dataclass(slots=True)
class Findings:
    """The lines of a file by what becomes of them; records stand beside the rows that tell them."""

    accepted: list[tuple[Row, Operation | Agreement]] = field(default_factory=list)
    unchanged: list[tuple[Row, Operation | Agreement]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def examine(
    table: Table, taking: Import, *, find: Find, find_partner: FindPartner, on_progress: Progress | None = None
) -> Findings:
    """Read, tell and compare every line. Accepted records come in the order in which they are to be appended."""
    rows, refused = _rows(table, find_partner)
    examiner = _Examiner(rows, refused, taking, find, find_partner)
    for done, row in enumerate(ordered(rows), 1):
        examiner.examine(row)
        if on_progress:
            on_progress(done, len(rows))
    examiner.findings.refused.sort(key=lambda each: each.line)
    return examiner.findings


def _rows(table: Table, find_partner: FindPartner) -> tuple[list[Row], list[Refused]]:
    rows, refused = [], list(table.refused)
    for line in table.lines:
        row = read_row(line, find_partner)
        if isinstance(row, Row):
            rows.append(row)
        else:
            refused.extend(row)
    return rows, refused


class _Examiner:
    """Knows what stands: in the ledger, and told by the lines before."""

    def __init__(
        self, rows: Sequence[Row], refused: list[Refused], taking: Import, find: Find, find_partner: FindPartner
    ) -> None:
        self.taking, self.find_partner, self._find = taking, find_partner, find
        self.findings = Findings(refused=refused)
        self.in_file = {row.reference for row in rows}
        self.refused_at = {each.reference: each.line for each in refused if each.reference}
        self.known: dict[tuple[type[Record], str], Record | None] = {}

    def examine(self, row: Row) -> None:
        """Put the line among the accepted, unchanged or refused ones."""
        try:
            self._examine(row)
        except Untellable as refusal:
            self._refuse(row, refusal.column, refusal.reason)

    def _examine(self, row: Row) -> None:
        operation, agreement = self._standing(Operation, row.reference), self._standing(Agreement, row.reference)
        standing, other = (operation, agreement) if row.kind == "operation" else (agreement, operation)
        if other:
            word = "convention" if other is agreement else "opération"
            raise Untellable("record" if imported(other) else "reference", f"{row.reference} est déjà une {word}")
        told = self._tell(row)
        if standing is None:
            self.known[type(told), row.reference] = told
            self.findings.accepted.append((row, told))
        elif changes := list(self._changes(standing, told)):
            for column, reason in changes:
                self._refuse(row, column, reason)
        else:
            self.findings.unchanged.append((row, standing))

    def _changes(self, standing: Record, told: Record) -> Iterator[tuple[str, str]]:
        """(column, reason) of what the line says otherwise than before."""
        recorded = imported(standing)
        if not recorded:
            yield "reference", "déjà prise, et pas par un registre importé"
            return
        day = PartialDate.of(paris_day(recorded[0].timestamp)).french()
        for column in changed_columns(recorded, told.entries):
            yield column, f"diffère de ce que cette ligne a enregistré le {day} : rectifier l'écriture, non le fichier"

    def _refuse(self, row: Row, column: str | None, reason: str) -> None:
        self.findings.refused.append(Refused(row.line, row.reference, column, reason))
        self.refused_at.setdefault(row.reference, row.line)

    def _tell(self, row: Row) -> Operation | Agreement:
        if row.kind == "agreement":
            return tell_agreement(row, self.taking)
        agreement, container = self._frame(row.part_of) if row.part_of else (None, None)
        return tell_operation(row, self.taking, self.find_partner, agreement=agreement, container=container)

    def _frame(self, part_of: str) -> tuple[Agreement | None, Operation | None]:
        """What contains a line: an agreement, or an operation with the agreement that contains it in turn."""
        if agreement := self._standing(Agreement, part_of):
            return agreement, None
        if container := self._standing(Operation, part_of):
            inherited = self._standing(Agreement, container.agreement) if container.agreement else None
            return inherited, container
        if part_of in self.refused_at:
            reason = f"{part_of}, qui la contient, est refusée (ligne {self.refused_at[part_of]})"
        elif part_of in self.in_file:
            reason = f"se contient elle-même, à travers {part_of}"
        else:
            reason = f"aucune convention ni opération ne porte la référence {part_of}"
        raise Untellable("part_of", reason)

    def _standing(self, cls: type[R], reference: str) -> R | None:
        """The record of that name, told by a line before or standing in the ledger."""
        if (cls, reference) not in self.known:
            self.known[cls, reference] = self._find(cls, reference)
        found = self.known[cls, reference]
        assert found is None or isinstance(found, cls)
        return found
