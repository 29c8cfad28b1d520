"""The trail as a file: one line per entry, in the order of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from api.exports.dialects import Dialect, Euros
from api.exports.stream import End
from api.http.json import dump
from api.v1.documents.audit import as_stored
from domain.vocabulary import ROLES
from projections.trail import NOTHING, Line
from projections.trail_search import Entry, Stored

Batches = Iterator[list[Entry]]
StoredBatches = Iterator[list[Stored]]

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
        yield dialect.lines(cells(row.read()) for row in rows)


def cells(said: Line) -> list[Any]:
    """An entry, in the order of the columns."""
    return [
        said.position,
        said.record,
        said.reference,
        said.version,
        said.type,
        said.label,
        said.on,
        said.true_from,
        said.recorded_at,
        said.recorded_on,
        said.delay_days,
        said.late,
        said.recorded_by,
        said.organisation,
        said.role,
        ROLES[said.role],
        said.on_behalf_of,
        said.credential,
        said.command,
        said.source,
        said.partner,
        None if said.amount_cents is None else Euros(said.amount_cents),
        said.reason,
        " ; ".join(f"{each.title} ({each.sha256 or 'sans empreinte'})" for each in said.documents),
        said.corrects,
        said.voided_by,
        None if said.changes == NOTHING else bytes(said.changes).decode(),
    ]


def as_json_lines(batches: Batches, *, end: Callable[[int], dict[str, Any]]) -> Iterator[bytes]:
    """One JSON object per line. end: see `ending`."""
    count = 0
    for rows in batches:
        count += len(rows)
        yield "".join(f"{row.text}\n" for row in rows).encode()
    yield dump(end(count)) + b"\n"


def as_stored_lines(batches: StoredBatches, *, end: Callable[[int], dict[str, Any]]) -> Iterator[bytes]:
    """The same with the bytes that are stored of each entry, for whoever checks them."""
    count = 0
    for rows in batches:
        count += len(rows)
        yield "".join(map(with_stored, rows)).encode()
    yield dump(end(count)) + b"\n"


def with_stored(row: Stored) -> str:
    """A line of an entry with what is stored of it, as `jalon export events` writes it."""
    return f'{row.entry.text.removesuffix("}")},"stored":{dump(as_stored(row)).decode()}}}\n'


def ending(end: End, entries: int) -> dict[str, Any]:
    """The last line of a file, without which it is not whole."""
    return {"ends_at": end.position, "entries": entries, "checkpoint": end.note}
