"""What an operation offers is what it accepts: held against whatever was asked of it, in whatever order."""

import inspect
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given as tried
from hypothesis import settings

from domain import events
from domain.commands.frame import FrameCommands
from domain.commands.funding import FundingCommands
from domain.commands.milestones import MilestoneCommands
from domain.commands.payments import PaymentCommands
from domain.commands.people import PeopleCommands
from domain.commands.planning import PlanningCommands
from domain.commands.works import WorksCommands
from domain.errors import AlreadyVoided, NotFunded, NotVoidable, OperationSuspended, Refusal
from domain.events.correcting import Correction
from domain.offering import (
    REASON,
    accepted,
    correctable,
    offers,
    why_not_corrected,
    why_not_voided,
)
from domain.operation import Operation
from domain.trials import TRIALS
from tests.domain.test_random_histories import HISTORIES, MONEY_HISTORIES, aimed
from tests.story import (
    ARCHIVE,
    NOW,
    abandoned,
    allocated,
    committed,
    day,
    delivered,
    entry,
    funded,
    knowledge,
    planned,
    started,
    suspended,
)

OF_OPERATIONS = (
    *(PlanningCommands, FundingCommands, PaymentCommands, PeopleCommands, WorksCommands, MilestoneCommands),
    FrameCommands,
)
ELSEWHERE = {"plan", "allocation", "next_line"}
PUTTING_RIGHT = {"correct", "void"}


def offered(operation: Operation) -> set[str]:
    return set(offers(operation, NOW))


def closed() -> Operation:
    operation = delivered()
    operation.pay(line="L1", kind="balance", amount_cents=100_00, external_ref="V-1", **entry("2014"))
    operation.close(final_cost_cents=100_00, **entry("2015"))
    return operation


# Against whatever happens


def check(operation: Operation, name: str, facts: dict[str, Any], said: Any) -> None:
    """What was accepted just now was on offer just before. operation: as it was."""
    if said["by"].imports:
        return
    offer = offers(operation, NOW).get(name)
    assert offer, name
    choice = facts.get("line") or (facts.get("code") if "milestone" in name else None)
    if choice and name not in {"schedule_milestone", "log_milestone"}:
        assert choice in offer.choices
    if "kind" in facts and name != "assist":
        assert facts["kind"] in offer.kinds
    assert said["reason"] or not offer.needs_reason


def lived(history: list[Any]) -> Operation:
    """An operation to which all this was asked; whatever it accepted was on offer."""
    operation = planned(cost_cents=20)
    for (name, wished), said in history:
        facts, before = aimed(operation, wished), deepcopy(operation)
        try:
            getattr(operation, name)(**facts, **said)
        except Refusal:
            continue
        if name == "correct":
            assert said["by"].imports or why_not_corrected(before, facts["target"], NOW) is None
        elif name == "void":
            assert said["by"].imports or why_not_voided(before, facts["target"], NOW) is None
        else:
            check(before, name, facts, said)
    return operation


def check_offers_are_taken(operation: Operation) -> None:
    """Each offer is accepted by the command itself, by the very facts that showed it; asking changed nothing."""
    before = deepcopy(knowledge(operation))
    found = list(accepted(operation, NOW))
    assert knowledge(operation) == before
    for each in found:
        copy, facts = deepcopy(operation), dict(each.trial.facts)
        if each.command in {"allocate", "commit"}:
            del facts["line"]
        reason = None if each.without_reason is None else REASON
        getattr(copy, each.command)(**facts, **entry(each.on.text, reason=reason))
        assert copy.version == operation.version + 1


def check_entries(operation: Operation) -> None:
    """Each entry is voided exactly where that is on offer; its reason can be corrected where correcting is."""
    for version in range(1, operation.version + 2):
        for name, why, facts in (
            ("void", why_not_voided(operation, version, NOW), {}),
            ("correct", why_not_corrected(operation, version, NOW), {"changes": {"reason": "Autre, vraiment"}}),
        ):
            assert type(why) is type(answer(deepcopy(operation), name, version, facts)), (name, version)


def answer(operation: Operation, name: str, version: int, facts: dict[str, Any]) -> Refusal | None:
    """What the operation says when an entry is put right."""
    try:
        getattr(operation, name)(target=version, **facts, **entry("2026-11", reason="Erreur"))
    except Refusal as refusal:
        return refusal
    return None


@settings(max_examples=60, deadline=None, database=None)
@tried(HISTORIES)
def test_whatever_is_accepted_was_on_offer_and_whatever_is_offered_is_accepted(history):
    operation = lived(history)
    check_offers_are_taken(operation)
    check_entries(operation)


@settings(max_examples=60, deadline=None, database=None)
@tried(MONEY_HISTORIES)
def test_so_it_is_whatever_becomes_of_the_money(history):
    operation = lived(history)
    check_offers_are_taken(operation)
    check_entries(operation)


def test_every_command_of_an_operation_is_tried():
    commands = {
        name
        for each in OF_OPERATIONS
        for name, _ in inspect.getmembers(each, inspect.isfunction)
        if not name.startswith("_")
    }
    assert commands - ELSEWHERE == TRIALS.keys()
    assert {name for name in dir(Operation) if name in PUTTING_RIGHT} == PUTTING_RIGHT


# Where an operation stands


