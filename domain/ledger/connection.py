"""A connection on which nothing is waited for without end."""

from __future__ import annotations

from typing import TypeVar

from psycopg import Connection, OperationalError, errors
from psycopg.abc import PQGen
from psycopg.rows import Row

T = TypeVar("T")

# Seconds. Longer than an append waits for its turn, and short enough for its sender to be told within three.
SILENCE = 2.5
# Seconds between two looks at whether the process is being interrupted.
LOOK = 0.1


class ServerSilent(OperationalError):
    """PostgreSQL has said nothing for too long. What it was asked may be done or not, or be done yet."""


class BoundedConnection(Connection[Row]):
    """A connection that takes a silent server for lost.

    A server that is stopped closes its connections; a frozen one, or one behind a cut cable, leaves them open, and its
    own time limits stand still with it.
    """

    def wait(self, gen: PQGen[T], interval: float = LOOK, timeout: float | None = None) -> T:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, SILENCE)
        except errors._WaitTimeout as silence:
            # Ended without the good-bye of `close`, which marks it as broken: a pool throws it away.
            self.pgconn.finish()
            raise ServerSilent(f"PostgreSQL has said nothing for {SILENCE} seconds") from silence
