"""Answering a reader: one snapshot of the projections, one document, its tag and its position."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request
from psycopg import Cursor, IsolationLevel

from api.http import whole
from api.http.access import Principal
from api.http.json import dump
from api.http.problems import NotThereYet
from api.http.waiting import Seen
from api.services import services
from projections import progress

LONGEST_WAIT = 1.0
"""Seconds that a reader may wait for a projection to reach a position."""


@dataclass(frozen=True)
class Reading:
    """What a route needs to answer a reader.

    position: up to which the projection speaks. today: the day in Paris. query: the parameters that were sent.
    """

    cursor: Cursor[Any]
    position: int
    reader: Principal
    today: date
    query: dict[str, Any]


@contextmanager
def snapshot() -> Iterator[Cursor[Any]]:
    """A cursor whose every query sees the same instant, so that rows and position agree."""
    with services().reads.connection() as connection:
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        with connection.transaction(), connection.cursor() as cursor:
            yield cursor


@contextmanager
def glance() -> Iterator[Cursor[Any]]:
    """A cursor for whoever asks but one statement, which sees one instant by itself: three round trips fewer."""
    reads = services().reads
    # Nothing is begun that would have to be committed.
    connection = reads.getconn()
    try:
        yield connection.cursor()
    finally:
        reads.putconn(connection)


def reached(*projections: str) -> int:
    """The position that all these projections speak up to."""
    with services().reads.connection() as connection, connection.cursor() as cursor:
        return progress.position(cursor, *projections)


def wait_for(position: int, *projections: str) -> None:
    """Let projections reach a position; one that is frozen is not waited for. Raises NotThereYet."""
    waiting, deadline = services().waiting, time.monotonic() + LONGEST_WAIT

    def there_or_frozen(seen: Seen) -> bool:
        wanted = [seen[name] for name in projections if name in seen]
        return any(each.error for each in wanted) or bool(wanted and min(each.position for each in wanted) >= position)

    with waiting.place() as free:
        there = reached(*projections) >= position
        if not there and free:
            waiting.until(there_or_frozen, deadline)
            there = reached(*projections) >= position
    if not there:
        raise NotThereYet(f"Les tables de lecture n'ont pas encore atteint la position {position}.")


def document(content: Any, position: int) -> Response:
    """The answer to a reader, or 304 when the reader has it already."""
    body = dump(content)
    tag = tag_of(body)
    known = request.if_none_match.contains_weak(tag)
    return whole.document(None if known else body, tag, position)


def tag_of(body: bytes) -> str:
    """The ETag of a document."""
    return hashlib.sha256(body).hexdigest()[:32]
