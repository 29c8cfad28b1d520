"""Accounts: opening, changing, closing one, and handing out its tokens."""

from typing import Any

from api import people
from api.bearer import Bearer
from api.http.access import ADMIN, OVERSEERS
from api.http.commands import Recording
from api.http.in_force import in_force, ready
from api.http.paging import Paged, listed
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.services import services
from api.v1 import schemas
from api.v1.documents import access as documents
from api.v1.documents.parts import Document
from domain.account import Account
from domain.ledger import Done, Recorded
from projections import access as rows

blueprint = Blueprint("accounts", __name__, url_prefix="/v1/accounts", description="Who may speak to the record.")


def named(recorded: Recorded, facts: dict[str, Any]) -> None:
    """Keep the name beside the record once the account is in it, then wait until the account counts."""
    with services().reads.connection() as connection, connection.cursor() as cursor:
        people.keep_name(cursor, recorded.answer["reference"], facts["name"])
    in_force(recorded, facts)


@blueprint.records("", schemas.OpenAccount, roles=ADMIN, then=named)
def open_account(command: Recording) -> Done:
    """A person or a program may speak to the record.

    The answer's `reference` is the opaque id that the record knows it by. The account counts when this is answered.
    """
    command.meets(0)
    organisations = command.facts["organisations"]
    command.known_partners(*organisations, field="organisations")
    with services().reads.connection() as connection, connection.cursor() as cursor:
        id = people.new_id(cursor)
    authority, role = command.ledger.authority, command.facts["role"]
    return Done(Account.open(authority=authority, account=id, role=role, organisations=organisations, **command.entry))


@blueprint.records("/<account:account>/change", schemas.ChangeAccount, roles=ADMIN, then=in_force)
def change_account(command: Recording, account: str) -> Done:
    """An account gets another role or other organisations, and its tokens with it; say why.

    It counts when this is answered.
    """
    found = loaded(command, account)
    command.known_partners(*command.facts.get("organisations", ()), field="organisations")
    found.change(**command.facts, **command.entry)
    return Done(found)


@blueprint.records("/<account:account>/close", schemas.CloseAccount, roles=ADMIN, then=in_force)
def close_account(command: Recording, account: str) -> Done:
    """An account is closed for ever; say why.

    None of its tokens opens anything when this is answered.
    """
    found = loaded(command, account)
    found.close(**command.entry)
    return Done(found)


@blueprint.records(
    "/<account:account>/tokens", schemas.GrantToken, roles=ADMIN, answer=documents.GrantedToken, then=in_force
)
def grant_token(command: Recording, account: str) -> Done:
    """Hand out a token, which works when this is answered.

    It is shown this once and kept nowhere: the same key gets the same answer with `token` null. Whoever has lost it
    revokes it and asks for another one.
    """
    found = loaded(command, account)
    ready()
    bearer = Bearer.new()
    authority = command.ledger.authority
    token = found.grant(authority=authority, token=bearer.id, sha256=bearer.sha256, **command.facts, **command.entry)
    command.shown[bearer.id] = {"token": bearer.shown()}
    return Done(token, token=None)


@blueprint.reads("", documents.Accounts, roles=OVERSEERS, projection="access", query=Paged)
def accounts(read: Reading) -> Document:
    """Accounts, by id, with the names of their holders."""

    def find(*, after: str | None, limit: int) -> list[tuple[rows.AccountRow, str | None]]:
        found = rows.accounts(read.cursor, after=after, limit=limit)
        names = people.names(read.cursor, [row.account for row in found])
        return [(row, names.get(row.account)) for row in found]

    return listed(read.query, find=find, show=lambda each: documents.account(*each), key=lambda each: each[0].account)


def loaded(command: Recording, account: str) -> Account:
    """The account to record on. Raises UnknownAccount, VersionConflict."""
    found = command.ledger.account(account)
    command.meets(found.version)
    return found
