"""Putting an entry right, as commands: it is corrected or voided by another entry, and stays in sight."""

from typing import Any

from api.http.access import TEAM
from api.http.commands import Recording
from api.http.routes import Blueprint
from api.v1 import schemas
from domain.ledger import Done
from domain.shape import plain

blueprint = Blueprint(
    "corrections",
    __name__,
    url_prefix="/v1/operations/<reference:reference>/entries/<version:version>",
    description="Putting an entry of an operation right.",
)


@blueprint.records("/correct", schemas.Correct, roles=TEAM)
def correct(command: Recording, reference: str, version: int) -> Done:
    """An entry said something wrong.

    A reason is needed. Refused when the history would break a rule that it does not break today; the refusal names the
    entries in the way.
    """
    operation = command.operation(reference)
    changes = command.facts["changes"]
    for name in ("partner", "owner"):
        command.known_partners(changes.get(name), field=f"changes.{name}")
    command.known_funders(changes.get("shares", ()), field="changes.shares")
    command.container(changes.get("part_of"), field="changes.part_of")
    agreement = command.frame(changes.get("agreement"), field="changes.agreement")
    operation.correct(target=version, changes=stated(changes), agreement=agreement, **command.entry)
    return Done(operation)


@blueprint.records("/void", schemas.Void, roles=TEAM)
def void(command: Recording, reference: str, version: int) -> Done:
    """An entry should never have been recorded.

    A reason is needed. It counts no more, and stays in sight.
    """
    operation = command.operation(reference)
    operation.void(target=version, **command.entry)
    return Done(operation)


def stated(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as plain JSON, under the names that facts have: what the API calls a label is a title there."""
    values: dict[str, Any] = plain(changes)
    return {"title" if name == "label" else name: value for name, value in values.items()}