@pytest.mark.parametrize(
    ("operation", "there", "not_there"),
    [
        (planned, {"start", "commit", "abandon", "log_milestone"}, {"resume", "close", "pay", "detach", "decommit"}),
        (funded, {"start", "revise_commitment", "pay", "suspend"}, {"take_back", "repay", "close"}),
        (started, {"deliver", "suspend"}, {"start", "resume"}),
        (suspended, {"resume", "pay", "start"}, {"suspend"}),
        (delivered, {"pay", "revise_cost"}, {"deliver", "abandon", "close"}),
        (abandoned, {"decommit", "change_owner", "pay"}, {"abandon", "deliver", "resume"}),
        (closed, set(), {*TRIALS}),
    ],
)
def test_an_operation_offers_what_can_happen_to_it(operation, there, not_there):
    assert there <= offered(operation())
    assert offered(operation()) & not_there == set()


def test_what_a_suspension_stops_is_on_offer_for_what_happened_before_it():
    operation = suspended("2010-05")
    assert isinstance(offers(operation, NOW)["start"].not_today, OperationSuspended)
    assert offers(operation, NOW)["resume"].not_today is None
    operation.start(**entry("2010-04"))


def test_what_happened_between_two_days_is_on_offer_too():
    """Between the start and the suspension, the suspension and the abandonment: no other day would do."""
    operation = started("2008-11-20")
    operation.suspend(**entry("2008-11-22", reason="Fouilles"))
    assert offers(operation, NOW)["deliver"].not_today
    operation.abandon(**entry("2008-11-25", reason="Renoncement"))
    assert offers(operation, NOW)["resume"].not_today
    operation.resume(**entry("2008-11-23"))


def test_an_early_report_says_no_more_than_later_ones():
    operation = planned()
    operation.report_rehousing(households_to_rehouse=40, households_rehoused=40, **entry("2010-06-01"))
    operation.abandon(**entry("2010-06-01", reason="Renoncement"))
    assert offers(operation, NOW)["report_rehousing"].not_today
    operation.report_rehousing(households_rehoused=0, **entry("2010-05"))


def test_accounts_with_money_left_to_pay_are_not_closed():
    operation = delivered()
    assert "close" not in offered(operation)
    operation.pay(line="L1", kind="balance", amount_cents=100_00, external_ref="V-1", **entry("2014"))
    assert "close" in offered(operation)


def test_a_balance_is_offered_once_it_can_be_paid():
    assert offers(started(), NOW)["pay"].kinds.keys() == {"advance", "interim"}
    assert offers(delivered(), NOW)["pay"].kinds.keys() == {"advance", "interim", "balance"}


def test_lines_are_offered_for_what_they_can_take():
    operation = planned()
    committed(operation, 100)
    allocated(operation, 500)
    committed(operation, 100, partner="region")
    operation.pay(line="L3", kind="interim", amount_cents=100, external_ref="V-1", **entry("2009"))
    found = offers(operation, NOW)
    assert list(found["pay"].choices) == ["L1"]
    assert list(found["decommit"].choices) == ["L1"]
    assert list(found["repay"].choices) == ["L3"]
    assert list(found["take_back"].choices) == ["L2"]
    assert list(found["revise_commitment"].choices) == ["L1", "L3"]


def test_milestones_that_lie_ahead_are_offered():
    operation = planned()
    for code in ("permis", "visite"):
        operation.schedule_milestone(code=code, title=code, due_on=day("2030"), **entry("2009"))
    operation.reach_milestone(code="permis", **entry("2010"))
    for name in ("reach_milestone", "reschedule_milestone", "drop_milestone"):
        assert list(offers(operation, NOW)[name].choices) == ["visite"]


def test_what_a_reason_alone_would_lift_is_told():
    assert isinstance(offers(planned(), NOW)["start"].unless, NotFunded)
    assert offers(funded(), NOW)["start"].unless is None
    revised = offers(planned(), NOW)["revise_cost"]
    assert (revised.needs_reason, revised.unless) == (True, None)


# Entries


def test_an_entry_that_others_rest_on_says_which_stand_in_the_way():
    operation = started()
    operation.pay(line="L1", kind="interim", amount_cents=1, external_ref="V-1", **entry("2009"))
    why = why_not_voided(operation, 2, NOW)
    assert why is not None
    assert "n° 4" in str(why)
    assert why_not_voided(operation, 4, NOW) is None
    assert why_not_corrected(operation, 2, NOW) is None


def test_a_voided_entry_and_a_correction_are_not_corrected_again():
    operation = funded()
    operation.void(target=2, **entry("2010", reason="Doublon"))
    assert isinstance(why_not_corrected(operation, 2, NOW), AlreadyVoided)
    assert isinstance(why_not_corrected(operation, 3, NOW), NotVoidable)


def test_the_facts_that_can_be_corrected_are_those_that_the_domain_takes():
    for name in events.__all__:
        cls = getattr(events, name)
        if issubclass(cls, Correction) or not cls.TOPIC.startswith("operation."):
            continue
        blank = object.__new__(cls)
        assert set(correctable(blank)) >= {"on", "reason"} - cls.fixed
        assert not {"by", "documents", "waived", "timestamp", *cls.fixed} & set(correctable(blank))


def test_an_entry_of_an_archive_offers_as_any_other_does():
    operation = planned(by=ARCHIVE, on=None)
    assert why_not_corrected(operation, 1, NOW) is None
    assert "start" in offered(operation)
