"""Changing an agreement, as commands: it is amended, with operations that it contains, or its entries are put right."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields

from api.http.access import TEAM, may_lead
from api.http.commands import Recording
from api.http.routes import Blueprint, Recorded
from api.v1 import schemas
from domain import amending
from domain.ledger import Done
from domain.record import Record
from domain.shape import plain

blueprint = Blueprint(
    "amendments",
    __name__,
    url_prefix="/v1/agreements/<reference:reference>",
    description="Changing an agreement.",
)


class Touched(Schema):
    reference = fields.String(required=True, metadata=schemas.says("The operation."))
    version = fields.Integer(required=True, metadata=schemas.says("Place of its last entry in its history."))


class RecordedWhole(Recorded):
    """What a command recorded on an agreement, and on operations with it."""

    operations = fields.List(
        fields.Nested(Touched), required=True, metadata=schemas.says("The operations that it touched, in order.")
    )


@blueprint.records("/amendments", schemas.Amend, roles=TEAM, answer=RecordedWhole)
def amend(command: Recording, reference: str) -> Done:
    """Partners sign an amendment: dates and money of operations of the agreement change with it.

    Recorded whole or not at all. A refusal says which change it is about. `If-Match` is about the agreement.
    """
    agreement = command.agreement(reference)
    operations = [command.amended(name, field=field) for name, field in named(command.facts["changes"]).items()]
    return whole(*amending.amend(agreement, operations, **command.facts, **command.entry))


@blueprint.records("/entries/<version:version>/correct", schemas.CorrectAgreement, roles=TEAM)
def correct_agreement(command: Recording, reference: str, version: int) -> Done:
    """An entry of the agreement said something wrong.

    A reason is needed.
    """
    agreement = command.agreement(reference)
    changes = command.facts["changes"]
    if "leader" in changes:
        may_lead(changes["leader"], command.who)
    for name in ("partner", "leader"):
        command.known_partners(changes.get(name), field=f"changes.{name}")
    command.known_partners(*changes.get("signatories", ()), field="changes.signatories")
    agreement.correct(target=version, changes=plain(changes), **command.entry)
    return Done(agreement)


@blueprint.records("/entries/<version:version>/void", schemas.Void, roles=TEAM, answer=RecordedWhole)
def void_agreement_entry(command: Recording, reference: str, version: int) -> Done:
    """An entry of the agreement should never have been recorded.

    A reason is needed. An amendment is voided whole, with all that it changed on operations.
    """
    agreement = command.agreement(reference)
    for signed in agreement.amendments.values():
        if signed.version == version:
            operations = command.operations(signed.operations)
            return whole(*amending.void_amendment(agreement, operations, number=signed.number, **command.entry))
    agreement.void(target=version, **command.entry)
    return whole(agreement)


def named(changes: Sequence[amending.Change]) -> dict[str, str]:
    """The operations that the changes name, each once, and the field that names it first."""
    found: dict[str, str] = {}
    for index, change in enumerate(changes):
        for field in ("operation", "from_operation", "to_operation"):
            if reference := getattr(change, field, None):
                found.setdefault(reference, f"changes.{index}.{field}")
    return found


def whole(agreement: Record, *operations: Record) -> Done:
    """What was recorded on an agreement, and on operations with it."""
    touched: list[dict[str, Any]] = [{"reference": each.reference, "version": each.version} for each in operations]
    return Done(agreement, *operations, operations=touched)
