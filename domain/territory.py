"""Which communes belong to the authority on a day, and how many people live there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import msgspec

from domain.reference import rows

RURAL_CENTRE_LIMIT = 5_000
"""Inhabitants (population municipale): theme `rural_centre` is for communes strictly below."""

WHOLE = 10_000
"""What the weights of an operation's communes add up to: they are ten-thousandths."""

_AUTHORITY = "cavm"


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune that the register can name. epci: partner code of the inter-municipal body it belongs to.

    member_from, member_to: first and last day of membership, None where the data at hand has no limit.
    """

    insee: str
    name: str
    epci: str
    member_from: date | None
    member_to: date | None

    def is_member(self, day: date) -> bool:
        """Whether it belongs to the authority on that day."""
        begun = self.member_from is None or self.member_from <= day
        ended = self.member_to is not None and self.member_to < day
        return self.epci == _AUTHORITY and begun and not ended


class Population(msgspec.Struct, frozen=True):
    """INSEE population municipale; vintage: the year it came into force. Stored in events, so fields only get added."""

    insee: str
    inhabitants: int
    vintage: int


def communes() -> tuple[Commune, ...]:
    """Members and neighbours, by INSEE code."""
    return tuple(_communes().values())


def commune(insee: str) -> Commune | None:
    """None for a code that the reference list does not hold."""
    return _communes().get(insee)


def is_member(insee: str, day: date) -> bool:
    """False too for a code that the reference list does not hold."""
    known = commune(insee)
    return known is not None and known.is_member(day)


def population(insee: str, day: date) -> Population | None:
    """The population in force on a day; None for a commune that is not a member then.

    Vintage N is in force from 1 January N until the next one; before the first one, the first counts.
    """
    if not is_member(insee, day):
        return None
    vintages = _populations()[insee]
    return next((each for each in reversed(vintages) if each.vintage <= day.year), vintages[0])


def shared(whole: int, weights: Sequence[int]) -> tuple[int, ...]:
    """A whole number, cents or dwellings, in whole parts that follow the weights and add up to it exactly.

    What rounding down leaves goes, one by one, to the parts that lost most by it, the first ones first.
    """
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    lost = sorted(range(len(weights)), key=lambda place: (-(whole * weights[place] % total), place))
    for place in lost[: whole - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


@cache
def _communes() -> dict[str, Commune]:
    return {row["insee"]: _commune(row) for row in sorted(rows("communes"), key=lambda row: row["insee"])}


def _commune(row: dict[str, str]) -> Commune:
    return Commune(row["insee"], row["name"], row["epci"], _day(row["member_from"]), _day(row["member_to"]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _populations() -> dict[str, list[Population]]:
    """Every member's populations, oldest vintage first."""
    found: dict[str, list[Population]] = {}
    for row in sorted(rows("population"), key=lambda row: int(row["vintage"])):
        each = Population(row["insee"], int(row["population_municipale"]), int(row["vintage"]))
        found.setdefault(each.insee, []).append(each)
    return found
