"""Operations: planning one, finding them, reading one."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from api.http.access import EVERYONE, READERS, TEAM, Principal
from api.http.commands import Recording
from api.http.fields import CODE, INSEE, REFERENCE, Choice, Formed, Text, YesOrNo
from api.http.paging import filters, listed
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.services import services
from api.v1 import schemas
from api.v1.dated import Dated, DatedPage, as_of, moment
from api.v1.documents import operation as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says
from domain.errors import UnknownOperation
from domain.ledger import Done
from domain.operation import Operation
from domain.vocabulary import PHASES, THEMES
from projections import orders, past, sums
from projections import portfolio as rows
from projections.moments import Moment
from projections.orders import ORDERS, Key, Order

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


class PortfolioQuery(DatedPage):
    commune = Formed(INSEE, "59014", metadata=says("INSEE code of a commune that it covers."))
    programme = Formed(REFERENCE, "NPNRU", metadata=says("Programme that it comes under."))
    theme = Choice(THEMES, metadata=says("Its theme, or one of the others."))
    phase = Choice(PHASES, metadata=says("Where it stands."))
    partner = Formed(
        CODE, "anru", metadata=says("Partner that has a line there; for a partner, among those that it reads in full.")
    )
    owner = Formed(CODE, "cavm", metadata=says("Its owner."))
    late = YesOrNo(metadata=says("Whether a step that the present calendar promises lies behind."))
    late_initially = YesOrNo(metadata=says("Whether a step that the first calendar promised lies behind."))
    in_full = YesOrNo(metadata=says("Whether the token reads it in full; a partner, what it owns or funds."))
    order = Choice(
        ORDERS,
        load_default="reference",
        metadata=says("`commune`: commune by commune, then what covers several, what covers the whole territory last."),
    )
    q = Text(200, metadata=says("Words of its reference, title, site or communes; accents and capitals do not count."))


class Shown(NamedTuple):
    """An operation as it was at the moment asked about, and as it is now, which says who reads it in full."""

    then: rows.OperationRow
    now: rows.OperationRow


@blueprint.reads("", documents.Portfolio, roles=EVERYONE, projection="portfolio", query=PortfolioQuery)
def portfolio(read: Reading) -> Document:
    """The portfolio: operations by reference or by commune, with what they add up to.

    A partner sees the money of the operations that it owns or funds; of the others it is null. Looking back, filters
    are about the operations as they were, and lateness is judged on the day asked about.
    """
    asked, order = as_of(read), read.query.pop("order")
    at = moment(read, asked)
    page = listed(
        read.query,
        find=partial(find, read, at, order),
        show=lambda each: documents.summary(each.then, money=sees(read.reader, each.now)),
        key=lambda each: orders.key(order, each.then.reference, each.then.communes),
        shape=Key,
        bound=[order, *asked.key],
    )
    day = (at.day if at else read.today).isoformat()
    return {**asked.said, "day": day, "totals": None if "cursor" in read.query else totals(read, at), **page}


@blueprint.reads("/<reference:reference>", documents.Operation, roles=READERS, projection="portfolio", query=Dated)
def operation(read: Reading, reference: str) -> Document:
    """An operation, with all that is known of it, or was."""
    asked = as_of(read)
    at, row = moment(read, asked), rows.operation(read.cursor, reference, today=read.today)
    if row is None or not sees(read.reader, row):
        raise UnknownOperation(reference=reference)
    if at is None:
        return documents.operation(row)
    then = operation_at(read, reference, at)
    return documents.operation(past.row(then, at), asked, happened=then.happened)


def find(read: Reading, at: Moment | None, order: Order, *, after: Key | None, limit: int) -> list[Shown]:
    """A page of the portfolio."""
    if at is None:
        found = rows.operations(read.cursor, order=order, after=after, limit=limit, **sought(read))
        return [Shown(row, row) for row in found]
    wanted = rows.wanted(**sought(read, at)) | rows.begin(after, limit)
    return shown(read, at, sums.references_at(read.cursor, wanted, at, order))


def shown(read: Reading, at: Moment, references: Sequence[str]) -> list[Shown]:
    """The named operations, in this order."""
    then = past.operations(read.cursor, services().authority, references, at)
    now = rows.named(read.cursor, references, today=read.today)
    return [Shown(past.row(then[each], at, now[each].agreement_leader), now[each]) for each in references]


def totals(read: Reading, at: Moment | None) -> Document:
    """What the operations found add up to, for the money that the reader sees."""
    wanted = rows.wanted(**sought(read, at))
    return documents.sums(sums.sums_at(read.cursor, wanted, at) if at else sums.sums(read.cursor, wanted))


def sought(read: Reading, at: Moment | None = None) -> dict[str, Any]:
    """What the filters ask for, and for whom."""
    return {"today": at.day if at else read.today, "readers": read.reader.scope, **filters(read.query)}


def operation_at(read: Reading, reference: str, at: Moment) -> past.Dated:
    """An operation at a moment. Raises UnknownOperation where it was not recorded yet."""
    then = past.operations(read.cursor, services().authority, [reference], at).get(reference)
    if then is None:
        raise UnknownOperation(reference=reference)
    return then


def sees(reader: Principal, row: rows.OperationRow) -> bool:
    """Whether somebody reads an operation in full."""
    return reader.reads(*row.readers)
