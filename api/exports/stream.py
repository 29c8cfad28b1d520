"""Answering by a stream: rows of one snapshot, read as they are sent, and never too many streams at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from flask import Response
from psycopg import Connection, IsolationLevel

from api.services import services
from projections import progress

Content = Callable[[Iterator[Any], int], Iterator[bytes]]


def streamed(
    name: str, form: str, projection: str, rows: Callable[[Connection[Any]], Any], content: Content
) -> Response:
    """A file made of rows, up to one position.

    name: of the file. form: its media type. rows: opens them on a connection, as a context. content: what is sent of
    the rows and the position.
    """
    with ExitStack() as stack:
        stack.enter_context(services().streams.place())
        connection = stack.enter_context(services().reads.connection())
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        stack.enter_context(connection.transaction())
        position = progress.position(connection.cursor(), projection)
        found = stack.enter_context(rows(connection))
        # Whatever becomes of the reader, the server closes the answer: it may not have begun to send it.
        kept = stack.pop_all()
    response = Response(whole(content(found, position), kept), content_type=form)
    response.call_on_close(kept.close)
    response.headers["Jalon-Position"] = str(position)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def whole(content: Iterator[bytes], kept: ExitStack) -> Iterator[bytes]:
    """All of a stream; what it was made from is given back at its end, not when the last reader has put it away."""
    with kept:
        yield from content
