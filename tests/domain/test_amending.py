"""An amendment moves dates and money on several operations of its agreement: all of it, or nothing."""

import pytest

from domain.amending import Reschedule, Revise, Transfer, amend, touched, void_amendment
from domain.errors import (
    AlreadyDelivered,
    AmendmentOutOfOrder,
    AmendmentTaken,
    AmountNotPositive,
    CommittedBelowPaid,
    EntriesInTheWay,
    NotACommitment,
    NotCorrectable,
    NotInAgreement,
    NotVoidable,
    NumberBelowOne,
    ReasonMissing,
    RepeatedValue,
    SameOperation,
    TransferMismatch,
    UnknownAmendment,
    UnknownLine,
    UnknownOperation,
)
from domain.events import AmendmentSigned, EntryVoided, FundingRevised, FundingTransferred, Rescheduled
from projections.telling import detail
from tests.story import (
    ARCHIVE,
    LEA,
    allocated,
    committed,
    day,
    entry,
    given,
    knowledge,
    new_events,
    planned,
    refused,
    replayed,
    signed,
)

LATER = {"delivers_on": day("2013-06-30")}


def contained(reference, agreement, cents=100_000_00, **facts):
    """An operation of the agreement with one commitment of ANRU, promised for the end of 2012."""
    operation = planned(reference, agreement=agreement, programme="PNRU", delivers_on=day("2012-12-31"), **facts)
    committed(operation, cents)
    return given(operation)


@pytest.fixture
def corridor():
    """An agreement and three operations of it."""
    agreement = given(signed("PNRU-2008"))
    return agreement, {name: contained(name, agreement) for name in ("ANZIN", "BRUAY", "MARLY")}


def amended_by(corridor, *changes, number=2, reason="Retard du foncier", on="2011-05", **facts):
    agreement, operations = corridor
    known = entry(on, reason=reason, by=facts.pop("by", LEA))
    return amend(agreement, operations.values(), number=number, changes=changes, **facts, **known)


def transfer(cents=40_000_00, **ends):
    known = {"from_operation": "ANZIN", "from_line": "L1", "to_operation": "BRUAY", "to_line": "L1"} | ends
    return Transfer(amount_cents=cents, **known)


EVERYTHING = (
    *(Reschedule(operation=name, **LATER) for name in ("ANZIN", "BRUAY", "MARLY")),
    transfer(),
)


def test_one_amendment_reschedules_three_operations_and_moves_money_between_two(corridor):
    agreement, operations = corridor
    records = amended_by(corridor, *EVERYTHING, title="Calendrier et fongibilité")
    assert records == (agreement, *operations.values())
    assert {name: [type(each) for each in new_events(record)] for name, record in operations.items()} == {
        "ANZIN": [Rescheduled, FundingTransferred],
        "BRUAY": [Rescheduled, FundingTransferred],
        "MARLY": [Rescheduled],
    }
    assert [each.money.figures.committed_cents for each in operations.values()] == [60_000_00, 140_000_00, 100_000_00]
    assert all(each.delivers_on == LATER["delivers_on"] for each in operations.values())
    assert agreement.amendments[2].operations == ("ANZIN", "BRUAY", "MARLY")
    assert [type(each) for each in new_events(agreement)] == [AmendmentSigned]
    assert all(knowledge(replayed(each)) == knowledge(each) for each in records)


def test_all_entries_of_an_amendment_share_their_command(corridor):
    records = amended_by(corridor, *EVERYTHING)
    recorded = [each for record in records for each in new_events(record)]
    assert len(recorded) == 6
    assert {each.by.correlation for each in recorded} == {each.by.command for each in recorded} == {LEA.command}


def test_each_timeline_names_the_amendment_and_the_dates_that_it_moved(corridor):
    agreement, operations = corridor
    amended_by(corridor, *EVERYTHING, title="Calendrier")
    told = {name: [detail(each, record) for each in new_events(record)] for name, record in operations.items()}
    moved = "avenant 2 (PNRU-2008) ; livraison : 31 décembre 2012 → 30 juin 2013"
    assert told == {
        "ANZIN": [moved, "avenant 2 (PNRU-2008) ; ligne L1 vers BRUAY, ligne L1"],
        "BRUAY": [moved, "avenant 2 (PNRU-2008) ; ligne L1 depuis ANZIN, ligne L1"],
        "MARLY": [moved],
    }
    assert detail(new_events(agreement)[0], agreement) == "avenant 2 ; Calendrier ; opérations : ANZIN, BRUAY, MARLY"


def test_an_amendment_revises_a_commitment(corridor):
    amended_by(corridor, Revise(operation="MARLY", line="L1", amount_cents=120_000_00, decision_ref="DAS 12"))
    marly = corridor[1]["MARLY"]
    assert marly.money.figures.committed_cents == 120_000_00
    assert [(type(each), each.amendment) for each in new_events(marly)] == [(FundingRevised, "PNRU-2008/2")]


