"""The trail as a file: one line per entry, in the order of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from api.exports.dialects import Dialect, Euros
from api.exports.stream import End
from api.http.json import dump
from api.v1.documents.audit import as_stored, entry, label, line
from domain.vocabulary import ROLES
from projections.trail_search import Entry

Batches = Iterator[list[Entry]]

COLUMNS: Final = {
    "position": "position",
    "record": "registre",
    "reference": "référence",
    "version": "n°",
    "type": "type",
    "label": "libellé",
    "on": "date du fait",
    "true_from": "compte à partir du",
    "recorded_at": "enregistré (UTC)",
    "recorded_on": "jour d'enregistrement",
    "delay_days": "délai (jours)",
    "late": "tardif",
    "recorded_by": "auteur",
    "organisation": "organisation",
    "role": "rôle",
    "role_label": "rôle (libellé)",
    "on_behalf_of": "pour le compte de",
    "credential": "jeton",
    "command": "commande",
    "source": "source",
    "partner": "partenaire",
    "amount_eur": "montant (€)",
    "reason": "motif",
    "documents": "pièces",
    "corrects": "rectifie n°",
    "voided_by": "rectifié par n°",
    "changes": "changements",
}
"""The names of the columns, for programs and for readers."""


def as_csv(batches: Batches, dialect: Dialect) -> Iterator[bytes]:
    """A table with one row per entry; for French readers its columns have French names."""
    names = COLUMNS.values() if dialect.guarded else COLUMNS.keys()
    yield dialect.mark.encode() + dialect.lines([[*names]])
    for rows in batches:
        yield dialect.lines(map(cells, rows))


def cells(row: Entry) -> list[Any]:
    """An entry, in the order of the columns."""
    said = row.said()
    by = said.by
    return [
        row.position,
        row.record,
        row.reference,
        row.version,
        row.topic,
        label(row.topic),
        said.on,
        row.true_from,
        said.timestamp,
        row.day,
        row.delay,
        row.late,
        by.actor,
        by.organisation,
        by.role,
        ROLES.get(by.role, by.role),
        by.on_behalf_of,
        by.credential,
        by.command,
        by.source,
        row.partner,
        None if row.amount_cents is None else Euros(row.amount_cents),
        said.reason,
        " ; ".join(f"{each.title} ({each.sha256 or 'sans empreinte'})" for each in said.documents),
        row.corrects,
        row.voided_by,
        row.changes,
    ]


def as_json_lines(batches: Batches, *, stored: bool, end: Callable[[int], dict[str, Any]]) -> Iterator[bytes]:
    """One JSON object per line. stored: with the bytes of each entry, for whoever checks them. end: see `ending`."""
    show = with_stored if stored else line
    count = 0
    for rows in batches:
        count += len(rows)
        yield b"".join(dump(show(row)) + b"\n" for row in rows)
    yield dump(end(count)) + b"\n"


def with_stored(row: Entry) -> dict[str, Any]:
    """An entry with what is stored of it, as `jalon export events` writes it."""
    return {**entry(row), "stored": as_stored(row)}


def ending(end: End, entries: int) -> dict[str, Any]:
    """The last line of a file, without which it is not whole."""
    return {"ends_at": end.position, "entries": entries, "checkpoint": end.note}
