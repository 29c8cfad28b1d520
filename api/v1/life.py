"""The life of an operation, as commands: its calendar, cost and owner, its works from start to close-out."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "life", __name__, url_prefix="/v1/operations/<reference:reference>", description="What happens to an operation."
)


@blueprint.records("/reschedule", schemas.Reschedule, roles=TEAM)
def reschedule(command: Recording, reference: str) -> Done:
    """The calendar moves.

    The calendar is a contractual commitment: a reason is needed, and every earlier promise is kept.
    """
    operation = command.operation(reference)
    operation.reschedule(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/revise-cost", schemas.ReviseCost, roles=TEAM)
def revise_cost(command: Recording, reference: str) -> Done:
    """The cost becomes another.

    A reason is needed.
    """
    operation = command.operation(reference)
    operation.revise_cost(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/owner", schemas.ChangeOwner, roles=TEAM)
def change_owner(command: Recording, reference: str) -> Done:
    """Another body takes the operation over."""
    operation = command.operation(reference)
    command.known_partners(command.facts["owner"], field="owner")
    operation.change_owner(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/authorise-early-start", schemas.AuthoriseEarlyStart, roles=TEAM)
def authorise_early_start(command: Recording, reference: str) -> Done:
    """Works may start before any money is recorded."""
    operation = command.operation(reference)
    operation.authorise_early_start(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/start", schemas.Start, roles=TEAM)
def start(command: Recording, reference: str) -> Done:
    """Works begin on site.

    Without any recorded allocation or commitment, an early-start authorisation or a reason is needed.
    """
    operation = command.operation(reference)
    operation.start(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/suspend", schemas.Suspend, roles=TEAM)
def suspend(command: Recording, reference: str) -> Done:
    """The works, or their preparation, stand still for a time.

    A reason is needed. No start, delivery, allocation or commitment meanwhile; work that was earned is paid.
    """
    operation = command.operation(reference)
    operation.suspend(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/resume", schemas.Resume, roles=TEAM)
def resume(command: Recording, reference: str) -> Done:
    """The operation goes on after a suspension."""
    operation = command.operation(reference)
    operation.resume(**command.entry)
    return Done(operation)


@blueprint.records("/deliver", schemas.Deliver, roles=TEAM)
def deliver(command: Recording, reference: str) -> Done:
    """The works are finished and handed over.

    Never before a known start; where the start was never recorded, a reason is needed.
    """
    operation = command.operation(reference)
    operation.deliver(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/abandon", schemas.Abandon, roles=TEAM)
def abandon(command: Recording, reference: str) -> Done:
    """The operation will not be done, or not finished.

    A reason is needed.
    """
    operation = command.operation(reference)
    operation.abandon(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/close", schemas.Close, roles=TEAM)
def close(command: Recording, reference: str) -> Done:
    """The accounts are settled; afterwards entries are only put right.

    Once it is delivered or abandoned, and every commitment paid or given up. A reason says why the final cost is not
    the cost that was recorded.
    """
    operation = command.operation(reference)
    operation.close(**command.facts, **command.entry)
    return Done(operation)
