"""The frame of an operation, as commands: the programme and the agreement that it comes under."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "programme",
    __name__,
    url_prefix="/v1/operations/<reference:reference>/programme",
    description="The programme that an operation comes under.",
)


@blueprint.records("", schemas.Attach, roles=TEAM)
def attach(command: Recording, reference: str) -> Done:
    """The operation comes under a programme.

    Perhaps years after it was planned; earlier money keeps the programme under which it was decided.
    """
    operation = command.operation(reference)
    command.frame(command.facts.get("agreement"))
    operation.attach(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/detach", schemas.Detach, roles=TEAM)
def detach(command: Recording, reference: str) -> Done:
    """The operation leaves its programme.

    A reason is needed.
    """
    operation = command.operation(reference)
    operation.detach(**command.entry)
    return Done(operation)
