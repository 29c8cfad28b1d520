"""Operations: planning one, finding them, reading one."""

from functools import partial

from api.http.access import EVERYONE, READERS, TEAM, Principal
from api.http.commands import Recording
from api.http.fields import CODE, INSEE, REFERENCE, Choice, Formed, Text, YesOrNo
from api.http.paging import Paged, filters, listed
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1 import schemas
from api.v1.documents import operation as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says
from domain.errors import UnknownOperation
from domain.ledger import Done
from domain.operation import Operation
from domain.vocabulary import PHASES, THEMES
from projections import portfolio as rows

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
    authority = command.ledger.authority
    return Done(Operation.plan(authority=authority, **(facts | {"agreement": agreement}), **command.entry))


class PortfolioQuery(Paged):
    commune = Formed(INSEE, "59014", metadata=says("INSEE code of a commune that it covers."))
    programme = Formed(REFERENCE, "NPNRU", metadata=says("Programme that it comes under."))
    theme = Choice(THEMES, metadata=says("Its theme, or one of the others."))
    phase = Choice(PHASES, metadata=says("Where it stands."))
    partner = Formed(
        CODE, "anru", metadata=says("Partner that has a line there; for a partner, among those that it reads in full.")
    )
    owner = Formed(CODE, "cavm", metadata=says("Its owner."))
    late = YesOrNo(metadata=says("Whether a promised step lies behind."))
    q = Text(200, metadata=says("Words of its reference, title, site or communes; accents and capitals do not count."))


@blueprint.reads("", documents.Portfolio, roles=EVERYONE, projection="portfolio", query=PortfolioQuery)
def portfolio(read: Reading) -> Document:
    """The portfolio: operations by reference.

    A partner sees the money of the operations that it owns or funds; of the others it is null.
    """
    return listed(
        read.query,
        find=partial(rows.operations, read.cursor, today=read.today, readers=read.reader.scope, **filters(read.query)),
        show=lambda row: documents.summary(row, money=sees(read.reader, row)),
        key=lambda row: row.reference,
    )


@blueprint.reads("/<reference:reference>", documents.Operation, roles=READERS, projection="portfolio")
def operation(read: Reading, reference: str) -> Document:
    """An operation, with all that is known of it."""
    row = rows.operation(read.cursor, reference, today=read.today)
    if row is None or not sees(read.reader, row):
        raise UnknownOperation(reference=reference)
    return documents.operation(row)


def sees(reader: Principal, row: rows.OperationRow) -> bool:
    """Whether somebody reads an operation in full."""
    return reader.reads(*row.readers)
