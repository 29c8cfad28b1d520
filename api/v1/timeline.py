"""The timeline of an operation: every entry, in the order in which things happened."""

from api.http.access import READERS
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1.documents import timeline as documents
from api.v1.documents.parts import Document
from domain.errors import UnknownOperation
from projections import timeline as rows

blueprint = Blueprint("timeline", __name__, url_prefix="/v1/operations", description="What happened, entry by entry.")


@blueprint.reads("/<reference:reference>/timeline", documents.Timeline, roles=READERS, projection="timeline")
def timeline(read: Reading, reference: str) -> Document:
    """The timeline of an operation.

    Wrong entries stay in sight: `voided_by` says which entry corrected or voided them.
    """
    head = rows.operation(read.cursor, reference)
    if head is None or not read.reader.reads(*head.readers):
        raise UnknownOperation(reference=reference)
    return documents.timeline(head, rows.entries(read.cursor, "operation", reference))
