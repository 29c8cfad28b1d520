"""The contract holds together: bodies and commands agree, refusals have a status, the description is valid."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import Schema

from api.http import problems
from api.v1 import schemas
from domain import errors
from domain.agreement import Agreement
from domain.event import Entry
from domain.operation import Operation
from domain.partner import Partner

COMMANDS: dict[type[Schema], Callable[..., Any]] = {
    schemas.Plan: Operation.plan,
    schemas.Reschedule: Operation.reschedule,
    schemas.ReviseCost: Operation.revise_cost,
    schemas.ChangeOwner: Operation.change_owner,
    schemas.AuthoriseEarlyStart: Operation.authorise_early_start,
    schemas.Start: Operation.start,
    schemas.Deliver: Operation.deliver,
    schemas.Abandon: Operation.abandon,
    schemas.Allocate: Operation.allocate,
    schemas.Commit: Operation.commit,
    schemas.ReachMilestone: Operation.reach_milestone,
    schemas.RescheduleMilestone: Operation.reschedule_milestone,
    schemas.DropMilestone: Operation.drop_milestone,
    schemas.Attach: Operation.attach,
    schemas.Detach: Operation.detach,
    schemas.Correct: Operation.correct,
    schemas.Void: Operation.void,
    schemas.SignAgreement: Agreement.sign,
    schemas.RegisterPartner: Partner.register,
}
STEPS = {schemas.ReachMilestone, schemas.RescheduleMilestone, schemas.DropMilestone}
# What the address says, or what the route looks up.
SAID_ELSEWHERE = {"code": STEPS, "target": {schemas.Correct, schemas.Void}, "agreement": {schemas.Correct}}


@pytest.mark.parametrize("schema", COMMANDS, ids=lambda schema: schema.__name__)
def test_a_body_says_what_its_command_takes(schema):
    taken = inspect.signature(COMMANDS[schema]).parameters.values()
    facts = {
        each.name: each.default is each.empty
        for each in taken
        if each.kind is each.KEYWORD_ONLY
        and (each.name != "authority" or schema is schemas.AuthoriseEarlyStart)
        and schema not in SAID_ELSEWHERE.get(each.name, ())
    }
    said = {name: field.required for name, field in schema().fields.items() if name not in Entry.__annotations__}
    assert said == facts


@pytest.mark.parametrize("schema", [*COMMANDS, schemas.Milestone], ids=lambda schema: schema.__name__)
def test_every_body_says_what_every_entry_carries(schema):
    assert {"on", "reason", "documents"} <= schema().fields.keys()


def test_the_fields_of_a_correction_are_those_of_the_entries():
    """What can be corrected is checked as strictly as what is recorded: no field comes in by the back door."""
    said = {name for schema in [*COMMANDS, schemas.Milestone] for name in schema().fields} - {"changes"}
    of_operations = said - {
        "reference",
        "code",
        "documents",
        "kind",
        "leader",
        "signatories",
        "name",
        "siren",
        "other_names",
    }
    assert schemas.Correct().fields["changes"].schema.fields.keys() == of_operations


def every(refusal: type[errors.Refusal]) -> list[type[errors.Refusal]]:
    return [refusal, *(each for child in refusal.__subclasses__() for each in every(child))]


@pytest.mark.parametrize("refusal", every(errors.Refusal), ids=lambda refusal: refusal.code)
def test_every_refusal_has_a_status(refusal):
    assert problems.status_of(refusal) in (404, 409, 412, 422)


def test_every_kind_of_refusal_has_the_status_of_the_contract():
    told = [
        errors.UnknownOperation,
        errors.UnknownPartner,
        errors.AlreadyStarted,
        errors.VersionConflict,
        errors.KeyReused,
        errors.TooManyWriters,
    ]
    assert [problems.status_of(refusal) for refusal in told] == [404, 422, 409, 412, 422, 409]


def test_no_two_refusals_share_a_code():
    codes = [refusal.code for refusal in every(errors.Refusal)]
    assert len(set(codes)) == len(codes)
