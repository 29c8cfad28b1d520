"""What was committed or allocated becomes another amount; what is paid stays paid."""

import pytest

from domain.errors import (
    AllocationInUse,
    AlreadyAbandoned,
    AmountNotPositive,
    CommittedBelowPaid,
    CreditBelowPaid,
    MoreThanAllocated,
    NotACommitment,
    NotAnAllocation,
    NothingToChange,
    OperationSuspended,
    ReasonMissing,
    ScheduleMismatch,
    UnknownLine,
)
from domain.events import AllocationTakenBack, FundingDecommitted, FundingRevised, PaymentScheduleRevised
from domain.money import Figures, Instalment
from tests.story import (
    abandoned,
    allocated,
    committed,
    day,
    delivered,
    entry,
    funded,
    given,
    new_events,
    planned,
    refused,
    suspended,
)

WHY = entry("2010", reason="Avenant 1")


def paid(operation, amount_cents, *, line="L1", on="2010", ref="M1", kind="interim"):
    operation.pay(line=line, kind=kind, amount_cents=amount_cents, external_ref=ref, **entry(on))


# Revising a commitment


@pytest.mark.parametrize("amount_cents", [60_00, 150_00])
def test_a_commitment_becomes_another_amount(amount_cents):
    operation = given(funded())
    operation.revise_commitment(line="L1", amount_cents=amount_cents, decision_ref="DAS-2", **WHY)
    (event,) = new_events(operation)
    assert isinstance(event, FundingRevised)
    assert operation.money.figures == Figures(committed_cents=amount_cents)
    first, second = operation.money.movements
    assert (second.version, second.level, second.amount_cents) == (3, "committed", amount_cents - 100_00)
    assert (first.decision_ref, second.decision_ref, second.on) == (None, "DAS-2", day("2010"))


def test_a_revision_that_changes_nothing_is_refused():
    operation = given(funded())
    with refused(NothingToChange, operation, field="amount_cents"):
        operation.revise_commitment(line="L1", amount_cents=100_00, **WHY)


def test_a_commitment_is_not_revised_below_what_is_paid():
    operation = funded()
    paid(operation, 60_00)
    operation.repay(line="L1", amount_cents=10_00, **WHY)
    with refused(CommittedBelowPaid, given(operation)) as refusal:
        operation.revise_commitment(line="L1", amount_cents=49_99, **WHY)
    assert refusal.value.values == {"line": "L1", "committed_cents": 49_99, "paid_cents": 50_00}
    operation.revise_commitment(line="L1", amount_cents=50_00, **WHY)
    assert operation.money.figures.to_pay_cents == 0


def test_a_revision_keeps_the_programme_and_the_scheme_of_its_line():
    operation = planned(programme="PNRU")
    committed(operation, scheme="DETR")
    operation.attach(programme="NPNRU", **entry("2016"))
    operation.revise_commitment(line="L1", amount_cents=70_00, **WHY)
    assert {(each.programme, each.scheme) for each in operation.money.movements} == {("PNRU", "DETR")}


def test_a_revised_loan_stays_apart():
    operation = planned()
    committed(operation, 45_00, instrument="loan")
    operation.revise_commitment(line="L1", amount_cents=40_00, **WHY)
    assert operation.money.figures == Figures(loans_cents=40_00)


def test_a_revision_may_complete_the_plan():
    operation = planned(cost_cents=100_00)
    committed(operation, 99_00)
    operation.revise_commitment(line="L1", amount_cents=100_00, **WHY)
    assert operation.phase == "funded"


def test_a_suspension_lets_a_commitment_fall_and_not_rise():
    operation = given(suspended())
    with refused(OperationSuspended, operation):
        operation.revise_commitment(line="L1", amount_cents=100_01, **entry("2011", reason="Avenant"))
    operation.revise_commitment(line="L1", amount_cents=99_99, **entry("2011", reason="Avenant"))


# Giving up a commitment


