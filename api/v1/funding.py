"""The money of an operation, as commands: what partners are to bring, set aside, and commit."""

from marshmallow import fields

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint, Recorded
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "funding", __name__, url_prefix="/v1/operations/<reference:reference>", description="The money of an operation."
)


class RecordedLine(Recorded):
    """What a command recorded, and the name of the money line that it opened."""

    line = fields.String(required=True, metadata={"description": "Name of the new line: `L1`, `L2`…"})


@blueprint.records("/allocations", schemas.Allocate, roles=TEAM, answer=RecordedLine)
def allocate(command: Recording, reference: str) -> Done:
    """A partner sets money aside for the operation.

    A ceiling, before any commitment.
    """
    operation = command.operation(reference)
    command.known_partners(command.facts["partner"], field="partner")
    line = operation.allocate(**command.facts, **command.entry)
    return Done(operation, line=line)


@blueprint.records("/commitments", schemas.Commit, roles=TEAM, answer=RecordedLine)
def commit(command: Recording, reference: str) -> Done:
    """A partner commits money to the operation by a formal decision.

    Nothing is paid yet.
    """
    operation = command.operation(reference)
    command.known_partners(command.facts["partner"], field="partner")
    line = operation.commit(**command.facts, **command.entry)
    return Done(operation, line=line)


@blueprint.records("/financing-plan", schemas.SetFinancingPlan, roles=TEAM)
def set_financing_plan(command: Recording, reference: str) -> Done:
    """Who is to bring what is decided.

    Nothing is set aside nor committed by it; what no share says is undetermined.
    """
    operation = command.operation(reference)
    command.known_funders(command.facts.get("shares", ()), field="shares")
    operation.set_financing_plan(**command.facts, **command.entry)
    return Done(operation)
