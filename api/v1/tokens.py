"""Tokens: taking one back, finding out what each opens."""

from datetime import datetime

from api.http.access import ADMIN, OVERSEERS
from api.http.commands import Recording
from api.http.in_force import in_force
from api.http.paging import Paged, listed
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.last_use import last_used
from api.v1 import schemas
from api.v1.documents import access as documents
from api.v1.documents.parts import Document
from domain.ledger import Done
from projections import access as rows

blueprint = Blueprint("tokens", __name__, url_prefix="/v1/tokens", description="What opens the record.")


@blueprint.records("/<token:token>/revoke", schemas.RevokeToken, roles=ADMIN, then=in_force)
def revoke_token(command: Recording, token: str) -> Done:
    """Take a token back.

    It opens nothing when this is answered.
    """
    found = command.ledger.token(token)
    command.meets(found.version)
    found.revoke(**command.entry)
    return Done(found)


@blueprint.reads("", documents.Tokens, roles=OVERSEERS, projection="access", query=Paged)
def tokens(read: Reading) -> Document:
    """Tokens, by account, with what each opens today and when it was last used."""

    def find(*, after: rows.TokenKey | None, limit: int) -> list[tuple[rows.TokenRow, datetime | None]]:
        found = rows.tokens(read.cursor, after=after, limit=limit)
        used = last_used(read.cursor, [row.token for row in found])
        return [(row, used.get(row.token)) for row in found]

    def show(each: tuple[rows.TokenRow, datetime | None]) -> Document:
        row, used_at = each
        return documents.token(row, row.state(read.today), used_at)

    def key(each: tuple[rows.TokenRow, datetime | None]) -> rows.TokenKey:
        return rows.TokenKey(each[0].holder, each[0].token)

    return listed(read.query, find=find, show=show, key=key, shape=rows.TokenKey)
