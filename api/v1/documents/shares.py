"""Inhabitants and amounts side by side: what shares and figures per inhabitant are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marshmallow import fields

from api.v1.schemas import says
from domain.territory import communes, population
from projections.balance import PlaceRow


def ratio(words: str) -> fields.Float:
    """A part of a whole, or null."""
    return fields.Float(required=True, allow_none=True, metadata=says(words))


@dataclass(frozen=True)
class People:
    """The inhabitants of the member communes on a day, by INSEE code, and the vintage that counted them."""

    counts: Mapping[str, int]
    vintage: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, insee: str) -> int | None:
        """None for a commune that is not a member."""
        return self.counts.get(insee)


def people(day: date) -> People:
    """Those of a day."""
    found = [counted for each in communes() if (counted := population(each.insee, day))]
    vintage = max((each.vintage for each in found), default=day.year)
    return People({each.insee: each.inhabitants for each in found}, vintage)


@dataclass(frozen=True)
class Grounds:
    """Who lives where, and what is committed there."""

    people: People
    places: Sequence[PlaceRow]

    @property
    def communes(self) -> list[str]:
        """The members by INSEE code, then those outside that operations cover."""
        touched = {each.insee for each in self.places if each.insee}
        return [*sorted(self.people.counts), *sorted(touched - self.people.counts.keys())]

    @property
    def in_members_cents(self) -> int:
        """Committed in the member communes, what covers the whole territory left aside."""
        return sum(each.committed_cents for each in self.places if each.insee in self.people.counts)

    def committed(self, theme: str | None) -> int:
        """Committed under a theme, what falls outside the member communes left aside."""
        return sum(
            each.committed_cents
            for each in self.places
            if each.theme == theme and (each.insee is None or each.insee in self.people.counts)
        )

    def inhabitants(self, theme: str | None, *, wide: bool) -> int:
        """Of the member communes of a theme; of all of them where an operation covers the whole territory."""
        if wide:
            return self.people.total
        touched = {each.insee for each in self.places if each.theme == theme}
        return sum(count for insee, count in self.people.counts.items() if insee in touched)