def test_a_change_may_have_a_reason_of_its_own(corridor):
    own = Reschedule(operation="ANZIN", reason="Fouilles", **LATER)
    amended_by(corridor, own, Reschedule(operation="BRUAY", **LATER))
    assert [new_events(corridor[1][name])[0].reason for name in ("ANZIN", "BRUAY")] == ["Fouilles", "Retard du foncier"]


def test_an_amendment_may_touch_no_operation(corridor):
    agreement, _ = corridor
    assert amended_by(corridor, title="Adhésion de la Région", reason=None) == (agreement,)
    assert agreement.amendments[2].title == "Adhésion de la Région"


def test_the_operations_of_an_amendment_are_each_loaded_once():
    assert touched(EVERYTHING) == ("ANZIN", "BRUAY", "MARLY")


# Numbers


def test_numbers_rise_within_an_agreement_and_may_skip_what_archives_lost(corridor):
    agreement, _ = corridor
    amended_by(corridor, number=1)
    amended_by(corridor, number=3)
    with refused(AmendmentTaken, agreement):
        amended_by(corridor, number=3)
    with refused(AmendmentOutOfOrder, agreement) as refusal:
        amended_by(corridor, number=2)
    assert refusal.value.values == {"reference": "PNRU-2008", "number": 2, "last": 3}
    with refused(NumberBelowOne, agreement, field="number"):
        amended_by(corridor, number=0)


def test_an_archive_may_tell_amendments_out_of_order_but_none_twice(corridor):
    agreement, _ = corridor
    amended_by(corridor, number=3, by=ARCHIVE)
    amended_by(corridor, number=2, by=ARCHIVE)
    assert agreement.entries[-1].waived == ("amendment-out-of-order",)
    with refused(AmendmentTaken, agreement):
        amended_by(corridor, number=2, by=ARCHIVE)


def test_an_amendment_names_no_operation_twice():
    agreement = given(signed())
    with refused(RepeatedValue, agreement, field="operations"):
        agreement.sign_amendment(number=1, operations=("A", "A"), **entry("2011"))


# Refusals: the caller appends nothing


def test_every_operation_named_belongs_to_the_agreement(corridor):
    agreement, operations = corridor
    operations["TRITH"] = contained("TRITH", signed("OTHER"))
    with refused(NotInAgreement, agreement) as refusal:
        amended_by(corridor, *EVERYTHING, Reschedule(operation="TRITH", **LATER))
    assert refusal.value.values == {"operation": "TRITH", "agreement": "PNRU-2008"}
    assert not any(new_events(each) for each in (agreement, *operations.values()))


def test_an_operation_that_left_the_agreement_is_out_of_its_amendments(corridor):
    corridor[1]["ANZIN"].detach(**entry("2010", reason="Hors convention"))
    with refused(NotInAgreement, corridor[0]):
        amended_by(corridor, Reschedule(operation="ANZIN", **LATER))


def test_an_operation_that_nobody_knows_is_refused(corridor):
    with refused(UnknownOperation, corridor[0]):
        amended_by(corridor, Reschedule(operation="NOWHERE", **LATER))


def test_a_refusal_says_which_change_it_is_about(corridor):
    with refused(ReasonMissing, corridor[1]["BRUAY"], field="changes.1.reason") as refusal:
        amended_by(corridor, Reschedule(operation="ANZIN", reason="Fouilles", **LATER), EVERYTHING[1], reason=None)
    assert refusal.value.values["change"] == 1


def test_a_refused_rule_says_which_change_it_is_about(corridor):
    corridor[1]["BRUAY"].deliver(**entry("2010", reason="Début inconnu"))
    with refused(AlreadyDelivered, corridor[1]["BRUAY"]) as refusal:
        amended_by(corridor, *EVERYTHING)
    assert refusal.value.values["change"] == 1


# Transfers


def test_a_transfer_adds_up_to_zero_and_names_both_ends(corridor):
    amended_by(corridor, transfer())
    out, into = (new_events(corridor[1][name])[0] for name in ("ANZIN", "BRUAY"))
    assert out.amount_cents + into.amount_cents == 0
    assert (out.line, out.other_operation, out.other_line) == ("L1", "BRUAY", "L1")
    assert (into.line, into.other_operation, into.other_line) == ("L1", "ANZIN", "L1")
    assert (out.partner, out.instrument) == (into.partner, into.instrument) == ("anru", "grant")


def test_transferred_money_counts_under_the_programme_of_its_line(corridor):
    corridor[1]["BRUAY"].attach(programme="NPNRU", agreement="PNRU-2008", **entry("2016"))
    amended_by(corridor, transfer(), on="2017")
    moved = [each.money.movements[-1] for each in (corridor[1]["ANZIN"], corridor[1]["BRUAY"])]
    assert [(each.amount_cents, each.programme) for each in moved] == [(-40_000_00, "PNRU"), (40_000_00, "PNRU")]


