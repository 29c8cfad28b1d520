"""Money is set aside, then committed; loans stand apart."""

import pytest

from domain.errors import (
    AlreadyAbandoned,
    AmountNotPositive,
    AmountTooLarge,
    RepeatedValue,
    ScheduleMismatch,
    YearOutOfBounds,
)
from domain.events import FundingAllocated, FundingCommitted
from domain.money import LARGEST_CENTS, Figures, Instalment, figures
from tests.story import abandoned, allocated, committed, day, delivered, entry, given, new_events, planned, refused


def test_a_partner_sets_money_aside():
    operation = given(planned())
    assert allocated(operation, 17_000_000_00, scheme="PNRU", decision_ref="Convention d'Anzin") == "L1"
    (event,) = new_events(operation)
    assert isinstance(event, FundingAllocated)
    assert (event.line, event.partner, event.amount_cents) == ("L1", "anru", 17_000_000_00)
    (movement,) = operation.money.movements
    assert (movement.level, movement.scheme, movement.decision_ref) == ("allocated", "PNRU", "Convention d'Anzin")
    assert operation.money.figures == Figures(allocated_cents=17_000_000_00)


def test_a_partner_commits_money_by_years():
    operation = given(planned())
    schedule = (Instalment(2009, 60_00), Instalment(2010, 40_00))
    assert committed(operation, 100_00, schedule=schedule) == "L1"
    (event,) = new_events(operation)
    assert isinstance(event, FundingCommitted)
    assert event.schedule == schedule
    assert operation.money.figures == Figures(committed_cents=100_00)
    assert operation.money.figures.to_pay_cents == 100_00


@pytest.mark.parametrize("decide", [allocated, committed])
@pytest.mark.parametrize(
    ("amount_cents", "refusal"), [(0, AmountNotPositive), (-1, AmountNotPositive), (LARGEST_CENTS + 1, AmountTooLarge)]
)
def test_an_amount_is_above_zero_and_can_exist(decide, amount_cents, refusal):
    operation = given(planned())
    with refused(refusal, operation, field="amount_cents"):
        decide(operation, amount_cents)


@pytest.mark.parametrize(
    ("schedule", "refusal"),
    [
        ([(2009, 60_00), (2010, 39_99)], ScheduleMismatch),
        ([(2009, 60_00), (2010, 40_01)], ScheduleMismatch),
        ([(2009, 60_00), (2009, 40_00)], RepeatedValue),
        ([(2009, 110_00), (2010, -10_00)], AmountNotPositive),
        ([(2009, 100_00), (2010, 0)], AmountNotPositive),
        ([(20_090, 100_00)], YearOutOfBounds),
    ],
)
def test_a_schedule_names_each_year_once_and_adds_up_to_the_amount(schedule, refusal):
    operation = given(planned())
    with refused(refusal, operation, field="schedule"):
        committed(operation, 100_00, schedule=tuple(Instalment(*each) for each in schedule))


def test_lines_are_numbered_in_the_order_of_the_ledger():
    operation = planned()
    assert [allocated(operation), committed(operation), allocated(operation, partner="region")] == ["L1", "L2", "L3"]
    assert list(operation.money.lines) == ["L1", "L2", "L3"]


def test_a_voided_line_keeps_its_name():
    operation = planned()
    committed(operation)
    operation.void(target=2, **entry("2009", reason="Saisie deux fois"))
    assert committed(operation) == "L2"
    assert list(operation.money.lines) == ["L2"]


def test_loans_are_never_added_to_the_rest():
    operation = planned()
    committed(operation, 24_000_000_00, instrument="own_funds", partner="siturv")
    committed(operation, 45_000_000_00, instrument="loan", partner="siturv")
    allocated(operation, 5_00, instrument="loan")
    assert operation.money.figures == Figures(committed_cents=24_000_000_00, loans_cents=45_000_000_00)


@pytest.mark.parametrize("instrument", ["grant", "own_funds", "in_kind", "mixed"])
def test_every_other_instrument_counts_whole(instrument):
    operation = planned()
    allocated(operation, 7_00, instrument=instrument)
    committed(operation, 5_00, instrument=instrument)
    assert operation.money.figures == Figures(allocated_cents=7_00, committed_cents=5_00)


def test_what_is_left_to_commit_is_never_below_zero():
    assert Figures(allocated_cents=7, committed_cents=5).to_commit_cents == 2
    assert Figures(allocated_cents=0, committed_cents=5).to_commit_cents == 0


def test_what_is_left_to_pay_is_committed_and_not_yet_paid():
    assert Figures(committed_cents=5, paid_cents=3).to_pay_cents == 2


def test_a_movement_keeps_both_its_days():
    operation = planned()
    committed(operation, on="2008")
    (movement,) = operation.money.movements
    assert (movement.on, movement.recorded.isoformat()) == (day("2008"), "2026-11-22")


@pytest.mark.parametrize("decide", [allocated, committed])
def test_an_abandoned_operation_gets_no_more_money(decide):
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        decide(operation, on="2010-06")
    assert decide(operation, on="2010-04") == "L2"


@pytest.mark.parametrize("decide", [allocated, committed])
def test_a_delivered_operation_may_still_get_money(decide):
    assert decide(delivered("2013-06"), on="2014") == "L2"


# The plan as a whole


def test_partners_bring_their_ceiling_or_their_commitments_whichever_is_larger():
    operation = planned(cost_cents=100_00)
    allocated(operation, 50_00, partner="anru")
    committed(operation, 30_00, partner="anru")
    committed(operation, 10_00, partner="region")
    assert operation.undetermined_cents == 40_00
    committed(operation, 30_00, partner="anru")
    assert operation.undetermined_cents == 30_00


def test_a_loan_covers_its_part_of_the_cost():
    operation = planned(cost_cents=69_00)
    committed(operation, 24_00, partner="siturv", instrument="own_funds")
    allocated(operation, 45_00, partner="siturv", instrument="loan")
    assert operation.undetermined_cents == 0


def test_the_undetermined_remainder_is_never_below_zero_and_unknown_without_a_cost():
    operation = planned(cost_cents=1_00)
    committed(operation, 2_00)
    assert operation.undetermined_cents == 0
    assert planned().undetermined_cents is None


def test_funders_stand_in_order_of_appearance():
    operation = planned()
    for partner in ("region", "anru", "region"):
        committed(operation, partner=partner)
    assert operation.funders == ("region", "anru")


def test_four_partners_add_up_to_the_portfolio():
    operation = planned(cost_cents=1_200_000_00)
    parts = {"anru": 600_000_00, "cavm": 300_000_00, "region": 100_000_00, "sigh": 200_000_00}
    for partner, amount_cents in parts.items():
        committed(operation, amount_cents, partner=partner)
    for partner, amount_cents in parts.items():
        own = figures(movement for movement in operation.money.movements if movement.partner == partner)
        assert own == Figures(committed_cents=amount_cents)
    assert operation.money.figures.committed_cents == operation.cost_cents
    assert (operation.undetermined_cents, operation.phase) == (0, "funded")
