"""Operations: planning one, finding them, reading one."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done
from domain.operation import Operation

blueprint = Blueprint("operations", __name__, url_prefix="/v1/operations", description="Operations.")


@blueprint.records("", schemas.Plan, roles=TEAM)
def plan(command: Recording) -> Done:
    """Plan an operation.

    It covers a member commune, or comes under an agreement that the authority leads, or covers the whole territory.
    """
    command.meets(0)
    facts = command.facts
    command.known_partners(facts.get("owner"), field="owner")
    container = command.container(facts.get("part_of"))
    inherited = container.agreement if container else None
    agreement = command.frame(facts.get("agreement") or inherited)
    operation = Operation.plan(
        authority=command.ledger.authority, **(facts | {"agreement": agreement}), **command.entry
    )
    return Done(operation)
