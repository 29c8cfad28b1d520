"""Partners: registering one, reading what each commits."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from psycopg import Cursor

from api.http.access import ADMIN, EVERYONE
from api.http.commands import Recording
from api.http.paging import Paged, listed
from api.http.problems import Absent
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1 import schemas
from api.v1.documents import partner as documents
from api.v1.documents.parts import Document
from domain.ledger import Done
from domain.partner import Partner
from projections import commitments as movements
from projections import totals

blueprint = Blueprint("partners", __name__, url_prefix="/v1/partners", description="Partners and their money.")


@blueprint.records("", schemas.RegisterPartner, roles=ADMIN)
def register(command: Recording) -> Done:
    """A partner is known to the record.

    Those that ship with Jalon are known already.
    """
    command.meets(0)
    return Done(Partner.register(authority=command.ledger.authority, **command.facts, **command.entry))


@blueprint.reads("", documents.Partners, roles=EVERYONE, projection="commitments", query=Paged)
def partners(read: Reading) -> Document:
    """Partners, by code."""
    find = partial(totals.partners, read.cursor)
    return listed(read.query, find=find, show=documents.partner, key=lambda row: row.code)


@blueprint.reads(
    "/<code:code>/commitments",
    documents.Commitments,
    roles=EVERYONE,
    projection="commitments",
    published="commitments",
)
def commitments(read: Reading, code: str) -> Document:
    """What a partner sets aside, commits and pays: in all, by year, by theme, by programme, by scheme.

    Loans stand apart. Leverage: what all partners commit, for one euro of this one, where it has committed anything.
    """
    found = rendered(read.cursor, code)
    if found is None or not read.reader.reads(*found[1]):
        raise absent(code)
    return found[0]


def rendered(cursor: Cursor[Any], code: str) -> tuple[Document, Sequence[str]] | None:
    """The commitments of a partner, which reads them itself; None for an unknown one."""
    row = totals.partner(cursor, code)
    if row is None:
        return None
    slices = (totals.totals(cursor, code, dimension) for dimension in ("year", "theme", "programme", "scheme"))
    return documents.commitments(row, *slices), [code]


@blueprint.reads(
    "/<code:code>/commitments/lines", documents.Lines, roles=EVERYONE, projection="commitments", query=Paged
)
def lines(read: Reading, code: str) -> Document:
    """The lines behind the totals of a partner, by operation or agreement."""
    own(read, code)
    find = partial(movements.lines, read.cursor, code)
    return listed(read.query, find=find, show=documents.line, key=lambda row: row.key, shape=movements.LineKey)


def own(read: Reading, code: str) -> totals.PartnerRow:
    """The partner, where the reader may see its money. Raises Absent."""
    row = totals.partner(read.cursor, code)
    if row is None or not read.reader.reads(code):
        raise absent(code)
    return row


def absent(code: str) -> Absent:
    """The same words whether there is no such partner or its money is not the reader's to see."""
    return Absent(f"Aucun partenaire que vous puissiez lire ne porte le code {code}.")
