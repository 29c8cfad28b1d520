"""Dated steps other than start and delivery, as commands: studies, permits, committees, site meetings."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "milestones",
    __name__,
    url_prefix="/v1/operations/<reference:reference>/milestones",
    description="Dated steps other than start and delivery.",
)


@blueprint.records("", schemas.Milestone, roles=TEAM)
def milestone(command: Recording, reference: str) -> Done:
    """A step is promised, or has happened.

    Scheduled where only `due_on` is given, logged as reached where `on` is.
    """
    operation = command.operation(reference)
    facts = {"title" if name == "label" else name: value for name, value in command.facts.items()}
    log = operation.log_milestone if command.dated else operation.schedule_milestone
    log(**facts, **command.entry)
    return Done(operation)


@blueprint.records("/<code:code>/reach", schemas.ReachMilestone, roles=TEAM)
def reach_milestone(command: Recording, reference: str, code: str) -> Done:
    """A promised step has happened."""
    operation = command.operation(reference)
    operation.reach_milestone(code=code, **command.entry)
    return Done(operation)


@blueprint.records("/<code:code>/reschedule", schemas.RescheduleMilestone, roles=TEAM)
def reschedule_milestone(command: Recording, reference: str, code: str) -> Done:
    """The promise for a step moves.

    A reason is needed.
    """
    operation = command.operation(reference)
    operation.reschedule_milestone(code=code, **command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/<code:code>/drop", schemas.DropMilestone, roles=TEAM)
def drop_milestone(command: Recording, reference: str, code: str) -> Done:
    """A promised step will not happen.

    A reason is needed.
    """
    operation = command.operation(reference)
    operation.drop_milestone(code=code, **command.entry)
    return Done(operation)
