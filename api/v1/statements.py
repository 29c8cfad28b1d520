"""Statements (arrêtés de situation): a name for what is known now, or was at an earlier position."""

from functools import partial

from api.http.access import EVERYONE, TEAM
from api.http.commands import Recording
from api.http.paging import Paged, listed
from api.http.problems import Forbidden
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1 import schemas
from api.v1.documents import statement as documents
from api.v1.documents.parts import Document
from domain.ledger import Done
from domain.statement import Statement
from projections import moments as rows

blueprint = Blueprint("statements", __name__, url_prefix="/v1/statements", description="Statements of the record.")


@blueprint.records("", schemas.MakeStatement, roles=TEAM)
def make_statement(command: Recording) -> Done:
    """A statement names a position.

    Every dated read takes its code as `statement`, and answers with what was known at that position, for ever. Only the
    team of the authority makes statements.
    """
    command.meets(0)
    if not command.who.of_authority:
        raise Forbidden("Seule l'équipe de l'autorité arrête une situation.")
    head = command.ledger.head()
    facts = command.facts | {"position": command.facts.get("position") or head}
    return Done(Statement.make(authority=command.ledger.authority, head=head, **facts, **command.entry))


@blueprint.reads("", documents.Statements, roles=EVERYONE, projection="moments", query=Paged)
def statements(read: Reading) -> Document:
    """Statements, by code."""
    find = partial(rows.statements, read.cursor)
    return listed(read.query, find=find, show=documents.statement, key=lambda row: row.statement)
