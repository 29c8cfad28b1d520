"""What an operation is held against, as commands: plans of the territory, priority areas."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "frame",
    __name__,
    url_prefix="/v1/operations/<reference:reference>",
    description="What an operation is held against.",
)


@blueprint.records("/coherence", schemas.AssessCoherence, roles=TEAM)
def assess_coherence(command: Recording, reference: str) -> Done:
    """The operation is held against one version of a plan of the territory.

    A later version asks for a new verdict; the one of the latest day counts.
    """
    operation = command.operation(reference)
    operation.assess_coherence(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/priority-area", schemas.AssessPriorityArea, roles=TEAM)
def assess_priority_area(command: Recording, reference: str) -> Done:
    """The operation lies in a priority area, or outside all of them.

    By the generation of lists in force on that day.
    """
    operation = command.operation(reference)
    operation.assess_priority_area(**command.facts, **command.entry)
    return Done(operation)
