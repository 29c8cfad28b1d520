"""Register files for the tests: the real one, and small ones written line by line."""

import csv
import json
from collections.abc import Mapping
from importlib.resources import files
from io import StringIO
from typing import Any, TypeVar

from api.imports.examining import Findings, examine
from api.imports.reading import COLUMNS, read_table
from api.imports.telling import Import
from domain.agreement import Agreement
from domain.operation import Operation
from domain.record import Record
from domain.reference.partners import find_by_name
from tests.story import AUTHORITY, COMMAND, NOW

R = TypeVar("R", bound=Record)

REAL = files("domain.reference").joinpath("cavm_operations.csv").read_bytes()
CARPEAUX = {
    "record": "operation",
    "reference": "CARPEAUX",
    "title": "Anzin : Carpeaux",
    "communes_insee": "59014",
    "planned_on": "2008-02",
    "source_url": "https://www.example.org/carpeaux",
}
FRAME = {
    "record": "agreement",
    "reference": "CONVENTION",
    "title": "Convention pluriannuelle",
    "owner": "CA Valenciennes Métropole",
    "milestones": '[{"kind": "agreement_signed", "on": "2019-09"}]',
}


def real_rows() -> list[dict[str, Any]]:
    """The real register as plain values, read here without any of the importer's code."""
    rows: list[dict[str, Any]] = list(csv.DictReader(StringIO(REAL.decode("utf-8"))))
    for row in rows:
        row["commitments"], row["milestones"] = json.loads(row["commitments"]), json.loads(row["milestones"])
    return rows


def line(base: Mapping[str, str] = CARPEAUX, **cells: Any) -> dict[str, str]:
    """A line with these cells; lists become JSON, the others are empty."""
    written = {name: value if isinstance(value, str) else json.dumps(value) for name, value in cells.items()}
    return dict.fromkeys(COLUMNS, "") | dict(base) | written


def register(*lines: Mapping[str, str], separator: str = ",", end: str = "\n") -> bytes:
    """A file of these lines under the usual header."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=separator, lineterminator=end)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode("utf-8")


def real_with(reference: str, **cells: str) -> bytes:
    """The real register with other cells in one line."""
    rows = list(csv.DictReader(StringIO(REAL.decode("utf-8"))))
    return register(*(row | cells if row["reference"] == reference else row for row in rows))


def examined(data: bytes, standing: Mapping[str, Record] | None = None) -> Findings:
    """What becomes of the lines of a file on a ledger that holds these records."""
    table = read_table(data)
    taking = Import(AUTHORITY, table.sha256, NOW, COMMAND)

    def find(cls: type[R], reference: str) -> R | None:
        found = (standing or {}).get(reference)
        return found if isinstance(found, cls) else None

    return examine(table, taking, find=find, find_partner=find_by_name)


def told(*lines: Mapping[str, str]) -> dict[str, Operation | Agreement]:
    """The records that good lines tell, by reference."""
    found = examined(register(*lines))
    assert found.refused == []
    return {row.reference: record for row, record in found.accepted}


def refusals(data: bytes) -> list[tuple[int, str | None, str]]:
    """(line, column, reason) of all that is refused in a file."""
    return [(each.line, each.column, each.reason) for each in examined(data).refused]
