"""The feed: what was recorded after a position, for programs that follow along."""

from collections.abc import Collection
from uuid import UUID

from api.http.access import EVERYONE
from api.http.fields import Asked, Whole
from api.http.paging import MOST, USUAL
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1 import agreements, operations
from api.v1.documents import feed as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says
from domain.ledger import read_after, read_histories
from domain.record import Record
from projections import portfolio as rows

blueprint = Blueprint("feed", __name__, url_prefix="/v1/feed", description="What was recorded, as it comes.")

LONGEST_WAIT = 20
"""Seconds."""


class FeedQuery(Asked):
    after = Whole(0, 2**63 - 1, load_default=0, metadata=says("The `next` of the last answer; 0 at the beginning."))
    wait = Whole(0, LONGEST_WAIT, load_default=0, metadata=says("Seconds to wait where there is nothing yet."))
    limit = Whole(1, MOST, load_default=USUAL, metadata=says("Entries to look at."))


def moves(page: Document) -> bool:
    """Whether a page says anything, or at least that there is more behind it."""
    return bool(page["items"]) or page["more"]


@blueprint.reads("", documents.Feed, roles=EVERYONE, projection="portfolio", query=FeedQuery, enough=moves)
def feed(read: Reading) -> Document:
    """What was recorded after a position.

    Ask again after `next`, whether or not there were items. With `wait`, an answer without items comes as late as that,
    unless too many are waiting already. A partner is told of the operations and agreements that it reads in full.
    """
    limit = read.query["limit"]
    # What the projections have not taken in yet could not be read by whoever is told of it.
    found = [each for each in read_after(read.cursor, read.query["after"], limit) if each[0] <= read.position]
    records = begun(read, {event.originator_id for _, event in found})
    seen = {id for id, record in records.items() if sees(read, record)}
    return {
        "items": [
            documents.told(position, event, records[event.originator_id].reference)
            for position, event in found
            if event.originator_id in seen
        ],
        "next": found[-1][0] if found else read.query["after"],
        "more": len(found) == limit,
    }


def begun(read: Reading, ids: Collection[UUID]) -> dict[UUID, Record]:
    """The records as their first entries made them: they bear their names for ever."""
    firsts = read_histories(read.cursor, list(ids), dict.fromkeys(ids, 2))
    return {id: first.mutate(None) for id, (first,) in firsts.items()}


def sees(read: Reading, record: Record) -> bool:
    """Whether the reader is told of a record: tokens are for those who grant or audit them."""
    if record.TOPIC == "token":
        return read.reader.role in ("admin", "auditor")
    if read.reader.reads_all:
        return True
    if record.TOPIC == "operation":
        operation = rows.operation(read.cursor, record.reference, today=read.today)
        return operation is not None and operations.sees(read.reader, operation)
    if record.TOPIC == "agreement":
        agreement = rows.agreement(read.cursor, record.reference)
        return agreement is not None and agreements.sees(read.reader, agreement)
    return True
