"""The contract holds together: bodies and commands agree, refusals have a status, the description is valid."""

import inspect
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from marshmallow import Schema

from api.http import problems
from api.http.fields import Part
from api.v1 import schemas
from api.v1.schemas.agreements import CHANGES
from domain import amending, errors
from domain.agreement import Agreement
from domain.event import METADATA, Entry
from domain.events import (
    AgreementAllocated,
    AgreementEarlyStartAuthorised,
    AgreementNoted,
    AgreementSigned,
    AmendmentSigned,
)
from domain.operation import Operation
from domain.partner import Partner
from domain.shape import field_types

COMMANDS: dict[type[Schema], Callable[..., Any]] = {
    schemas.Plan: Operation.plan,
    schemas.Reschedule: Operation.reschedule,
    schemas.ReviseCost: Operation.revise_cost,
    schemas.ChangeOwner: Operation.change_owner,
    schemas.AuthoriseEarlyStart: Operation.authorise_early_start,
    schemas.Start: Operation.start,
    schemas.Suspend: Operation.suspend,
    schemas.Resume: Operation.resume,
    schemas.Deliver: Operation.deliver,
    schemas.Abandon: Operation.abandon,
    schemas.Close: Operation.close,
    schemas.Allocate: Operation.allocate,
    schemas.Commit: Operation.commit,
    schemas.SetFinancingPlan: Operation.set_financing_plan,
    schemas.ReviseCommitment: Operation.revise_commitment,
    schemas.Decommit: Operation.decommit,
    schemas.ReviseSchedule: Operation.revise_schedule,
    schemas.TakeBack: Operation.take_back,
    schemas.RequestPayment: Operation.request_payment,
    schemas.Pay: Operation.pay,
    schemas.Repay: Operation.repay,
    schemas.ReportRehousing: Operation.report_rehousing,
    schemas.Assist: Operation.assist,
    schemas.AssessCoherence: Operation.assess_coherence,
    schemas.AssessPriorityArea: Operation.assess_priority_area,
    schemas.ReachMilestone: Operation.reach_milestone,
    schemas.RescheduleMilestone: Operation.reschedule_milestone,
    schemas.DropMilestone: Operation.drop_milestone,
    schemas.Attach: Operation.attach,
    schemas.Detach: Operation.detach,
    schemas.Correct: Operation.correct,
    schemas.Void: Operation.void,
    schemas.SignAgreement: Agreement.sign,
    schemas.CorrectAgreement: Agreement.correct,
    schemas.Amend: amending.amend,
    schemas.RegisterPartner: Partner.register,
}
# Of an agreement as well as of an operation.
OF_AGREEMENTS = (schemas.SignAgreement, schemas.CorrectAgreement, schemas.Amend)
STEPS = {schemas.ReachMilestone, schemas.RescheduleMilestone, schemas.DropMilestone}
# What the address says, or what the route looks up.
LINES = {schemas.ReviseCommitment, schemas.Decommit, schemas.ReviseSchedule, schemas.TakeBack}
SAID_ELSEWHERE = {
    "code": STEPS,
    "line": LINES,
    "target": {schemas.Correct, schemas.Void, schemas.CorrectAgreement},
    "agreement": {schemas.Correct},
}


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
    # An amendment that changes no operation says so, by an empty list.
    assert said == facts | ({"changes": True} if schema is schemas.Amend else {})


def parts(form: type[Part]) -> list[type[Part]]:
    return [each for child in form.__subclasses__() for each in (child, *parts(child))]


@pytest.mark.parametrize("part", [each for each in parts(Part) if hasattr(each, "structure")], ids=lambda p: p.__name__)
def test_a_part_of_a_body_says_what_the_domain_takes(part):
    taken = {each.name: each.required for each in msgspec.structs.fields(part.structure)}
    said = {name: field.required for name, field in part().fields.items() if name != "kind"}
    assert said == taken


def test_the_changes_of_an_amendment_are_those_of_the_domain():
    structures = {part.structure for part in CHANGES.values()}
    assert structures == set(amending.Change.__subclasses__())
    assert [part().fields["kind"].validate.choices for part in CHANGES.values()] == [[kind] for kind in CHANGES]


@pytest.mark.parametrize("schema", [*COMMANDS, schemas.Milestone], ids=lambda schema: schema.__name__)
def test_every_body_says_what_every_entry_carries(schema):
    assert {"on", "reason", "documents"} <= schema().fields.keys()


def test_the_fields_of_a_correction_are_those_of_the_entries():
    """What can be corrected is checked as strictly as what is recorded: no field comes in by the back door."""
    of_operations = set(COMMANDS) - {*OF_AGREEMENTS, schemas.RegisterPartner} | {schemas.Milestone}
    said = {name for schema in of_operations for name in schema().fields}
    assert schemas.Correct().fields["changes"].schema.fields.keys() == said - {"reference", "documents", "changes"}


def test_the_fields_of_a_correction_are_those_of_the_entries_of_an_agreement():
    """Those that only an import records, a note or an early start, among them."""
    events = [AgreementSigned, AgreementAllocated, AgreementNoted, AgreementEarlyStartAuthorised, AmendmentSigned]
    known = {name for event in events for name in field_types(event).keys() - METADATA - event.fixed}
    assert schemas.CorrectAgreement().fields["changes"].schema.fields.keys() == known


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
