"""Answering by a stream: rows of one snapshot, read as they are sent, and never too many streams at once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from flask import Response
from psycopg import Connection, IsolationLevel

from api.services import services
from domain.ledger import checkpoints
from projections import progress


class End(NamedTuple):
    """Where a file ends. note: the last checkpoint that was signed by then; None where nothing is signed."""

    position: int
    note: str | None


Content = Callable[[Iterator[Any], End], Iterator[bytes]]


def streamed(
    name: str, form: str, projections: Sequence[str], rows: Callable[[Connection[Any]], Any], content: Content
) -> Response:
    """A file made of rows, up to one position.

    name: of the file. form: its media type. projections: what the rows are read from. rows: opens them on a connection,
    as a context. content: what is sent of the rows and the end.
    """
    with ExitStack() as stack:
        stack.enter_context(services().streams.place())
        connection = stack.enter_context(services().reads.connection())
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        stack.enter_context(connection.transaction())
        position = progress.position(connection.cursor(), *projections)
        signed = checkpoints.latest(connection.cursor())
        end = End(position, signed.note if signed else None)
        found = stack.enter_context(rows(connection))
        # Whatever becomes of the reader, the server closes the answer: it may not have begun to send it.
        kept = stack.pop_all()
    response = Response(whole(content(found, end), kept), content_type=form)
    response.call_on_close(kept.close)
    response.headers["Jalon-Position"] = str(position)
    if end.note:
        response.headers["Jalon-Checkpoint"] = b64encode(end.note.encode()).decode()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def whole(content: Iterator[bytes], kept: ExitStack) -> Iterator[bytes]:
    """All of a stream; what it was made from is given back at its end, not when the last reader has put it away."""
    with kept:
        yield from content
