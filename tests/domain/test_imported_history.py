"""History taken over from files is recorded as it is told: rules of order become flags, structure still counts."""

from dataclasses import replace

import pytest

from domain.dates import UNKNOWN
from domain.errors import (
    AmountNotPositive,
    FutureDate,
    MilestoneTaken,
    NotVoidable,
    OutsideTerritory,
    RepeatedValue,
    ScheduleMismatch,
    UndatedFact,
    UnknownCommune,
    UnknownMilestone,
    UnknownProgramme,
)
from domain.event import Document
from domain.money import Instalment
from tests.story import (
    ANZIN,
    ARCHIVE,
    ESCAUTPONT,
    PETITE_FORET,
    abandoned,
    allocated,
    committed,
    day,
    delivered,
    entry,
    given,
    knowledge,
    planned,
    refused,
    replayed,
    started,
)


def told(on, reason=None):
    """What a line of the file says of a fact."""
    return entry(on, by=ARCHIVE, reason=reason)


def waived(operation):
    """The rules that the last entry was not held to."""
    return operation.entries[-1].waived


def test_a_fact_may_be_undated_in_a_file_only():
    operation = given(planned())
    with refused(UndatedFact, operation, field="on"):
        allocated(operation, on=None)
    allocated(operation, on=None, by=ARCHIVE)
    assert operation.money.movements[0].on == UNKNOWN
    assert waived(operation) == ()


def test_an_unfunded_start_is_recorded_and_flagged():
    operation = planned(by=ARCHIVE)
    operation.start(**told("2006"))
    assert (operation.started_on, waived(operation)) == (day("2006"), ("not-funded",))
    assert "start_funding" in operation.to_complete


def test_what_the_file_says_of_a_start_justifies_nothing():
    operation = planned(by=ARCHIVE)
    operation.start(**told("2006", reason="Travaux commencés avant la convention"))
    assert (operation.entries[-1].reason, waived(operation)) == (
        "Travaux commencés avant la convention",
        ("not-funded",),
    )


def test_a_delivery_without_a_start_is_recorded_and_flagged():
    operation = planned(by=ARCHIVE)
    operation.deliver(**told("2014"))
    assert (operation.phase, waived(operation)) == ("delivered", ("not-started",))
    assert "start" in operation.to_complete


def test_a_delivery_before_the_start_is_recorded_and_flagged():
    operation = started("2013")
    operation.deliver(**told("2012"))
    assert (operation.delivered_on, waived(operation)) == (day("2012"), ("delivered-before-start",))


@pytest.mark.parametrize(
    ("operation", "tell", "code"),
    [
        (started, lambda operation: operation.start(**told("2012")), "already-started"),
        (delivered, lambda operation: operation.deliver(**told("2014")), "already-delivered"),
        (abandoned, lambda operation: committed(operation, on="2011", by=ARCHIVE), "already-abandoned"),
        (planned, lambda operation: operation.detach(**told("2011", "Convention close")), "no-programme"),
        (planned, lambda operation: operation.revise_cost(cost_cents=5, **told("2011")), "reason-missing"),
        (planned, lambda operation: operation.abandon(**told("2011")), "reason-missing"),
    ],
)
def test_a_rule_of_order_is_waived_under_its_code(operation, tell, code):
    operation = operation()
    tell(operation)
    assert waived(operation) == (code,)


def test_every_rule_that_was_waived_is_named_once():
    operation = delivered("2013-06-30")
    operation.deliver(**told("2007"))
    assert waived(operation) == ("already-delivered", "delivered-before-start")


def test_a_rural_centre_that_is_too_large_is_recorded_and_flagged():
    operation = planned(communes=(PETITE_FORET,), theme="rural_centre", on="2024", by=ARCHIVE, reason="Fiche du fonds")
    assert waived(operation) == ("too-many-inhabitants",)


def test_the_flags_stay_when_the_entry_is_read_again():
    operation = planned(by=ARCHIVE)
    operation.start(**told("2006"))
    assert knowledge(replayed(operation)) == knowledge(operation)
    assert waived(replayed(operation)) == ("not-funded",)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"communes": ("75056",)}, UnknownCommune),
        ({"communes": (ESCAUTPONT,)}, OutsideTerritory),
        ({"communes": (ANZIN, ANZIN)}, RepeatedValue),
        ({"programme": "PNRU-3"}, UnknownProgramme),
        ({"cost_cents": -1}, AmountNotPositive),
        ({"on": "2027"}, FutureDate),
    ],
)
def test_structure_counts_for_a_file_too(facts, refusal):
    with refused(refusal):
        planned(by=ARCHIVE, **facts)


@pytest.mark.parametrize(
    ("tell", "refusal"),
    [
        (lambda operation: committed(operation, -1, by=ARCHIVE), AmountNotPositive),
        (lambda operation: committed(operation, 2, schedule=(Instalment(2009, 1),), by=ARCHIVE), ScheduleMismatch),
        (lambda operation: operation.log_milestone(code="permit", title="Permis", **told("2009")), MilestoneTaken),
        (lambda operation: operation.reach_milestone(code="studies", **told("2009")), UnknownMilestone),
        (lambda operation: operation.void(target=1, **told("2009", "Doublon")), NotVoidable),
        (lambda operation: operation.start(**told("2027")), FutureDate),
    ],
)
def test_structure_counts_for_every_fact_of_a_file(tell, refusal):
    operation = planned(by=ARCHIVE)
    operation.log_milestone(code="permit", title="Permis de construire", **told("2009"))
    with refused(refusal, given(operation)):
        tell(operation)


def test_a_second_source_corrects_the_first_and_both_stay_in_sight():
    operation = planned(by=ARCHIVE)
    operation.start(**told("2003", reason="Les Échos"))
    operation.correct(target=2, changes={"on": "2004"}, **told(None, "La Gazette des communes"))
    assert (operation.started_on, operation.entries[1].on) == (day("2004"), day("2003"))
    assert [event.reason for event in operation.entries[1:]] == ["Les Échos", "La Gazette des communes"]


def test_lines_are_numbered_as_the_file_tells_them():
    operation = planned(by=ARCHIVE)
    assert [committed(operation, by=ARCHIVE, on=None, partner=each) for each in ("anru", "region")] == ["L1", "L2"]
    operation.void(target=2, **told(None, "Doublon"))
    assert committed(operation) == "L3"


def test_every_fact_keeps_its_source_and_its_evidence():
    operation = planned(by=ARCHIVE)
    proof = Document("Site de l'ANRU", ref="https://www.anru.fr")
    operation.start(**told("2006") | {"documents": (proof,)})
    event = replayed(operation).entries[-1]
    assert (event.by.source, event.documents) == (ARCHIVE.source, (proof,))
    assert replace(event, documents=()) != event
