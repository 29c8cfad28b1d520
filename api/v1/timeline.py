"""The timeline of an operation: every entry, in the order in which things happened."""

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor

from api.http.access import READERS
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1.dated import Dated, as_of, moment
from api.v1.documents import timeline as documents
from api.v1.documents.parts import Document
from api.v1.operations import operation_at
from domain.errors import UnknownOperation
from projections import past
from projections import timeline as rows

blueprint = Blueprint("timeline", __name__, url_prefix="/v1/operations", description="What happened, entry by entry.")


@blueprint.reads(
    "/<reference:reference>/timeline",
    documents.Timeline,
    roles=READERS,
    projection="timeline",
    query=Dated,
    published="timeline",
)
def timeline(read: Reading, reference: str) -> Document:
    """The timeline of an operation.

    Wrong entries stay in sight: `voided_by` says which entry corrected or voided them.
    """
    asked = as_of(read)
    at, head = moment(read, asked), rows.operation(read.cursor, reference)
    if head is None or not read.reader.reads(*head.readers):
        raise UnknownOperation(reference=reference)
    if at is None:
        return present(read.cursor, head)
    then = operation_at(read, reference, at)
    entries = rows.entries_at(read.cursor, "operation", reference, at)
    return documents.timeline(past.head(then, at), entries, asked, happened=then.happened)


def rendered(found: rows.Whole) -> tuple[Document, Sequence[str]]:
    """The present timeline of an operation and the partners that read it."""
    return documents.timeline(*found), found.head.readers


def present(cursor: Cursor[Any], head: rows.HeadRow) -> Document:
    """The timeline of an operation as it stands."""
    return documents.timeline(head, rows.entries(cursor, "operation", head.reference))
