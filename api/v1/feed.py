"""The feed: what was recorded after a position, for programs that follow along."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from flask import Response
from psycopg import Cursor

from api.http import access, media, ready
from api.http.access import EVERYONE, OVERSEERS, READERS, Principal, Roles
from api.http.fields import Asked, Whole
from api.http.json import dump
from api.http.paging import MOST, USUAL
from api.http.reading import snapshot, wait_for
from api.http.routes import Blueprint
from api.http.turn import present
from api.http.waiting import Seen
from api.services import services
from api.v1.documents import feed as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says
from domain.event import Event
from domain.ledger import read_after, read_histories
from projections import announced, portfolio, progress
from projections.announced import NONE, Place

blueprint = Blueprint("feed", __name__, url_prefix="/v1/feed", description="What was recorded, as it comes.")

LONGEST_WAIT = 20
"""Seconds."""

REST = 0.1
"""Seconds between two looks of one who waits and is told nothing of what comes: others may record all day."""

COME_BACK = (2, 6)
"""Seconds: who found no room to wait is told one of these, so that not all come back at once."""

TOLD_FROM: Final = ("portfolio", "timeline")
"""What somebody who is told of an entry will read next; the feed never runs ahead of it."""

AUDIENCE: Final[dict[str, Roles]] = {
    "operation": EVERYONE,
    "agreement": EVERYONE,
    "partner": EVERYONE,
    "statement": EVERYONE,
    "token": OVERSEERS,
    "account": OVERSEERS,
}
"""Who is told of a kind of record; of those in `OWN`, a partner only of what it reads in full."""

OWN: Final = frozenset({"operation", "agreement"})

Name = tuple[str, str]
"""Kind and reference of a record."""


class FeedQuery(Asked):
    after = Whole(0, 2**63 - 1, load_default=0, metadata=says("The `next` of the last answer; 0 at the beginning."))
    wait = Whole(0, LONGEST_WAIT, load_default=0, metadata=says("Seconds to wait where there is nothing yet."))
    limit = Whole(1, MOST, load_default=USUAL, metadata=says("Entries to look at."))


class Page(NamedTuple):
    """What there was after a position. position: up to which it speaks."""

    items: list[Document]
    next: int
    more: bool
    position: int

    @property
    def silent(self) -> bool:
        """It says nothing, and there is nothing behind it yet."""
        return not self.items and not self.more


@blueprint.follows(documents.Feed, roles=EVERYONE, query=FeedQuery, also={media.BATCH: documents.BATCH_SCHEMA})
def feed(asked: dict[str, Any]) -> Response:
    """What was recorded after a position, as CloudEvents 1.0.

    Ask again after `next`, whether or not there were items. With `wait`, an answer without items comes as late as that,
    unless too many are waiting already: `Retry-After` then says when to come back. A partner is told of the operations
    and agreements that it reads in full at that moment: when one becomes its own, read what it holds already. With
    `Accept: application/cloudevents-batch+json` the answer is the list alone, and `next` the header `Jalon-Next`.
    """
    if "min_position" in asked:
        wait_for(asked["min_position"], *TOLD_FROM)
    deadline = time.monotonic() + asked["wait"]
    page = waited(asked["after"], asked["limit"], deadline) if asked["wait"] else glance(asked["after"], asked["limit"])
    response = answer(page)
    if page.silent and time.monotonic() < deadline:
        response.headers["Retry-After"] = str(random.randint(*COME_BACK))
    return response


def answer(page: Page) -> Response:
    """A page as the reader wishes to have it."""
    batch = media.best(media.JSON, media.BATCH) == media.BATCH
    content = page.items if batch else {"items": page.items, "next": page.next, "more": page.more}
    response = Response(dump(content), content_type=media.BATCH if batch else media.JSON)
    response.headers["Jalon-Position"], response.headers["Jalon-Next"] = str(page.position), str(page.next)
    # Nobody asks for the same page twice.
    response.headers["Cache-Control"] = "no-store"
    return response


def waited(after: int, limit: int, deadline: float) -> Page:
    """The first page that says anything, or the last one before the deadline (monotonic seconds)."""
    waiting = services().waiting
    with waiting.place() as free:
        page = glance(after, limit)
        while free and page.silent and not waiting.stopping and time.monotonic() < deadline:
            waiting.until(beyond(page.position), deadline)
            # The token may have been taken back meanwhile.
            access.identify(present())
            page = look(page.next, limit)
            if page.silent:
                waiting.rest(min(REST, deadline - time.monotonic()))
        return page


def beyond(position: int) -> Callable[[Seen], bool]:
    """Whether there is more to read than up to a position."""
    return lambda seen: all(name in seen and seen[name].position > position for name in TOLD_FROM)


def glance(after: int, limit: int) -> Page:
    """The same as `look`, from what lies ready where the reader is told of all operations; what came last may lack."""
    reader = access.principal()
    lying = ready.after(after, limit + 1) if reader.scope is None else None
    if lying is None:
        return look(after, limit)
    position, entries = lying
    shown = entries[:limit]
    items = [each.shown(reader.role in READERS) for each in shown if reader.role in audience(each.kind)]
    return Page(items, shown[-1].position if shown else after, len(entries) > limit, position)


def look(after: int, limit: int) -> Page:
    """What there is after a position at this moment."""
    with snapshot() as cursor:
        position = progress.position(cursor, *TOLD_FROM)
        # What the projections have not taken in yet could not be read by whoever is told of it.
        found = [each for each in read_after(cursor, after, limit + 1) if each[0] <= position]
        shown = found[:limit]
        return Page(told(cursor, shown), shown[-1][0] if shown else after, len(found) > limit, position)


def told(cursor: Cursor[Any], found: Sequence[tuple[int, Event]]) -> list[Document]:
    """The entries that the reader is told of, as it is told of them."""
    entries, reader = entries_of(cursor, found), access.principal()
    seen = known_to(cursor, reader, {(each.kind, each.reference) for each in entries})
    # Money is for those who may read timelines.
    return [each.shown(reader.role in READERS) for each in entries if (each.kind, each.reference) in seen]


def entries_of(cursor: Cursor[Any], found: Sequence[tuple[int, Event]]) -> list[documents.Entry]:
    """Entries as they are told to whoever may know all of them."""
    if not found:
        return []
    names = named(cursor, {event.originator_id for _, event in found})
    places = [(Place(*names[event.originator_id], event.version, position), event) for position, event in found]
    moved = announced.money(cursor, [place for place, _ in places])
    return [documents.entry(event, place, moved.get(place.position, NONE)) for place, event in places]


def named(cursor: Cursor[Any], ids: Collection[UUID]) -> dict[UUID, Name]:
    """The names of records, which their first entries gave them for ever."""
    firsts = read_histories(cursor, list(ids), dict.fromkeys(ids, 2))
    records = {id: first.mutate(None) for id, (first,) in firsts.items()}
    return {id: (record.TOPIC, record.reference) for id, record in records.items()}


def known_to(cursor: Cursor[Any], reader: Principal, names: Collection[Name]) -> set[Name]:
    """The records that a reader is told of."""
    seen = {name for name in names if reader.role in audience(name[0])}
    if reader.scope is None:
        return seen
    own = portfolio.readable(cursor, [reference for kind, reference in seen if kind in OWN], reader.scope)
    return {name for name in seen if name[0] not in OWN or name in own}


def audience(kind: str) -> Roles:
    """Who is told of a kind of record."""
    return AUDIENCE.get(kind, OVERSEERS)
