"""The timeline of an operation: every entry, in the order in which things happened."""

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor

from api.http.access import READERS
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1.documents import timeline as documents
from api.v1.documents.parts import Document
from domain.errors import UnknownOperation
from projections import timeline as rows

blueprint = Blueprint("timeline", __name__, url_prefix="/v1/operations", description="What happened, entry by entry.")


@blueprint.reads(
    "/<reference:reference>/timeline", documents.Timeline, roles=READERS, projection="timeline", published="timeline"
)
def timeline(read: Reading, reference: str) -> Document:
    """The timeline of an operation.

    Wrong entries stay in sight: `voided_by` says which entry corrected or voided them.
    """
    found = rendered(read.cursor, reference)
    if found is None or not read.reader.reads(*found[1]):
        raise UnknownOperation(reference=reference)
    return found[0]


def rendered(cursor: Cursor[Any], reference: str) -> tuple[Document, Sequence[str]] | None:
    """The timeline of an operation and the partners that read it; None for an unknown one."""
    head = rows.operation(cursor, reference)
    if head is None:
        return None
    return documents.timeline(head, rows.entries(cursor, "operation", reference)), head.readers
