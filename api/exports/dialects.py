"""How a file of values separated by commas is written: for French spreadsheets, or for programs (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

# A spreadsheet takes a text that begins so for a formula, and runs it.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
CENTS: Final = 100


@dataclass(frozen=True)
class Dialect:
    """separator: between cells. point: of decimal numbers. mark: what the file begins with. yes, no: how they are said.

    guarded: no text is taken for a formula; a program gets texts as they are.
    """

    separator: str
    point: str
    mark: str
    yes: str
    no: str
    guarded: bool

    def lines(self, rows: Iterable[Sequence[Any]]) -> bytes:
        """Rows as lines."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.separator, lineterminator="\r\n").writerows(map(self.cells, rows))
        return text.getvalue().encode()

    def cells(self, row: Sequence[Any]) -> list[Any]:
        """The values of a row as texts and whole numbers."""
        return [value if type(value) is int else self.cell(value) for value in row]

    def cell(self, value: Any) -> Any:
        """One value: dates as ISO has them, amounts as euros with their cents, nothing as an empty cell."""
        if isinstance(value, str):
            return f"'{value}" if self.guarded and value.startswith(FORMULA) else value
        if isinstance(value, bool):
            return self.yes if value else self.no
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if isinstance(value, date):
            return value.isoformat()
        return value.text(self.point) if isinstance(value, Euros) else value


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount, exact to the cent."""

    cents: int

    def text(self, point: str) -> str:
        """« -1234,05 »: a number that spreadsheets add up, so without spaces."""
        whole, cents = divmod(abs(self.cents), CENTS)
        return f"{'-' if self.cents < 0 else ''}{whole}{point}{cents:02d}"


DIALECTS: Final = {
    "fr": Dialect(separator=";", point=",", mark="\ufeff", yes="oui", no="non", guarded=True),
    "rfc4180": Dialect(separator=",", point=".", mark="", yes="true", no="false", guarded=False),
}
