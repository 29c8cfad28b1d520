"""What is done for people beside the works, as commands: households rehoused, communes assisted."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "people",
    __name__,
    url_prefix="/v1/operations/<reference:reference>",
    description="What is done for people beside the works.",
)


@blueprint.records("/rehousing", schemas.ReportRehousing, roles=TEAM)
def report_rehousing(command: Recording, reference: str) -> Done:
    """How far the rehousing of households has come.

    Running totals since the beginning, at least one of the two; they only rise.
    """
    operation = command.operation(reference)
    operation.report_rehousing(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/assistance", schemas.Assist, roles=TEAM)
def assist(command: Recording, reference: str) -> Done:
    """The authority helps a commune.

    By staff time, counted in days, or by an aid, counted in cents.
    """
    operation = command.operation(reference)
    operation.assist(**command.facts, **command.entry)
    return Done(operation)
