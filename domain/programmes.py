"""The national and local programmes that operations come under, with what is known of their dates and rules.

A new framework is a new line of programmes.csv: no rule names a programme.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.dates import UNKNOWN, PartialDate
from domain.errors import ProgrammeClosed
from domain.reference import rows

_YES_NO: dict[str, bool | None] = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, slots=True)
class Programme:
    """A line of programmes.csv: only what a source was read for.

    An unread date is UNKNOWN, so that a rule which refuses what is certain lets it pass; allows_advance is None
    when unread. last_commitment_on: last day of a new commitment. tied_to: the programme that comes with it, shown
    beside it; no rule follows from it.
    """

    code: str
    name: str
    valid_from: PartialDate
    valid_to: PartialDate
    last_commitment_on: PartialDate
    allows_advance: bool | None
    tied_to: str | None
    source: str


def programmes() -> tuple[Programme, ...]:
    """All programmes, in file order."""
    return tuple(map(_programme, rows("programmes")))


def programme(code: str) -> Programme | None:
    """By its code as people write it (`OPAH-RU`); None for an unknown one."""
    return next((_programme(row) for row in rows("programmes") if row["code"] == code), None)


def check_commitment(code: str | None, on: PartialDate) -> Iterator[ProgrammeClosed]:
    """A programme takes no commitment certainly decided after its last day; None: under no programme, no limit."""
    known = programme(code) if code else None
    if known and on.certainly_after(known.last_commitment_on):
        yield ProgrammeClosed(programme=known.code, last_commitment_on=known.last_commitment_on, on=on)


def _programme(row: dict[str, str]) -> Programme:
    return Programme(
        code=row["code"],
        name=row["name"],
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        last_commitment_on=_date(row["last_commitment_on"]),
        allows_advance=_YES_NO[row["allows_advance"]],
        tied_to=row["tied_to"] or None,
        source=row["source"],
    )


def _date(text: str) -> PartialDate:
    return PartialDate.parse(text) if text else UNKNOWN