def test_a_part_of_a_commitment_is_given_up():
    operation = given(funded())
    operation.decommit(line="L1", amount_cents=30_00, **WHY)
    (event,) = new_events(operation)
    assert isinstance(event, FundingDecommitted)
    assert operation.money.figures == Figures(committed_cents=70_00)


def test_only_what_is_not_paid_is_given_up():
    operation = funded()
    paid(operation, 60_00)
    with refused(CommittedBelowPaid, given(operation)):
        operation.decommit(line="L1", amount_cents=40_01, **WHY)
    operation.decommit(line="L1", amount_cents=40_00, **WHY)
    assert operation.money.figures == Figures(committed_cents=60_00, paid_cents=60_00)


def test_an_operation_whose_money_is_all_given_up_has_no_funding():
    operation = funded()
    operation.decommit(line="L1", amount_cents=100_00, **WHY)
    assert (operation.phase, operation.has_funding) == ("planned", False)


def test_a_start_that_was_funded_stays_so_when_the_money_is_given_up():
    operation = planned(owner="anzin", cost_cents=1_00)
    committed(operation)
    operation.start(**entry("2009"))
    operation.decommit(line="L1", amount_cents=100_00, **WHY)
    assert operation.to_complete == []


# Taking back an allocation


def test_a_part_of_an_allocation_is_taken_back():
    operation = planned()
    allocated(operation)
    operation.take_back(line="L1", amount_cents=30_00, **WHY)
    assert isinstance(operation.entries[-1], AllocationTakenBack)
    assert operation.money.figures == Figures(allocated_cents=70_00)


def test_no_more_is_taken_back_than_is_allocated():
    operation = planned()
    allocated(operation)
    operation.take_back(line="L1", amount_cents=30_00, **WHY)
    with refused(MoreThanAllocated, given(operation)):
        operation.take_back(line="L1", amount_cents=70_01, **WHY)
    operation.take_back(line="L1", amount_cents=70_00, **WHY)
    assert operation.money.figures == Figures()


def test_what_the_same_partner_has_committed_stays_allocated():
    operation = planned()
    allocated(operation, 50_00)
    allocated(operation, 40_00)
    committed(operation, 60_00)
    with refused(AllocationInUse, given(operation)) as refusal:
        operation.take_back(line="L1", amount_cents=30_01, **WHY)
    assert refusal.value.values == {"line": "L1", "partner": "anru", "committed_cents": 60_00, "least_cents": 20_00}
    operation.take_back(line="L1", amount_cents=30_00, **WHY)
    operation.decommit(line="L3", amount_cents=60_00, **WHY)
    operation.take_back(line="L1", amount_cents=20_00, **WHY)
    assert operation.money.figures.allocated_cents == 40_00


def test_neither_another_partner_nor_a_loan_uses_an_allocation():
    operation = planned()
    allocated(operation, 50_00)
    committed(operation, 50_00, partner="region")
    committed(operation, 50_00, instrument="loan")
    operation.take_back(line="L1", amount_cents=50_00, **WHY)
    assert operation.money.figures == Figures(committed_cents=50_00, loans_cents=50_00)


# Payment credits by year


def test_a_schedule_is_revised():
    operation = planned()
    committed(operation, 100_00, schedule=(Instalment(2009, 100_00),))
    schedule = (Instalment(2010, 60_00), Instalment(2011, 40_00))
    operation.revise_schedule(line="L1", schedule=schedule, **WHY)
    assert isinstance(operation.entries[-1], PaymentScheduleRevised)
    assert operation.money.lines["L1"].schedule == schedule
    assert operation.money.figures == Figures(committed_cents=100_00)


def test_a_revised_schedule_adds_up_to_what_is_still_committed():
    operation = funded()
    operation.decommit(line="L1", amount_cents=30_00, **WHY)
    with refused(ScheduleMismatch, given(operation), field="schedule"):
        operation.revise_schedule(line="L1", schedule=(Instalment(2010, 100_00),), **WHY)
    with refused(ScheduleMismatch, operation, field="schedule"):
        operation.revise_schedule(line="L1", schedule=(), **WHY)
    operation.revise_schedule(line="L1", schedule=(Instalment(2010, 70_00),), **WHY)


