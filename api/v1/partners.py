"""Partners: registering one, reading what each commits."""

from collections.abc import Sequence
from functools import partial

from api.http.access import ADMIN, EVERYONE
from api.http.commands import Recording
from api.http.paging import listed
from api.http.problems import Absent
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.services import services
from api.v1 import schemas
from api.v1.dated import Dated, DatedPage, as_of, moment
from api.v1.documents import partner as documents
from api.v1.documents.parts import Document
from domain.ledger import Done
from domain.partner import Partner
from projections import commitments as movements
from projections import past_totals, totals
from projections.moments import Moment

blueprint = Blueprint("partners", __name__, url_prefix="/v1/partners", description="Partners and their money.")


@blueprint.records("", schemas.RegisterPartner, roles=ADMIN)
def register(command: Recording) -> Done:
    """A partner is known to the record.

    Those that ship with Jalon are known already.
    """
    command.meets(0)
    return Done(Partner.register(authority=command.ledger.authority, **command.facts, **command.entry))


@blueprint.reads("", documents.Partners, roles=EVERYONE, projection="commitments", query=DatedPage)
def partners(read: Reading) -> Document:
    """Partners, by code, with what they set aside, commit and pay in all.

    A partner sees its own money; that of the others is null. Looking back, those are here too that were not yet
    recorded, with nothing.
    """
    asked = as_of(read)
    at = moment(read, asked)
    page = listed(
        read.query,
        find=partial(page_of, read, at),
        show=lambda row: documents.partner(row, money=read.reader.reads(row.code)),
        key=lambda row: row.code,
        bound=asked.key if at else None,
    )
    return {**asked.said, **page}


def page_of(read: Reading, at: Moment | None, *, after: str | None, limit: int) -> list[totals.PartnerRow]:
    """A page of partners, with the sums of the moment where the reader may see them."""
    rows = totals.partners(read.cursor, after=after, limit=limit)
    if at is None:
        return rows
    seen = [row for row in rows if read.reader.reads(row.code)]
    then = past_totals.partners_at(read.cursor, seen, at, read.reader.scope)
    return [then.get(row.code, row) for row in rows]


@blueprint.reads(
    "/<code:code>/commitments",
    documents.Commitments,
    roles=EVERYONE,
    projection="commitments",
    query=Dated,
    published="commitments",
)
def commitments(read: Reading, code: str) -> Document:
    """What a partner sets aside, commits and pays: in all, by year, by theme, by programme, by scheme.

    Loans stand apart. Leverage: what all partners commit, for one euro of this one, where it has committed anything.
    Looking back, a partner is told the leverage of the operations that it reads in full today.
    """
    asked = as_of(read)
    at, row = moment(read, asked), own(read, code)
    if at is None:
        return documents.commitments(row, totals.totals(read.cursor, [code])[code])
    then, found = past_totals.partner_at(read.cursor, row, at, read.reader.scope)
    return documents.commitments(then, found, asked)


def rendered(found: totals.Whole) -> tuple[Document, Sequence[str]]:
    """The present commitments of a partner, which reads them itself."""
    return documents.commitments(*found), [found.partner.code]


@blueprint.reads(
    "/<code:code>/commitments/lines", documents.Lines, roles=EVERYONE, projection="commitments", query=DatedPage
)
def lines(read: Reading, code: str) -> Document:
    """The lines behind the totals of a partner, by operation or agreement."""
    asked = as_of(read)
    at = moment(read, asked)
    own(read, code)
    page = listed(
        read.query,
        find=partial(past_totals.lines, read.cursor, services().authority, code, at)
        if at
        else partial(movements.lines, read.cursor, code),
        show=documents.line,
        key=lambda row: row.key,
        shape=movements.LineKey,
        bound=asked.key if at else None,
    )
    return {**asked.said, **page}


def own(read: Reading, code: str) -> totals.PartnerRow:
    """The partner, where the reader may see its money. Raises Absent."""
    row = totals.partner(read.cursor, code)
    if row is None or not read.reader.reads(code):
        raise Absent(f"Aucun partenaire que vous puissiez lire ne porte le code {code}.")
    return row
