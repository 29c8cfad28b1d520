"""Tables as CSV, for French spreadsheets, or for programs (RFC 4180): small ones whole, others line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["text", "cents", "number", "date"]
Dialect = Literal["french", "rfc4180"]
DIALECTS: Final[tuple[Dialect, ...]] = ("french", "rfc4180")

BOM: Final = "\ufeff"
"""Without it, spreadsheets take UTF-8 for another encoding."""

AT_ONCE: Final = 500
"""Lines that are written at a time."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be run by a spreadsheet, and anybody may have written it."""


class Column(NamedTuple):
    """name: in documents, and at the head for programs. title: at the head for people. cents: shown in euros."""

    name: str
    title: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """Rows as documents have them, and the columns that are told; a missing value is an empty cell."""

    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]


def write(table: Table, dialect: Dialect = "french") -> bytes:
    """The whole table as CSV.

    french: semicolons, a byte order mark, decimal commas, ISO dates, amounts in euros, no formulas.
    rfc4180: commas, names of the API, amounts in cents, texts as they are.
    """
    return b"".join(lines(table, dialect))


def lines(table: Table, dialect: Dialect = "french") -> Iterator[bytes]:
    """The same in handfuls of lines, as the rows come."""
    head, rows = HEADS[dialect], iter(table.rows)
    mark = BOM if dialect == "french" else ""
    yield mark.encode() + written([[head(column) for column in table.columns]], dialect)
    cell = CELLS[dialect]
    while handful := list(islice(rows, AT_ONCE)):
        yield written(
            ([cell(row.get(column.name), column.kind) for column in table.columns] for row in handful), dialect
        )


def written(rows: Iterable[Sequence[str]], dialect: Dialect) -> bytes:
    """Cells as lines."""
    made = io.StringIO()
    separator = ";" if dialect == "french" else ","
    csv.writer(made, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return made.getvalue().encode()


def for_spreadsheets(value: Any, kind: Kind) -> str:
    """A cell that a French spreadsheet reads as what it is."""
    if value is None:
        return ""
    if kind == "cents":
        return f"{'-' if value < 0 else ''}{abs(value) // 100},{abs(value) % 100:02}"
    if kind == "number":
        return str(value).replace(".", ",")
    text = str(value)
    return f"'{text}" if kind == "text" and text.startswith(FORMULA) else text


def for_programs(value: Any, _kind: Kind) -> str:
    """A cell as the API says it."""
    return "" if value is None else str(value)


HEADS: Final[dict[Dialect, Callable[[Column], str]]] = {
    "french": lambda column: f"{column.title} (€)" if column.kind == "cents" else column.title,
    "rfc4180": lambda column: column.name,
}
CELLS: Final[dict[Dialect, Callable[[Any, Kind], str]]] = {"french": for_spreadsheets, "rfc4180": for_programs}
