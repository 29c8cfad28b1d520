"""Charts as figures on paper: what Jinja needs to draw them, with the words that say the same to whoever cannot see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.scales import Bands, Linear, ticks

WIDTH, HEIGHT = 960, 280
TOP, RIGHT, BOTTOM, LEFT = 16, 8, 34, 76
NARROWEST_BAND, WIDEST_BAND = 44, 120
"""Two bars and a year under them. With more years than fit, the chart grows wider and is scrolled."""
LEAST_CENTS: Final = 100_00
"""What the axis goes up to where there is hardly any money."""


@dataclass(frozen=True)
class Bar:
    """One bar. kind: of what; drawn by its class, with a pattern of its own."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True)
class Group:
    """The bars of one year. key: None where it is unknown."""

    key: int | None
    middle: float
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Tick:
    """A line across the chart, with its figure."""

    y: float
    value: int


@dataclass(frozen=True)
class BarChart:
    """Bars side by side, year by year. left, right, base: where the axes are."""

    width: int
    height: int
    left: float
    right: float
    base: float
    groups: Sequence[Group]
    ticks: Sequence[Tick]


def bars_by_year(years: Sequence[tuple[int | None, Sequence[int]]], kinds: Sequence[str]) -> BarChart:
    """A chart of amounts by year. years: each with one amount (cents) for each kind, in order; None comes last.

    Years between the first and the last that have something are all drawn, so that time runs evenly.
    """
    found = {year: amounts for year, amounts in years if any(amounts)}
    known = [year for year in found if year is not None]
    every: list[int | None] = [*range(min(known), max(known) + 1)] if known else []
    keys = every + ([None] if None in found else [])
    lines = ticks(max([LEAST_CENTS, *(amount for amounts in found.values() for amount in amounts)]))
    width = max(WIDTH, LEFT + RIGHT + NARROWEST_BAND * len(keys))
    across = Bands(keys, LEFT, min(width - RIGHT, LEFT + WIDEST_BAND * len(keys)))
    up = Linear(0, lines[-1], HEIGHT - BOTTOM, TOP)
    one = round(across.width / len(kinds), 1)
    nothing = [0] * len(kinds)
    return BarChart(
        width=width,
        height=HEIGHT,
        left=LEFT,
        right=width - RIGHT,
        base=HEIGHT - BOTTOM,
        groups=[
            Group(
                key,
                across.middle(key),
                [
                    bar(kind, round(across(key) + one * place, 1), one, amount, up)
                    for place, (kind, amount) in enumerate(zip(kinds, found.get(key, nothing), strict=True))
                ],
            )
            for key in keys
        ],
        ticks=[Tick(up(value), int(value)) for value in lines],
    )


def bar(kind: str, x: float, width: float, amount: int, up: Linear) -> Bar:
    """A bar from the base line; what went back beyond what came hangs below it, no further than the paper goes."""
    base, end = up.start, min(up(amount), up.start + BOTTOM)
    return Bar(kind, x, min(base, end), width, round(abs(base - end), 1), amount)
