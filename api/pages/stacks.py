"""Bars that lie, one row below the other, each with its words beside it: parts of a sum, or figures to compare.

The words are HTML and wrap; only the bars are drawn, and stretch to whatever width there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LENGTH: Final = 100
"""The longest bar, as a part of the width there is: per cent."""


@dataclass(frozen=True)
class Segment:
    """A part of a bar. kind: of what; drawn by its class."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Row:
    """A row: bars one above the other, and the document's own row that the words come from."""

    of: Mapping[str, Any]
    bars: Sequence[Sequence[Segment]]


Amounts = Sequence[Sequence[tuple[str, float]]]
"""Of one row, bar by bar: the parts in order, each of its kind; what is not above zero is not drawn."""


def stacks(rows: Sequence[tuple[Mapping[str, Any], Amounts]]) -> list[Row]:
    """Rows of bars on one scale, so that lengths compare."""
    longest = max((drawn(bar) for _, bars in rows for bar in bars), default=0) or 1
    return [Row(of, [segments(bar, LENGTH / longest) for bar in bars]) for of, bars in rows]


def drawn(bar: Sequence[tuple[str, float]]) -> float:
    """How much of a bar is drawn."""
    return sum(max(amount, 0) for _, amount in bar)


def segments(bar: Sequence[tuple[str, float]], scale: float) -> list[Segment]:
    """The parts of a bar, end to end."""
    found: list[Segment] = []
    start = 0.0
    for kind, amount in bar:
        if amount > 0:
            found.append(Segment(kind, round(start * scale, 2), round(amount * scale, 2)))
            start += amount
    return found


LEVELS: Final = ("paid", "to_pay", "to_commit")
"""The parts of what a partner has set aside or committed, from what is done to what is left."""


def of_money(row: Mapping[str, Any], left: str = "to_commit_cents") -> Amounts:
    """Paid, committed and not paid, set aside and not committed: one bar."""
    paid, committed = row["paid_cents"], row["committed_cents"]
    return [list(zip(LEVELS, (paid, committed - max(paid, 0), row[left]), strict=True))]
