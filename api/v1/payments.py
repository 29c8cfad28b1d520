"""Money that moves, as commands: asked for, paid, given back."""

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done

blueprint = Blueprint(
    "payments", __name__, url_prefix="/v1/operations/<reference:reference>", description="Money that moves."
)


@blueprint.records("/payment-requests", schemas.RequestPayment, roles=TEAM)
def request_payment(command: Recording, reference: str) -> Done:
    """The owner asks a partner to pay.

    It changes no figure.
    """
    operation = command.operation(reference)
    operation.request_payment(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/payments", schemas.Pay, roles=TEAM)
def pay(command: Recording, reference: str) -> Done:
    """A partner has paid.

    Payments stay within the commitment. The balance comes once, after the delivery or the abandonment; a partner uses a
    reference once a year.
    """
    operation = command.operation(reference)
    operation.pay(**command.facts, **command.entry)
    return Done(operation)


@blueprint.records("/repayments", schemas.Repay, roles=TEAM)
def repay(command: Recording, reference: str) -> Done:
    """The owner gives money back.

    A reason is needed. Never more than what is paid.
    """
    operation = command.operation(reference)
    operation.repay(**command.facts, **command.entry)
    return Done(operation)
