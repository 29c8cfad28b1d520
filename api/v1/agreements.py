"""Agreements: signing one, setting money aside in it, reading them with their operations."""

from collections.abc import Sequence
from functools import partial

from api.http.access import READERS, TEAM, Principal, may_lead
from api.http.commands import Recording
from api.http.paging import Paged, listed
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1 import operations, schemas
from api.v1.documents import agreement as documents
from api.v1.documents import operation
from api.v1.documents.parts import Document
from api.v1.funding import RecordedLine
from domain.agreement import Agreement
from domain.errors import UnknownAgreement
from domain.ledger import Done
from projections import portfolio as rows

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


@blueprint.reads("", documents.Agreements, roles=READERS, projection="portfolio", query=Paged)
def agreements(read: Reading) -> Document:
    """Agreements, by reference.

    A partner sees the money of those that it leads, signed or funds; of the others it is null.
    """
    return listed(
        read.query,
        find=partial(rows.agreements, read.cursor),
        show=lambda row: documents.summary(row, money=sees(read.reader, row)),
        key=lambda row: row.reference,
    )


@blueprint.reads("/<reference:reference>", documents.Agreement, roles=READERS, projection="portfolio")
def agreement(read: Reading, reference: str) -> Document:
    """An agreement, with its operations and what it sets aside."""
    return documents.agreement(seen(read, reference))


@blueprint.reads(
    "/<reference:reference>/operations", documents.Contained, roles=READERS, projection="portfolio", query=Paged
)
def contained(read: Reading, reference: str) -> Document:
    """The operations of an agreement, as rows of the portfolio.

    A partner sees the money of those that it owns or funds; of the others it is null.
    """
    agreement = seen(read, reference)
    return listed(
        read.query,
        find=partial(among, read, agreement.operations),
        show=lambda row: operation.summary(row, money=operations.sees(read.reader, row)),
        key=lambda row: row.reference,
    )


def among(read: Reading, references: Sequence[str], *, after: str | None, limit: int) -> list[rows.OperationRow]:
    """A page of these operations; references: in order."""
    following = [each for each in references if each > (after or "")][:limit]
    found = rows.named(read.cursor, following, today=read.today)
    return [found[each] for each in following]


def seen(read: Reading, reference: str) -> rows.AgreementRow:
    """The agreement, where the reader may see it in full. Raises UnknownAgreement."""
    row = rows.agreement(read.cursor, reference)
    if row is None or not sees(read.reader, row):
        raise UnknownAgreement(reference=reference)
    return row


def sees(reader: Principal, row: rows.AgreementRow) -> bool:
    """Whether somebody reads an agreement in full: those who lead, signed or fund it do."""
    return reader.reads(*row.readers)
