"""The fundamentals of the mission as measures: balanced territories, a sustained effort, shared funding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

YEARS_COMPARED = 3
"""A year is held against the mean of this many years before it."""


@dataclass(frozen=True, slots=True)
class Effort:
    """One year of investment beside the mean of the three years before. mean_cents: None where nothing can be said."""

    mean_cents: int | None
    under_half: bool

    @property
    def insufficient_data(self) -> bool:
        """Nothing can be said of this year."""
        return self.mean_cents is None


UNJUDGED = Effort(None, under_half=False)


def effort(amounts: Mapping[int, int], year: int, *, this_year: int) -> Effort:
    """Whether a year falls under half the mean of the three years before it. amounts: euro cents by year.

    A year without any amount counts as zero, once the first one is on record. Nothing is said of a year with fewer than
    three such years before it, nor where they hold nothing in all, nor of a year that is not over.
    """
    earlier = range(year - YEARS_COMPARED, year)
    total = sum(amounts.get(each, 0) for each in earlier)
    if min(amounts, default=year) > earlier.start or total <= 0 or year >= this_year:
        return UNJUDGED
    # Compared as whole numbers: a mean that is rounded could turn the answer round.
    return Effort(divided(total, YEARS_COMPARED), under_half=amounts.get(year, 0) * 2 * YEARS_COMPARED < total)


def divided(cents: int, by: int) -> int:
    """To the nearest cent, halves upwards."""
    return (2 * cents + by) // (2 * by)


def per_inhabitant(cents: int, inhabitants: int | None) -> int | None:
    """Euro cents for each inhabitant; None where nobody is counted."""
    return divided(cents, inhabitants) if inhabitants else None


def share(part: int | None, whole: int) -> float | None:
    """A part of a whole, to four decimals; None where there is no whole, or no part is known."""
    return round(part / whole, 4) if part is not None and whole else None
