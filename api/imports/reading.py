"""A register file as lines: bytes in, cells by column out, each with the number of the line where it starts."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from typing import Any

from api.imports.cells import Unreadable, shown, written

COLUMNS = (
    *("record", "reference", "title", "programme", "theme", "communes_insee", "part_of", "site"),
    *("owner", "planned_on", "cost_eur", "cost_basis", "commitments", "milestones", "source_url", "source_note"),
)
"""All are needed, in any order; an empty cell means that no source says it.

record: `operation` or `agreement`. part_of: reference of the agreement or operation that contains this one.
communes_insee: INSEE codes separated by `;`. owner: name or code of a partner, for an agreement its leader.
planned_on and every other date: `2008-02-14`, `2008-02` or `2008`. cost_eur: euros. cost_basis: `HT`, `TTC` or
`not_stated`. commitments, milestones: JSON lists, see lists.py. source_url: addresses separated by ` | `.
source_note: for those who keep the register, not recorded.
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken, and why. column: None when no single one is at fault. reason: in French."""

    line: int
    reference: str | None
    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line, by column, surplus spaces gone. number: physical line where it starts, from 1."""

    number: int
    cells: dict[str, str]

    @property
    def reference(self) -> str:
        return self.cells["reference"]


@dataclass(frozen=True, slots=True)
class Table:
    """What could be read of a file. sha256: of its bytes, 64 hex digits."""

    sha256: str
    lines: list[Line]
    refused: list[Refused]


def read_table(data: bytes) -> Table:
    """The lines of a register: UTF-8 with or without BOM, `,` or `;`, any line ends.

    What cannot be read is refused line by line; without a readable header no line is read.
    """
    table = Table(hashlib.sha256(data).hexdigest(), [], [])
    # Bytes that are not UTF-8 become lone surrogates here, so that each cell which holds some is refused by its name.
    text = data.decode("utf-8-sig", errors="surrogateescape")
    rows = _rows(text)
    first = next(rows, None)
    header = list(_header(first))
    table.refused.extend(each for each in header if isinstance(each, Refused))
    if not table.refused:
        names = [each for each in header if isinstance(each, str)]
        table.lines.extend(_lines(rows, names, table.refused))
    return table


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Line number, then the fields or what keeps them from being read; blank lines are left out."""
    lines = iter(StringIO(text, newline=""))
    first = next(lines, "")
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(chain([first], lines), delimiter=separator, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield start, _unreadable(str(error))
            continue
        if any(field.strip() for field in fields):
            yield start, fields


def _unreadable(problem: str) -> str:
    if "unexpected end of data" in problem:
        return "un guillemet s'ouvre sur cette ligne et ne se referme jamais : la suite du fichier est illisible"
    if "field limit" in problem:
        return f"un champ dépasse {csv.field_size_limit()} caractères (guillemet jamais refermé ?)"
    return "guillemets mal placés : un champ entre guillemets double ceux qu'il contient"


def _header(first: tuple[int, list[str] | str] | None) -> Iterator[str | Refused]:
    """The names of the columns, in file order, or what is wrong with them."""
    if first is None:
        yield Refused(1, None, None, "le fichier est vide")
        return
    number, fields = first
    if isinstance(fields, str):
        yield Refused(number, None, None, fields)
        return
    try:
        names = [written(field) for field in fields]
    except Unreadable as error:
        yield Refused(number, None, None, f"l'en-tête n'est pas lisible : {error}")
        return
    for name in COLUMNS:
        if names.count(name) != 1:
            problem = "colonne citée deux fois" if name in names else "colonne absente"
            yield Refused(number, None, name, problem)
    for name in names:
        yield name if name in COLUMNS else Refused(number, None, shown(name) or "(sans nom)", "colonne inconnue")


def _lines(rows: Iterator[tuple[int, Any]], names: list[str], refused: list[Refused]) -> Iterator[Line]:
    at = names.index("reference")
    seen: dict[str, int] = {}
    for number, fields in rows:
        reference = shown(fields[at].strip()) or None if isinstance(fields, list) and len(fields) > at else None
        if isinstance(fields, str):
            refused.append(Refused(number, None, None, fields))
        elif len(fields) != len(names):
            refused.append(Refused(number, reference, None, f"{len(fields)} champs au lieu de {len(names)}"))
        elif reference and reference in seen:
            refused.append(Refused(number, reference, "reference", f"déjà à la ligne {seen[reference]}"))
        else:
            yield Line(number, {name: field.strip() for name, field in zip(names, fields, strict=True)})
        if reference:
            seen.setdefault(reference, number)
