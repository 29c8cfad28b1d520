"""The connections that a web process reads by: each wait has an end, and a restart of PostgreSQL is noticed at once."""

import select
import sys
from threading import Lock
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from domain.ledger import BoundedConnection

# Seconds.
WAIT_FOR_CONNECTION = 1
# Where one waited in vain and nobody holds a connection, the server is away, not busy: the next do not wait as long.
GLANCE = 0.05
CONNECT = 2
STATEMENT = 5
# By default a pool tries again after 1, 2, 4... up to 128 s: a server that is back would go unnoticed.
RECONNECT = 1


class Reads(ConnectionPool[Connection[Any]]):
    """Connections in autocommit; where one turns out to be lost, all are replaced.

    size: how many at most.
    """

    def __init__(self, database_url: str, *, size: int) -> None:
        self._lent, self._counting, self._away = 0, Lock(), False
        super().__init__(
            database_url,
            connection_class=BoundedConnection[Any],
            min_size=1,
            max_size=size,
            timeout=WAIT_FOR_CONNECTION,
            reconnect_timeout=RECONNECT,
            kwargs={"autocommit": True, "connect_timeout": CONNECT, "fallback_application_name": "jalon web"},
            configure=bounded,
            open=True,
        )

    def getconn(self, timeout: float | None = None) -> Connection[Any]:
        """A connection that the server has not closed. Costs a look, no round trip. Raises PoolTimeout."""
        connection = self._lend(timeout)
        if not was_closed(connection):
            return connection
        connection.pgconn.finish()
        self.putconn(connection)
        return self._lend(timeout)

    def _lend(self, timeout: float | None) -> Connection[Any]:
        try:
            connection = super().getconn(GLANCE if self._away and timeout is None else timeout)
        except PoolTimeout:
            self._away = not self._lent
            raise
        with self._counting:
            self._lent, self._away = self._lent + 1, False
        return connection

    def putconn(self, conn: Connection[Any]) -> None:
        lost = conn.broken
        with self._counting:
            self._lent -= 1
        super().putconn(conn)
        if lost:
            self.drain()


def bounded(connection: Connection[Any]) -> None:
    """Let the server end what takes too long, whatever else the address asks of it."""
    connection.execute(f"SET statement_timeout = '{STATEMENT}s'".encode())


def was_closed(connection: Connection[Any]) -> bool:
    """Whether the server has ended the connection: it says nothing else to somebody who asked nothing."""
    # Windows has no poll, and elsewhere select knows no file above the 1,024th.
    if sys.platform == "win32":
        return bool(select.select([connection.fileno()], [], [], 0)[0])
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