def test_all_that_is_not_paid_may_leave_a_line_and_no_more(corridor):
    anzin = corridor[1]["ANZIN"]
    anzin.pay(line="L1", kind="interim", amount_cents=70_000_00, external_ref="T1", **entry("2010"))
    given(anzin)
    with refused(CommittedBelowPaid, anzin):
        amended_by(corridor, transfer(30_000_01))
    amended_by((given(signed("PNRU-2008")), corridor[1]), transfer(30_000_00))
    assert anzin.money.lines["L1"].to_pay_cents == 0


@pytest.mark.parametrize("facts", [{"partner": "region"}, {"instrument": "loan"}])
def test_a_transfer_keeps_its_partner_and_its_instrument(corridor, facts):
    bruay = corridor[1]["BRUAY"]
    line = committed(bruay, **facts)
    given(bruay)
    with refused(TransferMismatch, bruay):
        amended_by(corridor, transfer(to_line=line))


def test_money_moves_between_two_operations(corridor):
    line = committed(corridor[1]["ANZIN"])
    with refused(SameOperation, corridor[1]["ANZIN"]):
        amended_by(corridor, transfer(to_operation="ANZIN", to_line=line))


@pytest.mark.parametrize(
    ("change", "field"),
    [(transfer(from_line="L9"), "changes.0.from_line"), (transfer(to_line="L9"), "changes.0.to_line")],
)
def test_both_lines_of_a_transfer_exist(corridor, change, field):
    with refused(UnknownLine, corridor[1]["BRUAY"], field=field):
        amended_by(corridor, change)


def test_money_that_is_only_set_aside_is_not_transferred(corridor):
    line = allocated(corridor[1]["ANZIN"])
    with refused(NotACommitment, corridor[1]["ANZIN"], field="changes.0.line"):
        amended_by(corridor, transfer(from_line=line))


@pytest.mark.parametrize("cents", [0, -1])
def test_a_transfer_is_above_zero(corridor, cents):
    with refused(AmountNotPositive, corridor[1]["ANZIN"], field="changes.0.amount_cents"):
        amended_by(corridor, transfer(cents))


# Putting right


def test_one_end_of_a_transfer_is_neither_corrected_nor_voided_alone(corridor):
    amended_by(corridor, transfer())
    anzin = given(corridor[1]["ANZIN"])
    with refused(NotVoidable, anzin) as refusal:
        anzin.void(target=3, **entry("2020", reason="Erreur"))
    assert "PNRU-2008/2" in str(refusal.value)
    with refused(NotCorrectable, anzin, field="changes.amount_cents"):
        anzin.correct(target=3, changes={"amount_cents": -1}, **entry("2020", reason="Erreur"))


def test_an_amendment_that_touches_operations_is_not_voided_alone(corridor):
    agreement, _ = corridor
    amended_by(corridor, *EVERYTHING)
    with refused(NotVoidable, given(agreement)):
        agreement.void(target=2, **entry("2020", reason="Erreur"))


def test_a_date_that_an_amendment_moved_is_corrected_alone(corridor):
    amended_by(corridor, *EVERYTHING)
    marly = given(corridor[1]["MARLY"])
    marly.correct(target=3, changes={"delivers_on": "2013-07"}, **entry("2020", reason="Faute de frappe"))
    assert marly.delivers_on == day("2013-07")
    with refused(NotCorrectable, marly, field="changes.amendment"):
        marly.correct(target=3, changes={"amendment": "PNRU-2008/3"}, **entry("2020", reason="Erreur"))


def test_an_amendment_recorded_in_error_is_voided_whole_and_its_number_serves_again(corridor):
    agreement, operations = corridor
    before = [each.money.figures for each in operations.values()]
    amended_by(corridor, *EVERYTHING)
    for each in (agreement, *operations.values()):
        given(each)
    records = void_amendment(agreement, operations.values(), number=2, **entry("2020", reason="Avenant non signé"))
    assert [type(each) for record in records[1:] for each in new_events(record)] == [EntryVoided] * 5
    assert [each.money.figures for each in operations.values()] == before
    assert {each.delivers_on for each in operations.values()} == {day("2012-12-31")}
    assert agreement.amendments == {}
    assert all(knowledge(replayed(each)) == knowledge(each) for each in records)
    amended_by(corridor, Reschedule(operation="ANZIN", **LATER))
    assert agreement.amendments[2].operations == ("ANZIN",)


def test_an_amendment_whose_money_is_spent_is_not_voided(corridor):
    agreement, operations = corridor
    amended_by(corridor, transfer())
    bruay = operations["BRUAY"]
    bruay.pay(line="L1", kind="interim", amount_cents=120_000_00, external_ref="T1", **entry("2012"))
    with refused(EntriesInTheWay, given(bruay)):
        void_amendment(agreement, operations.values(), number=2, **entry("2020", reason="Erreur"))


def test_an_amendment_that_was_never_signed_is_not_voided(corridor):
    with refused(UnknownAmendment, corridor[0]):
        void_amendment(*corridor, number=7, **entry("2020", reason="Erreur"))