def test_the_same_schedule_in_another_order_changes_nothing():
    operation = planned()
    schedule = (Instalment(2009, 60_00), Instalment(2010, 40_00))
    committed(operation, 100_00, schedule=schedule)
    with refused(NothingToChange, given(operation), field="schedule"):
        operation.revise_schedule(line="L1", schedule=schedule[::-1], **WHY)


def test_the_credit_of_a_year_covers_what_was_paid_in_it():
    operation = funded()
    paid(operation, 50_00, on="2009-06")
    paid(operation, 20_00, on="2010", ref="M2")
    operation.repay(line="L1", amount_cents=10_00, **entry("2009-12", reason="Trop versé"))
    with refused(CreditBelowPaid, given(operation)) as refusal:
        operation.revise_schedule(line="L1", schedule=(Instalment(2009, 39_99), Instalment(2010, 60_01)), **WHY)
    assert refusal.value.values == {"line": "L1", "year": 2009, "credit_cents": 39_99, "paid_cents": 40_00}
    with refused(CreditBelowPaid, operation):
        operation.revise_schedule(line="L1", schedule=(Instalment(2009, 100_00),), **WHY)
    operation.revise_schedule(line="L1", schedule=(Instalment(2009, 40_00), Instalment(2010, 60_00)), **WHY)


# What they have in common

MOVES = {
    "revise": lambda operation, line, **said: operation.revise_commitment(line=line, amount_cents=70_00, **said),
    "decommit": lambda operation, line, **said: operation.decommit(line=line, amount_cents=30_00, **said),
    "take back": lambda operation, line, **said: operation.take_back(line=line, amount_cents=30_00, **said),
    "schedule": lambda operation, line, **said: operation.revise_schedule(
        line=line, schedule=(Instalment(2009, 100_00),), **said
    ),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_a_line_that_is_not_there_is_named(move):
    operation = given(planned())
    with refused(UnknownLine, operation, field="line"):
        move(operation, "L7", **WHY)


@pytest.mark.parametrize("move", ["revise", "decommit", "schedule"])
def test_an_allocation_is_no_commitment(move):
    operation = planned()
    allocated(operation)
    with refused(NotACommitment, given(operation), field="line"):
        MOVES[move](operation, "L1", **WHY)


def test_a_commitment_is_no_allocation():
    operation = given(funded())
    with refused(NotAnAllocation, operation, field="line"):
        MOVES["take back"](operation, "L1", **WHY)


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_each_asks_for_a_reason(move):
    operation = given(funded())
    with refused(ReasonMissing, operation, field="reason"):
        move(operation, "L1", **entry("2010"))


@pytest.mark.parametrize("command", ["revise_commitment", "decommit", "take_back"])
@pytest.mark.parametrize("amount_cents", [0, -1])
def test_an_amount_is_above_zero(command, amount_cents):
    operation = planned()
    (allocated if command == "take_back" else committed)(operation)
    with refused(AmountNotPositive, given(operation), field="amount_cents"):
        getattr(operation, command)(line="L1", amount_cents=amount_cents, **WHY)


def test_after_an_abandonment_money_is_only_given_up():
    operation = planned()
    committed(operation)
    allocated(operation, partner="region")
    operation.abandon(**entry("2010-05", reason="Le propriétaire ne vend pas"))
    after = entry("2010-06", reason="Abandon")
    for move in ("revise", "schedule"):
        with refused(AlreadyAbandoned, operation):
            MOVES[move](operation, "L1", **after)
    MOVES["decommit"](operation, "L1", **after)
    MOVES["take back"](operation, "L2", **after)
    assert operation.money.figures == Figures(allocated_cents=70_00, committed_cents=70_00)


@pytest.mark.parametrize("build", [abandoned, delivered])
def test_the_end_of_an_operation_lets_its_money_be_given_up(build):
    operation = build()
    operation.decommit(line="L1", amount_cents=100_00, **entry("2014", reason="Reliquat"))
    assert operation.money.figures == Figures()
