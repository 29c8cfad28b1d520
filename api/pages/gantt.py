"""The calendar of one operation on paper: where each step was promised first, where it stands now, how far it slipped.

Pure: Jinja draws it. A date known to the month or the year stands at its last day, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.pages.scales import Linear
from api.pages.steps import Step, known

WIDTH, TOP, ROW, BOTTOM = 960, 28, 48, 22
LEFT, RIGHT = 34, 130
"""On the right there is room for what a slip is called."""
MOST_TICKS: Final = 11
MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240)
"""From one line across the chart to the next."""
LONGEST: Final = 110
"""Characters of a label; the table has all of it."""


@dataclass(frozen=True)
class Stretch:
    """From one day to another."""

    x: float
    width: float


@dataclass(frozen=True)
class Row:
    """One step, or the works from start to delivery. first, now: as promised first, and as it stands.

    points: where there are days and no stretch. words_x: where the slip is written. done: it happened.
    """

    label: str
    y: float
    first: Stretch | None = None
    now: Stretch | None = None
    first_point: float | None = None
    now_point: float | None = None
    slip: Stretch | None = None
    slip_days: int | None = None
    words_x: float = 0
    done: bool = False
    dropped: bool = False


@dataclass(frozen=True)
class Tick:
    """A line across the chart: the beginning of a month. text: `2008` or `04/2008`."""

    x: float
    text: str


@dataclass(frozen=True)
class Gantt:
    """The chart. today: where the day is that it speaks of; None where all is over."""

    width: int
    height: float
    left: float
    right: float
    rows: Sequence[Row]
    ticks: Sequence[Tick]
    today: float | None


def gantt(steps: Sequence[Step], day: date, works: str) -> Gantt | None:
    """The chart of a calendar; None where no step has a date. works: what start and delivery together are called."""
    dated = [step for step in steps if step.initial or step.now]
    if not dated:
        return None
    runs = any(step.ahead for step in dated)
    days = [known(text).latest for step in dated for text in (step.initial, step.now) if text]
    months = axis(min([*days, *([day] if runs else [])]), max([*days, *([day] if runs else [])]))
    across = Linear(months[0].toordinal(), months[-1].toordinal(), LEFT, WIDTH - RIGHT)
    rows = list(drawn(dated, across, works))
    return Gantt(
        width=WIDTH,
        height=TOP + ROW * len(rows) + BOTTOM,
        left=LEFT,
        right=WIDTH - RIGHT,
        rows=rows,
        ticks=[Tick(across(month.toordinal()), written(month)) for month in months],
        today=across(day.toordinal()) if runs else None,
    )


def axis(first: date, last: date) -> list[date]:
    """Beginnings of months around these days, evenly spaced, no more than fit."""
    low, high = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    step = next((each for each in MONTHS if (high - low) // each + 2 <= MOST_TICKS), MONTHS[-1])
    places = range(low // step * step, high // step * step + step + 1, step)
    return [date(place // 12, place % 12 + 1, 1) for place in places]


def written(month: date) -> str:
    """What stands above a line."""
    return f"{month.year}" if month.month == 1 else f"{month:%m/%Y}"


def drawn(steps: Sequence[Step], across: Linear, works: str) -> Iterator[Row]:
    """The rows from top to bottom: the works as one stretch where both their ends are known, then each step."""
    named = {step.code: step for step in steps if step.of_works}
    start, delivery, y = named.get("start"), named.get("delivery"), float(TOP)
    both = start and delivery and start.now and delivery.now
    if start and delivery and both:
        yield stretched(start, delivery, across, y, works)
        y += ROW
    for step in steps:
        if not (both and step in (start, delivery)):
            yield pointed(step, across, y)
            y += ROW


def stretched(start: Step, delivery: Step, across: Linear, y: float, works: str) -> Row:
    """The works: dashed as first promised, solid as they stand, hatched what was added at the end."""
    first = between(start.initial, delivery.initial, across)
    begun, first_end, end = (at(text, across) for text in (start.now, delivery.initial, delivery.now))
    assert begun is not None
    assert end is not None
    slipped = first_end is not None and end > max(first_end, begun)
    kept = max(first_end, begun) if slipped and first_end is not None else end
    return Row(
        works,
        y,
        first=first,
        now=Stretch(begun, round(max(kept - begun, 0), 1)),
        slip=Stretch(kept, round(end - kept, 1)) if slipped else None,
        slip_days=delivery.slip_days,
        words_x=max(end, first.x + first.width if first else end) + 8,
        done=delivery.actual is not None,
    )


def pointed(step: Step, across: Linear, y: float) -> Row:
    """A step: hollow where it was promised first, full where it stands, hatched in between where it is later."""
    first, now = at(step.initial, across), at(step.now, across)
    slipped = first is not None and now is not None and now > first
    return Row(
        step.label if len(step.label) <= LONGEST else f"{step.label[: LONGEST - 1]}…",
        y,
        first_point=first,
        now_point=now,
        slip=Stretch(first, round(now - first, 1)) if slipped and first is not None and now is not None else None,
        slip_days=step.slip_days,
        words_x=max(each for each in (first, now) if each is not None) + 14,
        done=step.actual is not None,
        dropped=step.dropped,
    )


def between(first: str | None, last: str | None, across: Linear) -> Stretch | None:
    """From one date to another; None where either is unknown, or they are the wrong way round."""
    start, end = at(first, across), at(last, across)
    return Stretch(start, round(end - start, 1)) if start is not None and end is not None and end >= start else None


def at(text: str | None, across: Linear) -> float | None:
    """Where a date stands."""
    return across(known(text).latest.toordinal()) if text else None
