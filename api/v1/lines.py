"""What becomes of a line of money, as commands: a commitment or an allocation is revised, or taken back."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "lines",
    __name__,
    url_prefix="/v1/operations/<reference:reference>",
    description="What becomes of a line of money once it is open.",
)


@blueprint.records("/commitments/<line:line>/revise", schemas.ReviseCommitment, roles=TEAM)
def revise_commitment(command: Recording, reference: str, line: str) -> Done:
    """A commitment becomes another amount.

    A reason is needed. Never below what is paid.
    """
    operation = command.operation(reference)
    operation.revise_commitment(line=line, **command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/commitments/<line:line>/decommit", schemas.Decommit, roles=TEAM)
def decommit(command: Recording, reference: str, line: str) -> Done:
    """A part of a commitment, or all of it, is given up.

    A reason is needed. What is paid stays paid.
    """
    operation = command.operation(reference)
    operation.decommit(line=line, **command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/commitments/<line:line>/schedule", schemas.ReviseSchedule, roles=TEAM)
def revise_schedule(command: Recording, reference: str, line: str) -> Done:
    """The payments by year of a commitment become others.

    A reason is needed. They add up to what is committed, and no year falls below what was paid in it.
    """
    operation = command.operation(reference)
    operation.revise_schedule(line=line, **command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/allocations/<line:line>/take-back", schemas.TakeBack, roles=TEAM)
def take_back(command: Recording, reference: str, line: str) -> Done:
    """A part of an allocation, or all of it, is taken back.

    A reason is needed. What the partner has committed on the operation stays covered.
    """
    operation = command.operation(reference)
    operation.take_back(line=line, **command.facts, **command.entry)
    return Done(operation)
