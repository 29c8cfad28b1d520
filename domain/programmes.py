"""The national and local programmes that operations come under, with what is known of their dates and rules."""

from dataclasses import dataclass
from functools import cache

from domain.dates import UNKNOWN, PartialDate
from domain.reference import rows

_YES_NO: dict[str, bool | None] = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, slots=True)
class Programme:
    """A line of programmes.csv: only what a source was read for.

    An unread date is UNKNOWN, so that a rule which refuses what is certain lets it pass; allows_advance is None
    when unread. last_commitment_on: last day of a new commitment.
    """

    code: str
    name: str
    valid_from: PartialDate
    valid_to: PartialDate
    last_commitment_on: PartialDate
    allows_advance: bool | None
    source: str


def programmes() -> tuple[Programme, ...]:
    """All programmes, in file order."""
    return tuple(_programmes().values())


def programme(code: str) -> Programme | None:
    """By its code as people write it (`OPAH-RU`); None for an unknown one."""
    return _programmes().get(code)


@cache
def _programmes() -> dict[str, Programme]:
    return {row["code"]: _programme(row) for row in rows("programmes")}


def _programme(row: dict[str, str]) -> Programme:
    return Programme(
        code=row["code"],
        name=row["name"],
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        last_commitment_on=_date(row["last_commitment_on"]),
        allows_advance=_YES_NO[row["allows_advance"]],
        source=row["source"],
    )


def _date(text: str) -> PartialDate:
    return PartialDate.parse(text) if text else UNKNOWN
