"""A financing plan says who is to bring what; what no share says is undetermined."""

import pytest

from domain.errors import AlreadyAbandoned, AmountNotPositive, RepeatedValue, SharesAboveTotal
from domain.events import FinancingPlanSet
from domain.money import Figures, PlannedShare
from tests.story import abandoned, day, entry, given, new_events, planned, refused

ANRU, LENT = PlannedShare("anru", 600_000_00, "grant"), PlannedShare("anru", 200_000_00, "loan")


def test_a_plan_says_who_is_to_bring_what():
    operation = given(planned())
    operation.set_financing_plan(total_cents=1_200_000_00, shares=(ANRU, LENT), **entry("2009"))
    (event,) = new_events(operation)
    assert isinstance(event, FinancingPlanSet)
    plan = operation.financing_plan
    assert (plan.on, plan.total_cents, plan.shares) == (day("2009"), 1_200_000_00, (ANRU, LENT))
    assert plan.undetermined_cents == 400_000_00


def test_a_plan_commits_nothing():
    operation = planned()
    operation.set_financing_plan(total_cents=600_000_00, shares=(ANRU,), **entry("2009"))
    assert operation.financing_plan.undetermined_cents == 0
    assert (operation.money.figures, operation.phase, operation.funders) == (Figures(), "planned", ())


def test_a_plan_may_be_undetermined_as_a_whole():
    operation = planned()
    operation.set_financing_plan(total_cents=5_00, **entry("2009"))
    assert operation.financing_plan.undetermined_cents == 5_00


def test_a_later_plan_takes_the_place_of_the_first():
    operation = planned()
    for total_cents in (5_00, 7_00):
        operation.set_financing_plan(total_cents=total_cents, **entry("2009"))
    assert operation.financing_plan.total_cents == 7_00


@pytest.mark.parametrize(
    ("total_cents", "shares", "refusal", "field"),
    [
        (799_999_99, (ANRU, LENT), SharesAboveTotal, "shares"),
        (0, (), AmountNotPositive, "total_cents"),
        (1, (PlannedShare("anru", 0, "grant"),), AmountNotPositive, "shares"),
        (1_200_000_00, (ANRU, ANRU), RepeatedValue, "shares"),
    ],
)
def test_shares_are_real_amounts_told_once_that_fit_in_the_total(total_cents, shares, refusal, field):
    operation = given(planned())
    with refused(refusal, operation, field=field):
        operation.set_financing_plan(total_cents=total_cents, shares=shares, **entry("2009"))


def test_an_abandoned_operation_gets_no_more_plan():
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        operation.set_financing_plan(total_cents=5_00, **entry("2010-06"))
