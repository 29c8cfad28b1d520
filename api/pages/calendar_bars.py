"""Operations as bars along time: the first calendar, what came of it, and how far the two lie apart. Pure.

Along time, places are per cent of the width: a chart is as wide as the paper, and its words keep their size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from api.pages.scales import Linear
from domain.dates import PartialDate

Item = Mapping[str, Any]
"""An operation as the portfolio tells of it."""

State = Literal["ahead", "delivered", "over"]

BARS_END: Final = 83
"""Per cent of the width; what lies behind is for the words at the end of a bar."""
LEAST: Final = 0.4
"""Per cent: a single day is still seen."""
MOST_YEARS: Final = 8
"""Years told on the axis: at 390 px they stand side by side."""
STEPS: Final = (1, 2, 5, 10, 20, 50, 100)


class Span(NamedTuple):
    """From one place to another, in per cent of the width."""

    x: float
    width: float


class Period(NamedTuple):
    """From one day to another."""

    first: date
    last: date


@dataclass(frozen=True)
class Row:
    """One operation. state: how its bar is drawn. open: works are under way, and no delivery is promised.

    plan: its first calendar. bar: what happened, or is promised now. elapsed: the part of it that lies behind.
    slip: from what was promised first; slip_days: as many days, negative where brought forward; running: still more
    each day.
    decided: where it was decided. words_at: where there is room for words.
    """

    item: Item
    state: State
    open: bool
    plan: Span | None
    bar: Span | None
    elapsed: Span | None
    slip: Span | None
    slip_days: int
    running: bool
    decided: float | None
    words_at: float


class Year(NamedTuple):
    """The beginning of a year that is told on the axis."""

    x: float
    year: int


@dataclass(frozen=True)
class Gantt:
    """Rows by group, in the order in which they came, with an axis that they share. today: of what is late."""

    groups: Sequence[tuple[str, Sequence[Row]]]
    years: Sequence[Year]
    today: float


@dataclass(frozen=True)
class Dates:
    """The days of one operation, before there is a scale. slip: from what was promised first to what came of it."""

    item: Item
    plan: Period | None
    bar: Period | None
    elapsed: Period | None
    slip: Period | None
    slip_days: int
    running: bool
    decided: date | None
    open: bool

    @property
    def periods(self) -> list[Period]:
        """All that is drawn."""
        told = (self.plan, self.bar, self.elapsed, self.slip, self.decided and Period(self.decided, self.decided))
        return [each for each in told if each]


def gantt(items: Iterable[tuple[str, Item]], day: date) -> Gantt:
    """A chart of operations. items: each after the name of its group; day: the one that lateness is judged on."""
    found = [(name, dates(item, day)) for name, item in items]
    ends = [end for _, each in found for period in each.periods for end in period] or [day]
    first, last = min([*ends, day]).year, max([*ends, day]).year
    scale = Linear(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal(), 0, BARS_END)
    return Gantt(
        [(name, [row(each, scale) for _, each in rows]) for name, rows in groupby(found, key=lambda each: each[0])],
        [Year(scale(date(year, 1, 1).toordinal()), year) for year in years(first, last)],
        scale(day.toordinal()),
    )


def years(first: int, last: int) -> Iterator[int]:
    """The years told on an axis: round ones, and not too many."""
    step = next(each for each in STEPS if (last - first) / each < MOST_YEARS)
    return (year for year in range(first, last + 1) if year % step == 0)


def row(of: Dates, scale: Linear) -> Row:
    """An operation on the paper."""
    plan, bar, elapsed, slip = (span(each, scale) for each in (of.plan, of.bar, of.elapsed, of.slip))
    decided = scale(of.decided.toordinal()) if of.decided else None
    ends = [each.x + each.width for each in (plan, bar, elapsed, slip) if each]
    return Row(
        item=of.item,
        state=state(of.item),
        open=of.open,
        plan=plan,
        bar=bar,
        elapsed=elapsed,
        slip=slip,
        slip_days=of.slip_days,
        running=of.running,
        decided=decided,
        words_at=round(max([*ends, decided or 0]), 1),
    )


def span(period: Period | None, scale: Linear) -> Span | None:
    """A period on the paper, its last day included."""
    if period is None:
        return None
    start = scale(period.first.toordinal())
    return Span(start, max(round(scale(period.last.toordinal() + 1) - start, 1), LEAST))


def state(item: Item) -> State:
    """How a bar is drawn."""
    if item["phase"] in ("delivered", "closed"):
        return "delivered"
    return "over" if item["phase"] == "abandoned" else "ahead"


def dates(item: Item, day: date) -> Dates:
    """What is known of the calendar of one operation."""
    start, delivery = item["schedule"]["start"], item["schedule"]["delivery"]
    begun, done = known(start["actual"]), known(delivery["actual"])
    under_way = bool(begun and not done) and state(item) == "ahead"
    end = done or known(delivery["current"])
    bar = between(begun or known(start["current"]), end)
    opened = under_way and end is None
    if begun and opened and begun.earliest <= day:
        bar = Period(begun.earliest, day)
    slip, slip_days, running = slipped(item, day)
    decided = known(item["planned_on"])
    return Dates(
        item=item,
        plan=between(known(start["initial"]), known(delivery["initial"])),
        bar=bar,
        elapsed=Period(bar.first, min(bar.last, day)) if bar and under_way and bar.first <= day else None,
        slip=slip,
        slip_days=slip_days,
        running=running,
        decided=decided.latest if decided else None,
        open=opened,
    )


def slipped(item: Item, day: date) -> tuple[Period | None, int, bool]:
    """From what was promised first to what came of it, in days, and whether that still grows."""
    if behind := item["days_late_initially"] or item["days_late"]:
        return Period(date.fromordinal(day.toordinal() - behind), day), behind, True
    for step in (item["schedule"]["delivery"], item["schedule"]["start"]):
        promised, came = known(step["initial"]), known(step["actual"]) or known(step["current"])
        if promised and came and step["slip_days"]:
            period = Period(promised.latest, came.latest) if step["slip_days"] > 0 else None
            return period, step["slip_days"], False
    return None, 0, False


def between(start: PartialDate | None, end: PartialDate | None) -> Period | None:
    """From the first day of one period to the last of another; of the one that is known, where only one is."""
    ends = [each for each in (start, end) if each]
    if not ends:
        return None
    first, last = ends[0].earliest, ends[-1].latest
    # A date that is known to the year may begin before what it follows.
    return Period(min(first, last), last)


def known(text: str | None) -> PartialDate | None:
    """A date, where there is one."""
    return PartialDate.parse(text) if text else None
