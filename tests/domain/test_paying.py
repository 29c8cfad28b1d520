"""Money moves: it is asked for, paid within what is committed, given back."""

import pytest

from domain.errors import (
    AdvanceNotAllowed,
    AlreadyAbandoned,
    AmountNotPositive,
    BalanceAlreadyPaid,
    BalanceTooEarly,
    LineSettled,
    NotACommitment,
    PaidAboveCommitted,
    PaymentRepeated,
    ReasonMissing,
    RepaidAbovePaid,
    TextOutOfBounds,
    UnknownLine,
)
from domain.events import PaymentRecorded, PaymentRequested, RepaymentRecorded
from domain.money import Figures, payments
from tests.story import (
    ARCHIVE,
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


def pay(operation, amount_cents=40_00, *, on="2010", ref="M1", kind="interim", line="L1", **said):
    operation.pay(line=line, kind=kind, amount_cents=amount_cents, external_ref=ref, **entry(on, **said))


def repay(operation, amount_cents, on="2011"):
    operation.repay(line="L1", amount_cents=amount_cents, **entry(on, reason="Trop versé"))


# Asking


def test_a_payment_is_asked_for_and_changes_no_figure():
    operation = given(funded())
    operation.request_payment(line="L1", kind="interim", amount_cents=40_00, **entry("2010"))
    (event,) = new_events(operation)
    assert isinstance(event, PaymentRequested)
    assert operation.money.figures == Figures(committed_cents=100_00)


def test_nothing_is_asked_of_a_line_that_is_paid_in_full():
    operation = funded()
    pay(operation, 100_00)
    with refused(LineSettled, given(operation)):
        operation.request_payment(line="L1", kind="interim", amount_cents=1, **entry("2010"))
    repay(operation, 1)
    operation.request_payment(line="L1", kind="interim", amount_cents=1, **entry("2012"))


def test_after_an_abandonment_only_the_balance_is_asked_for():
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        operation.request_payment(line="L1", kind="interim", amount_cents=1, **entry("2010-06"))
    operation.request_payment(line="L1", kind="balance", amount_cents=1, **entry("2010-06"))


# Paying


def test_a_partner_pays_a_part_of_what_it_committed():
    operation = given(funded())
    pay(operation, 40_00, on="2010-03-02")
    (event,) = new_events(operation)
    assert isinstance(event, PaymentRecorded)
    assert operation.money.figures == Figures(committed_cents=100_00, paid_cents=40_00)
    movement = operation.money.movements[-1]
    assert (movement.level, movement.kind, movement.external_ref) == ("paid", "interim", "M1")
    assert (movement.partner, movement.on) == ("anru", day("2010-03-02"))


def test_all_payments_less_what_went_back_stay_within_the_commitment():
    operation = funded()
    pay(operation, 60_00)
    with refused(PaidAboveCommitted, given(operation)) as refusal:
        pay(operation, 40_01, ref="M2")
    assert refusal.value.values == {"line": "L1", "paid_cents": 100_01, "committed_cents": 100_00}
    repay(operation, 1)
    pay(operation, 40_01, ref="M2")
    assert operation.money.figures.to_pay_cents == 0


def test_nothing_is_paid_on_an_allocation_or_on_no_line():
    operation = planned()
    allocated(operation)
    with refused(NotACommitment, given(operation), field="line"):
        pay(operation)
    with refused(UnknownLine, operation, field="line"):
        pay(operation, line="L2")


@pytest.mark.parametrize("amount_cents", [0, -1])
def test_a_payment_is_above_zero(amount_cents):
    operation = given(funded())
    with refused(AmountNotPositive, operation, field="amount_cents"):
        pay(operation, amount_cents)


def test_a_loan_that_is_paid_stays_apart():
    operation = planned()
    committed(operation, 45_00, instrument="loan")
    pay(operation, 45_00)
    assert operation.money.figures == Figures(loans_cents=45_00)
    assert operation.money.lines["L1"].to_pay_cents == 0
    assert payments(operation.money.movements) == {}


def test_payments_and_repayments_are_told_apart_by_kind():
    operation = planned(programme="PNRU")
    committed(operation)
    pay(operation, 20_00, kind="advance")
    pay(operation, 30_00, ref="M2")
    pay(operation, 10_00, ref="M3")
    repay(operation, 5_00)
    assert payments(operation.money.movements) == {"advance": 20_00, "interim": 40_00, "repayment": 5_00}


# Advances


@pytest.mark.parametrize("programme", ["PNRU", "ERBM", None])
def test_an_advance_is_paid_where_no_source_forbids_it(programme):
    operation = planned(programme=programme)
    committed(operation)
    pay(operation, kind="advance")
    assert operation.money.figures.paid_cents == 40_00


def test_npnru_pays_no_advance():
    operation = planned(programme="NPNRU", on="2017")
    committed(operation, on="2018")
    with refused(AdvanceNotAllowed, given(operation)):
        pay(operation, kind="advance", on="2019")


def test_an_advance_follows_the_programme_of_its_line():
    operation = planned(programme="PNRU")
    committed(operation)
    operation.attach(programme="NPNRU", **entry("2016"))
    committed(operation, on="2017")
    pay(operation, kind="advance", on="2017")
    with refused(AdvanceNotAllowed, given(operation)):
        pay(operation, kind="advance", line="L2", on="2017", ref="M2")


# Balances


def test_a_balance_comes_after_the_delivery():
    operation = given(funded())
    with refused(BalanceTooEarly, operation):
        pay(operation, kind="balance")


def test_a_balance_that_certainly_precedes_the_delivery_is_refused():
    operation = given(delivered("2013-06-30"))
    with refused(BalanceTooEarly, operation):
        pay(operation, kind="balance", on="2013-05")
    pay(operation, kind="balance", on="2013-06")


def test_a_balance_comes_once_a_line():
    operation = delivered("2013-06-30")
    committed(operation, on="2013-07")
    pay(operation, 20_00, kind="balance", on="2014")
    with refused(BalanceAlreadyPaid, given(operation)):
        pay(operation, 20_00, kind="balance", on="2014", ref="M2")
    pay(operation, 20_00, kind="balance", on="2014", line="L2", ref="M2")


def test_after_an_abandonment_only_the_balance_is_paid():
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        pay(operation, on="2010-06")
    pay(operation, on="2010-04")
    pay(operation, kind="balance", on="2010-06", ref="M2")
    assert operation.money.figures.paid_cents == 80_00


def test_a_suspension_stops_no_payment():
    operation = suspended()
    pay(operation, on="2011")
    assert operation.money.figures.paid_cents == 40_00


# The same payment twice


def test_a_partner_uses_a_reference_once_a_year():
    operation = planned()
    committed(operation)
    committed(operation)
    pay(operation, on="2010-01")
    for line in ("L1", "L2"):
        with refused(PaymentRepeated, given(operation)) as refusal:
            pay(operation, on="2010", line=line)
    assert refusal.value.values == {"partner": "anru", "external_ref": "M1", "year": 2010}
    pay(operation, on="2011")


def test_two_partners_may_use_the_same_reference():
    operation = planned()
    committed(operation)
    committed(operation, partner="region")
    pay(operation)
    pay(operation, line="L2")
    assert operation.money.figures.paid_cents == 80_00


def test_a_file_that_tells_a_payment_twice_is_refused_too():
    operation = funded()
    pay(operation, on=None, by=ARCHIVE)
    with refused(PaymentRepeated, given(operation)):
        pay(operation, on=None, by=ARCHIVE)


@pytest.mark.parametrize("ref", ["", " "])
def test_a_payment_has_a_reference(ref):
    operation = given(funded())
    with refused(TextOutOfBounds, operation, field="external_ref"):
        pay(operation, ref=ref)


# Giving back


def test_money_goes_back_and_is_to_pay_again():
    operation = funded()
    pay(operation, 60_00)
    repay(operation, 10_00)
    assert isinstance(operation.entries[-1], RepaymentRecorded)
    assert operation.money.figures == Figures(committed_cents=100_00, paid_cents=50_00)
    assert operation.money.movements[-1].kind is None


def test_no_more_goes_back_than_was_paid():
    operation = funded()
    pay(operation, 60_00)
    repay(operation, 10_00)
    with refused(RepaidAbovePaid, given(operation)):
        repay(operation, 50_01)
    repay(operation, 50_00)
    assert operation.money.figures.paid_cents == 0


def test_what_goes_back_has_a_reason():
    operation = funded()
    pay(operation)
    with refused(ReasonMissing, given(operation), field="reason"):
        operation.repay(line="L1", amount_cents=1, **entry("2011"))


# What archives tell


def test_payments_of_a_file_are_recorded_as_told_and_flagged():
    operation = planned(programme="NPNRU", by=ARCHIVE)
    committed(operation, by=ARCHIVE)
    pay(operation, 120_00, kind="advance", by=ARCHIVE)
    assert operation.entries[-1].waived == ("paid-above-committed", "advance-not-allowed")
    assert operation.money.figures.to_pay_cents == -20_00
    pay(operation, 1, kind="balance", ref="M2", by=ARCHIVE)
    assert operation.entries[-1].waived == ("paid-above-committed", "balance-too-early")
    operation.repay(line="L1", amount_cents=200_00, **entry(None, by=ARCHIVE))
    assert operation.entries[-1].waived == ("reason-missing", "repaid-above-paid")
