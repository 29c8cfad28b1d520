"""Agreements: signing one, setting money aside in it, reading them with their operations."""

from api.http.access import TEAM, may_lead
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from api.v1.funding import RecordedLine
from domain.agreement import Agreement
from domain.ledger import Done

blueprint = Blueprint("agreements", __name__, url_prefix="/v1/agreements", description="Protocols and conventions.")


@blueprint.records("", schemas.SignAgreement, roles=TEAM)
def sign(command: Recording) -> Done:
    """Partners sign a protocol or a convention."""
    command.meets(0)
    facts = command.facts
    may_lead(facts["leader"], command.who)
    command.known_partners(facts["leader"], field="leader")
    command.known_partners(*facts.get("signatories", ()), field="signatories")
    return Done(Agreement.sign(authority=command.ledger.authority, **facts, **command.entry))


@blueprint.records("/<reference:reference>/allocations", schemas.Allocate, roles=TEAM, answer=RecordedLine)
def allocate_to_agreement(command: Recording, reference: str) -> Done:
    """A partner sets money aside for the operations of the agreement.

    A ceiling, before any commitment.
    """
    agreement = command.agreement(reference)
    command.known_partners(command.facts["partner"], field="partner")
    line = agreement.allocate(**command.facts, **command.entry)
    return Done(agreement, line=line)
