"""Money that was recorded wrongly is put right by one entry, and what hangs on it follows or stands in the way."""

import pytest

from domain.errors import CommittedBelowPaid, EntriesInTheWay, PaidAboveCommitted, UnknownLine
from domain.money import Figures, Instalment
from tests.story import (
    committed,
    day,
    delivered,
    entry,
    funded,
    given,
    knowledge,
    planned,
    refused,
    replayed,
    suspended,
)

WHY = "Erreur de saisie"


def correct(operation, target, **changes):
    operation.correct(target=target, changes=changes, **entry("2026-11-20", reason=WHY))
    assert knowledge(replayed(operation)) == knowledge(operation)


def void(operation, target):
    operation.void(target=target, **entry("2026-11-20", reason=WHY))
    assert knowledge(replayed(operation)) == knowledge(operation)


def pay(operation, amount_cents=40_00, *, on="2010", ref="M1", line="L1"):
    operation.pay(line=line, kind="interim", amount_cents=amount_cents, external_ref=ref, **entry(on))


def test_a_payment_recorded_in_error_is_voided_and_stays_in_sight():
    operation = funded()
    pay(operation)
    pay(operation, 10_00, ref="M2")
    void(operation, 3)
    assert operation.money.figures == Figures(committed_cents=100_00, paid_cents=10_00)
    assert operation.entries[2].amount_cents == 40_00


def test_the_reference_of_a_voided_payment_serves_again():
    operation = funded()
    pay(operation)
    void(operation, 3)
    pay(operation, 20_00)
    assert operation.money.figures.paid_cents == 20_00


def test_a_commitment_of_the_wrong_partner_is_put_right_with_all_that_moved_on_it():
    operation = funded()
    operation.revise_commitment(line="L1", amount_cents=90_00, **entry("2009", reason="Avenant 1"))
    pay(operation)
    operation.repay(line="L1", amount_cents=5_00, **entry("2010", reason="Trop versé"))
    correct(operation, 2, partner="region")
    assert {movement.partner for movement in operation.money.movements} == {"region"}
    assert operation.funders == ("region",)
    assert operation.money.figures == Figures(committed_cents=90_00, paid_cents=35_00)


def test_a_grant_that_was_a_loan_is_put_right_with_all_that_moved_on_it():
    operation = funded()
    pay(operation)
    correct(operation, 2, instrument="loan")
    assert operation.money.figures == Figures(loans_cents=100_00)


def test_a_commitment_given_to_a_partner_with_the_same_payment_reference_names_the_payment():
    operation = funded()
    committed(operation, partner="region")
    pay(operation)
    pay(operation, line="L2")
    with refused(EntriesInTheWay, given(operation)) as refusal:
        correct(operation, 3, partner="anru")
    assert refusal.value.values["versions"] == [5]


def test_a_payment_on_the_wrong_line_moves_to_the_right_one():
    operation = funded()
    committed(operation, partner="region")
    pay(operation)
    correct(operation, 4, line="L2")
    assert [line.paid_cents for line in operation.money.lines.values()] == [0, 40_00]
    with refused(UnknownLine, given(operation), field="changes.line"):
        correct(operation, 4, line="L3")


def test_a_wrong_date_of_payment_is_put_right_in_its_year():
    operation = funded()
    pay(operation, on="2010")
    correct(operation, 3, on="2009-12-31")
    assert operation.money.movements[-1].on == day("2009-12-31")
    assert operation.money.paid_by_year("L1") == {2009: 40_00}


def test_a_commitment_that_has_payments_is_not_voided_and_they_are_named():
    operation = funded()
    pay(operation)
    operation.request_payment(line="L1", kind="interim", amount_cents=1, **entry("2010"))
    pay(operation, ref="M2")
    with refused(EntriesInTheWay, given(operation)) as refusal:
        void(operation, 2)
    assert refusal.value.values["versions"] == [3, 4, 5]
    assert "n'a pas de ligne L1" in str(refusal.value)
    for target in (5, 4, 3, 2):
        void(operation, target)
    assert operation.money.figures == Figures()


def test_a_smaller_commitment_names_the_payments_that_it_would_not_cover():
    operation = funded()
    pay(operation, 40_00)
    pay(operation, 50_00, ref="M2")
    with refused(EntriesInTheWay, given(operation)) as refusal:
        correct(operation, 2, amount_cents=60_00)
    assert refusal.value.values["versions"] == [4]
    correct(operation, 2, amount_cents=90_00)


def test_a_corrected_commitment_leaves_a_later_revision_as_it_was_decided():
    operation = funded()
    operation.revise_commitment(line="L1", amount_cents=150_00, **entry("2009", reason="Avenant 1"))
    correct(operation, 2, amount_cents=90_00)
    assert [movement.amount_cents for movement in operation.money.movements] == [90_00, 60_00]
    assert operation.money.figures.committed_cents == 150_00


def test_a_revision_that_later_payments_need_is_not_voided():
    operation = funded()
    operation.revise_commitment(line="L1", amount_cents=150_00, **entry("2009", reason="Avenant 1"))
    pay(operation, 120_00)
    with refused(EntriesInTheWay, given(operation)) as refusal:
        void(operation, 3)
    assert refusal.value.values["versions"] == [4]


def test_a_corrected_amount_is_held_to_its_own_rules():
    operation = funded()
    pay(operation)
    operation.decommit(line="L1", amount_cents=10_00, **entry("2011", reason="Reliquat"))
    for target, refusal in ((4, CommittedBelowPaid), (3, PaidAboveCommitted)):
        with refused(EntriesInTheWay, given(operation)) as caught:
            correct(operation, target, amount_cents=100_01)
        assert refusal.sentence.split("{")[0] in str(caught.value)


def test_a_schedule_that_a_correction_leaves_behind_is_named():
    operation = funded()
    operation.revise_schedule(line="L1", schedule=(Instalment(2010, 100_00),), **entry("2009", reason="Avenant 1"))
    with refused(EntriesInTheWay, given(operation)) as refusal:
        correct(operation, 2, amount_cents=90_00)
    assert refusal.value.values["versions"] == [3]


def test_a_balance_needs_the_delivery_that_it_came_after():
    operation = delivered("2013-06-30")
    operation.pay(line="L1", kind="balance", amount_cents=1, external_ref="M1", **entry("2014"))
    with refused(EntriesInTheWay, given(operation)) as refusal:
        correct(operation, 4, on="2015")
    assert refusal.value.values["versions"] == [5]


def test_a_voided_suspension_lets_the_resumption_stand_in_the_way():
    operation = suspended()
    operation.resume(**entry("2011"))
    with refused(EntriesInTheWay, given(operation)) as refusal:
        void(operation, 3)
    assert refusal.value.values["versions"] == [4]
    void(operation, 4)
    void(operation, 3)
    assert operation.phase == "partly_funded"


@pytest.mark.parametrize("build", [planned, funded])
def test_a_voided_plan_brings_the_earlier_one_back(build):
    operation = build()
    for total_cents in (5_00, 7_00):
        operation.set_financing_plan(total_cents=total_cents, **entry("2009"))
    void(operation, operation.version)
    assert operation.financing_plan.total_cents == 5_00
