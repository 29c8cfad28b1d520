"""Partners: registering one, reading what each commits."""

from api.http.access import ADMIN
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done
from domain.partner import Partner

blueprint = Blueprint("partners", __name__, url_prefix="/v1/partners", description="Partners and their money.")


@blueprint.records("", schemas.RegisterPartner, roles=ADMIN)
def register(command: Recording) -> Done:
    """A partner is known to the record.

    Those that ship with Jalon are known already.
    """
    command.meets(0)
    return Done(Partner.register(authority=command.ledger.authority, **command.facts, **command.entry))
