"""Households are rehoused, communes are helped."""

from decimal import Decimal

import pytest

from domain.errors import (
    AlreadyAbandoned,
    AmountNotPositive,
    AssistanceMismatch,
    CommuneElsewhere,
    CountOutOfBounds,
    DaysUnreadable,
    NothingToChange,
    RehousedAboveNeed,
    TotalFalls,
    UnknownCommune,
)
from domain.events import AssistanceProvided, RehousingReported
from domain.money import Figures
from domain.people import days
from tests.story import ANZIN, ARCHIVE, FAMARS, abandoned, day, entry, given, new_events, planned, refused


def report(operation, to_rehouse=None, rehoused=None, *, on="2010", **said):
    operation.report_rehousing(households_to_rehouse=to_rehouse, households_rehoused=rehoused, **entry(on, **said))


def households(operation):
    return operation.households_to_rehouse, operation.households_rehoused


# Rehousing


def test_rehousing_is_told_as_running_totals():
    operation = given(planned())
    report(operation, 33, 5, on="2009")
    report(operation, rehoused=21, on="2010")
    assert all(isinstance(event, RehousingReported) for event in new_events(operation))
    assert households(operation) == (33, 21)
    report(operation, 35, on="2011")
    assert households(operation) == (35, 21)


def test_nothing_is_known_before_the_first_report():
    assert households(planned()) == (None, None)


def test_a_report_states_at_least_one_total():
    operation = given(planned())
    with refused(NothingToChange, operation, field="households_rehoused"):
        report(operation)


@pytest.mark.parametrize("count", [-1, 1_000_001])
@pytest.mark.parametrize("name", ["to_rehouse", "rehoused"])
def test_a_total_is_one_that_can_exist(name, count):
    operation = given(planned())
    with refused(CountOutOfBounds, operation, field=f"households_{name}"):
        report(operation, **{name: count})


def test_no_more_households_are_rehoused_than_there_are():
    operation = given(planned())
    with refused(RehousedAboveNeed, operation, field="households_rehoused"):
        report(operation, 33, 34)
    report(operation, 33, 33)
    with refused(RehousedAboveNeed, given(operation), field="households_rehoused"):
        report(operation, rehoused=34)
    report(operation, 34, 34)


def test_a_need_told_after_the_rehousing_covers_it():
    operation = planned()
    report(operation, rehoused=34)
    with refused(RehousedAboveNeed, given(operation), field="households_to_rehouse"):
        report(operation, 33)


@pytest.mark.parametrize("name", ["to_rehouse", "rehoused"])
def test_a_running_total_does_not_fall(name):
    operation = planned()
    report(operation, **{name: 33}, on="2010")
    with refused(TotalFalls, given(operation)) as refusal:
        report(operation, **{name: 32}, on="2011")
    assert (refusal.value.values["count"], refusal.value.values["earlier"]) == (32, 33)
    report(operation, **{name: 33}, on="2011")


def test_a_running_total_falls_by_a_correction():
    operation = planned()
    report(operation, 33, 21)
    operation.correct(target=2, changes={"households_rehoused": 12}, **entry("2011", reason="Double compte"))
    assert households(operation) == (33, 12)


def test_an_earlier_report_may_be_recorded_late():
    operation = planned()
    report(operation, 33, 25, on="2012")
    with refused(TotalFalls, given(operation)):
        report(operation, rehoused=26, on="2010")
    report(operation, 20, 15, on="2010")
    assert households(operation) == (33, 25)


def test_an_abandoned_operation_rehouses_nobody_any_more():
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        report(operation, 1, on="2010-06")
    report(operation, 1, on="2010-04")


def test_a_file_may_tell_falling_totals():
    operation = planned(by=ARCHIVE)
    report(operation, 33, on="2010", by=ARCHIVE)
    report(operation, 30, 31, on=None, by=ARCHIVE)
    assert operation.entries[-1].waived == ("running-total-falls", "rehoused-above-need")
    assert households(operation) == (30, 31)


# Assistance to communes


def assist(operation, kind="operational", *, commune=ANZIN, on="2014", **facts):
    operation.assist(commune=commune, kind=kind, subject="Éclairage public", **facts, **entry(on))


def test_a_commune_is_helped_with_days_of_staff_time():
    operation = given(planned())
    assist(operation, days="2.5")
    (event,) = new_events(operation)
    assert isinstance(event, AssistanceProvided)
    (helped,) = operation.assistance
    assert (helped.commune, helped.kind, helped.days, helped.amount_cents) == (
        ANZIN,
        "operational",
        Decimal("2.5"),
        None,
    )
    assert (helped.on, helped.version, helped.subject) == (day("2014"), 2, "Éclairage public")


def test_a_commune_is_helped_with_money_that_no_line_counts():
    operation = planned(communes=(FAMARS,))
    assist(operation, "financial", commune=FAMARS, amount_cents=52_312_00)
    assert operation.assistance[0].amount_cents == 52_312_00
    assert operation.money.figures == Figures()


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        ("operational", {}, "days"),
        ("operational", {"days": "1", "amount_cents": 1}, "amount_cents"),
        ("operational", {"amount_cents": 1}, "days"),
        ("financial", {}, "amount_cents"),
        ("financial", {"days": "1", "amount_cents": 1}, "days"),
        ("financial", {"days": "1"}, "amount_cents"),
    ],
)
def test_staff_time_is_counted_in_days_and_money_in_cents(kind, facts, field):
    operation = given(planned())
    with refused(AssistanceMismatch, operation, field=field):
        assist(operation, kind, **facts)


@pytest.mark.parametrize("text", ["0.5", "1", "2.5", "10", "9999.5"])
def test_days_are_counted_by_half_days(text):
    assert str(days(text)) == text


@pytest.mark.parametrize(
    "text", ["", "0", "0.0", "-1", "1.0", "1.50", "01", "1.25", "1,5", "1.5 ", "10000", "1e2", "١"]
)
def test_days_are_written_in_one_way(text):
    operation = given(planned())
    with refused(DaysUnreadable, operation, field="days"):
        assist(operation, days=text)


def test_money_for_a_commune_is_above_zero():
    operation = given(planned())
    with refused(AmountNotPositive, operation, field="amount_cents"):
        assist(operation, "financial", amount_cents=0)


def test_the_commune_is_one_of_the_operation():
    operation = given(planned(communes=(ANZIN,)))
    with refused(CommuneElsewhere, operation, field="commune"):
        assist(operation, commune=FAMARS, days="1")
    with refused(UnknownCommune, operation, field="commune"):
        assist(operation, commune="75056", days="1")


def test_an_operation_on_the_whole_territory_helps_any_commune():
    operation = planned(communes=(), territory_wide=True)
    assist(operation, commune=FAMARS, days="0.5")
    assert operation.assistance[0].commune == FAMARS
