"""Bars along time: where they stand, whatever is known of a calendar."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.calendar_bars import BARS_END, MOST_YEARS, Gantt, gantt, years
from domain.dates import PartialDate, slip_days
from domain.vocabulary import PHASES

DAY = date(2026, 11, 22)
DATES = st.none() | st.builds(
    lambda day, length: day.isoformat()[:length],
    st.dates(date(1950, 1, 1), date(2090, 12, 31)),
    st.sampled_from([4, 7, 10]),
)


def operation(start: Any = (None, None, None), delivery: Any = (None, None, None), **facts: Any) -> dict[str, Any]:
    """An operation as the portfolio tells of it. start, delivery: first promise, present one, what happened."""
    told = {"phase": "planned", "planned_on": None, "days_late": 0, "days_late_initially": 0}
    return told | {"schedule": {"start": dates(*start), "delivery": dates(*delivery)}} | facts


def dates(initial: str | None, current: str | None, actual: str | None) -> dict[str, Any]:
    ends = [PartialDate.parse(each) for each in (initial, actual or current) if each]
    slip = slip_days(*ends) if initial and len(ends) == 2 else None
    return {"initial": initial, "current": current, "actual": actual, "slip_days": slip}


def drawn(*items: dict[str, Any], day: date = DAY) -> Gantt:
    return gantt([("Anzin", each) for each in items], day)


def only(item: dict[str, Any]) -> Any:
    """The line of a chart of one operation."""
    ((_, (row,)),) = drawn(item).groups
    return row


OPERATIONS = st.builds(
    operation,
    st.tuples(DATES, DATES, DATES),
    st.tuples(DATES, DATES, DATES),
    phase=st.sampled_from(sorted(PHASES)),
    planned_on=DATES,
    days_late=st.integers(0, 9000),
    days_late_initially=st.integers(0, 9000),
)


@given(st.lists(OPERATIONS, max_size=6))
def test_all_bars_stand_within_the_paper(items):
    chart = drawn(*items)
    assert 0 <= chart.today <= BARS_END
    for _, rows in chart.groups:
        for row in rows:
            for span in (row.plan, row.bar, row.elapsed, row.slip):
                assert span is None or (span.x >= 0 and span.width > 0 and span.x + span.width <= BARS_END + 1)
            assert 0 <= row.words_at <= BARS_END + 1
    assert all(0 <= each.x <= BARS_END for each in chart.years)


@given(st.integers(1900, 2199), st.integers(0, 250))
def test_the_years_told_are_round_and_few(first, more):
    found = list(years(first, first + more))
    assert len(found) <= MOST_YEARS + 1
    assert all(first <= year <= first + more for year in found)


def test_a_bar_goes_from_the_first_day_of_its_start_to_the_last_of_its_delivery():
    chart = drawn(operation(("2025", "2025", None), ("2027", "2027", None)))
    ((_, (row,)),) = chart.groups
    assert (row.plan.x, row.bar.x) == (0, 0)
    assert row.bar.x + row.bar.width == pytest.approx(BARS_END, abs=0.2)
    assert row.elapsed is None


def test_what_has_begun_has_a_part_that_lies_behind():
    row = only(operation(("2024", "2024", "2024-06-01"), ("2028", "2028", None), phase="started"))
    assert row.elapsed.x == row.bar.x
    assert row.elapsed.width < row.bar.width
    assert row.state == "ahead"


def test_works_without_a_promised_delivery_go_on_until_today():
    row = only(operation((None, None, "2019-02"), phase="started"))
    assert row.open
    assert row.bar.x + row.bar.width == pytest.approx(drawn(operation((None, None, "2019-02"))).today, abs=0.2)


def test_a_delivery_after_the_promise_has_a_slip_that_is_over():
    row = only(operation(("2008", "2008", "2008"), ("2012-12", "2012-12", "2013-06-30"), phase="delivered"))
    assert (row.state, row.slip_days, row.running) == ("delivered", 181, False)
    assert row.slip.x > row.bar.x


def test_what_lies_behind_slips_until_today():
    row = only(operation(delivery=("2025-12", "2026-06", None), days_late=145, days_late_initially=326))
    assert (row.slip_days, row.running) == (326, True)


def test_a_start_that_slipped_counts_where_no_delivery_is_known():
    assert only(operation(("2027-01", "2027-03", None))).slip_days == 59


def test_what_is_brought_forward_has_words_and_no_hatch():
    row = only(operation(delivery=("2028-12", "2028-06", None)))
    assert (row.slip, row.slip_days) == (None, -184)


def test_of_an_operation_without_dates_nothing_is_drawn():
    row = only(operation())
    assert (row.plan, row.bar, row.elapsed, row.slip, row.decided, row.words_at) == (None, None, None, None, None, 0)


def test_groups_stand_in_the_order_in_which_they_come():
    chart = gantt([("Anzin", operation()), ("Anzin", operation()), ("Marly", operation())], DAY)
    assert [(name, len(rows)) for name, rows in chart.groups] == [("Anzin", 2), ("Marly", 1)]
    assert drawn().groups == []
