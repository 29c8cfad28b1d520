"""Answering a reader: one snapshot of the projections, one document, its tag and its position."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request
from psycopg import Cursor, IsolationLevel

from api.http.access import Principal
from api.http.json import dump
from api.http.problems import NotThereYet
from api.http.waiting import wait_until
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


def reached(projection: str) -> int:
    """The position that a projection speaks up to."""
    with services().reads.connection() as connection, connection.cursor() as cursor:
        return progress.position(cursor, projection)


def wait_for(position: int, projection: str) -> None:
    """Let a projection reach a position. Raises NotThereYet."""
    if position and wait_until(position.__le__, lambda: reached(projection), LONGEST_WAIT) < position:
        raise NotThereYet(f"Les tables de lecture n'ont pas encore atteint la position {position}.")


def document(content: Any, position: int) -> Response:
    """The answer to a reader, or 304 when the reader has it already."""
    body = dump(content)
    tag = hashlib.sha256(body).hexdigest()[:32]
    known = request.if_none_match.contains_weak(tag)
    response = Response(b"" if known else body, 304 if known else 200, content_type="application/json")
    response.set_etag(tag)
    response.headers["Jalon-Position"] = str(position)
    # The same address tells each token something else, and a copy is only good after asking.
    response.headers["Cache-Control"], response.headers["Vary"] = "private, no-cache", "Authorization"
    return response
