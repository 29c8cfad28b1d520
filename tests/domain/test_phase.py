"""The phase of an operation and what its record still lacks are derived, never set."""

import pytest

from tests.story import ARCHIVE, abandoned, allocated, committed, delivered, entry, funded, planned, started


@pytest.mark.parametrize(
    ("operation", "phase"),
    [(planned, "planned"), (funded, "partly_funded"), (started, "started"), (delivered, "delivered")],
)
def test_a_phase_follows_what_happened(operation, phase):
    assert operation().phase == phase


def test_abandonment_is_the_last_word():
    assert abandoned().phase == "abandoned"


@pytest.mark.parametrize(
    ("commitments", "phase"),
    [
        ([], "planned"),
        ([99_99], "partly_funded"),
        ([60_00, 39_99], "partly_funded"),
        ([60_00, 40_00], "funded"),
        ([150_00], "funded"),
    ],
)
def test_an_operation_is_funded_when_commitments_reach_the_cost(commitments, phase):
    operation = planned(cost_cents=100_00)
    for amount_cents in commitments:
        committed(operation, amount_cents)
    assert operation.phase == phase


def test_a_loan_counts_for_the_phase():
    operation = planned(cost_cents=69_00)
    committed(operation, 24_00)
    committed(operation, 45_00, instrument="loan")
    assert operation.phase == "funded"


def test_an_allocation_alone_does_not_fund_an_operation():
    operation = planned(cost_cents=100_00)
    allocated(operation, 100_00)
    assert operation.phase == "partly_funded"


def test_an_operation_of_unknown_cost_is_partly_funded_at_most():
    operation = planned()
    committed(operation, 10_000_000_00)
    assert operation.phase == "partly_funded"


def test_a_revised_cost_changes_the_phase():
    operation = planned(cost_cents=100_00)
    committed(operation, 100_00)
    operation.revise_cost(cost_cents=100_01, **entry("2009", reason="Avenant 1"))
    assert operation.phase == "partly_funded"


def test_a_voided_commitment_does_not_fund():
    operation = funded()
    operation.void(target=2, **entry("2009", reason="Saisi sur la mauvaise opération"))
    assert operation.phase == "planned"


# What is to be completed


def test_a_complete_record_lacks_nothing():
    assert delivered(owner="anzin", cost_cents=1_00).to_complete == []


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"theme": None}, "theme"),
        ({"owner": None}, "owner"),
        ({"cost_cents": None}, "cost"),
        ({"on": None, "by": ARCHIVE}, "planned_on"),
    ],
)
def test_what_a_plan_lacks_is_named(facts, missing):
    assert planned(**({"owner": "anzin", "cost_cents": 1_00} | facts)).to_complete == [missing]


def test_a_delivery_whose_start_is_unknown_is_to_be_completed():
    operation = planned(owner="anzin", cost_cents=1_00, by=ARCHIVE)
    operation.deliver(**entry("2014", by=ARCHIVE))
    assert operation.to_complete == ["start"]


def test_an_imported_start_without_funding_is_to_be_completed():
    operation = planned(owner="anzin", cost_cents=1_00, by=ARCHIVE)
    operation.start(**entry("2006", by=ARCHIVE, reason="Début des travaux, avant la convention"))
    assert operation.to_complete == ["start_funding"]


@pytest.mark.parametrize(
    "complete",
    [
        lambda operation: committed(operation),
        lambda operation: operation.authorise_early_start(authority="anru", **entry("2005")),
        lambda operation: operation.correct(
            target=2, changes={"reason": "Sur les fonds de la ville"}, **entry("2026", reason="Précision")
        ),
    ],
    ids=["funding", "authorisation", "reason"],
)
def test_an_imported_start_is_completed_by_what_justifies_it(complete):
    operation = planned(owner="anzin", cost_cents=1_00, by=ARCHIVE)
    operation.start(**entry("2006", by=ARCHIVE, reason="Début des travaux, avant la convention"))
    complete(operation)
    assert operation.to_complete == []
