"""Takes over a register of operations (CSV): every line is recorded, or refused with line, column and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from api.imports.examining import Findings, Progress, examine
from api.imports.lists import FindPartner
from api.imports.reading import read_table
from api.imports.report import Flag, Report, Told
from api.imports.row import Row
from api.imports.telling import Import
from domain.agreement import Agreement
from domain.dates import paris_day
from domain.errors import ReferenceTaken, TooManyWriters, UnknownPartner
from domain.ledger import Command, Done, Ledger
from domain.money import figures
from domain.operation import Operation
from domain.reference.partners import find_by_name
from domain.territory import commune, is_member

ATTEMPTS = 3

WAIVED: Final[dict[str, str]] = {
    "not-funded": "démarrage sans financement publié",
    "not-started": "livraison sans démarrage connu",
    "too-many-inhabitants": "thème « centres ruraux » dans une commune de 5 000 habitants ou plus",
    "delivered-before-start": "livraison antérieure au démarrage",
    "already-started": "démarrage déjà enregistré",
    "already-abandoned": "fait postérieur à l'abandon",
    "already-delivered": "fait postérieur à la livraison",
    "same-owner": "le nouveau maître d'ouvrage est déjà celui de l'opération",
    "reason-missing": "motif absent",
}
"""Rules that history is not held to, by the code that its entries keep."""


def import_register(
    ledger: Ledger,
    data: bytes,
    *,
    command: Command,
    at: datetime,
    dry_run: bool = False,
    partial: bool = False,
    on_progress: Progress | None = None,
) -> Report:
    """Record the good lines of a file in one append: all of them, or none when a line is refused.

    partial: record the good lines even so. at: instant of recording (UTC). on_progress: called with (lines done,
    lines in all). The same file again adds nothing. Raises StoreUnavailable.
    """
    table = read_table(data)
    taking = Import(ledger.authority, table.sha256, at, command.id)
    for _ in range(ATTEMPTS):
        found = examine(table, taking, find=ledger.find, find_partner=partners_of(ledger), on_progress=on_progress)
        stopped = dry_run or (found.refused and not partial)
        try:
            position = None if stopped else _append(ledger, command, found)
        except ReferenceTaken:
            # Somebody recorded one of these lines meanwhile: look again at what is left to record.
            continue
        return _report(found, taking, dry_run=dry_run, partial=partial, position=position)
    raise TooManyWriters(reference=table.sha256)


def _append(ledger: Ledger, command: Command, found: Findings) -> int | None:
    """Position of the last entry; None when there is nothing to append."""
    records = [record for _, record in found.accepted]
    return ledger.run(command, lambda: Done(*records)).position if records else None


def partners_of(ledger: Ledger) -> FindPartner:
    """Finds a partner by the names that ship with Jalon, or by the code of one registered since."""

    def find(name: str) -> tuple[str, str | None] | None:
        if found := find_by_name(name):
            return found
        try:
            return ledger.known_partner(name), None
        except UnknownPartner:
            return None

    return find


def _report(found: Findings, taking: Import, *, dry_run: bool, partial: bool, position: int | None) -> Report:
    standing = sorted((*found.accepted, *found.unchanged), key=lambda each: each[0].line)
    missing = {record.reference: tuple(_to_complete(record)) for _, record in standing}
    flags = (flag for row, record in found.accepted for flag in _flags(row, record, taking.at))
    return Report(
        sha256=taking.sha256,
        accepted=tuple(_told(found.accepted)),
        unchanged=tuple(_told(found.unchanged)),
        refused=tuple(found.refused),
        to_complete={reference: names for reference, names in missing.items() if names},
        flags=tuple(sorted(flags, key=lambda each: each.line)),
        figures=figures(movement for _, record in found.accepted for movement in record.money.movements),
        dry_run=dry_run,
        partial=partial,
        position=position,
    )


def _told(lines: Iterable[tuple[Row, Operation | Agreement]]) -> Iterator[Told]:
    for row, record in lines:
        yield Told(row.line, row.kind, row.reference, record.version)


def _to_complete(record: Operation | Agreement) -> list[str]:
    if isinstance(record, Operation):
        return record.to_complete
    return ["cost"] if record.cost_cents is None else []


def _flags(row: Row, record: Operation | Agreement, at: datetime) -> Iterator[Flag]:
    """Communes that are no members, then rules that this history was not held to."""
    day = record.entries[0].on.counts_on(paris_day(at))
    outside = [insee for insee in row.communes if not is_member(insee, day)]
    if outside:
        names = ", ".join(known.name for known in map(commune, outside) if known)
        whole = "hors agglomération" if len(outside) == len(row.communes) else "en partie hors agglomération"
        yield Flag(row.line, row.reference, f"{whole} : {names}")
    for code in dict.fromkeys(code for entry in record.entries for code in entry.waived):
        yield Flag(row.line, row.reference, WAIVED.get(code, code))
