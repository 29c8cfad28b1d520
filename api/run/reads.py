"""The connections that a web process reads by: each wait has an end, and a restart of PostgreSQL is noticed at once."""

import select
import sys
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.ledger import BoundedConnection

# Seconds.
WAIT_FOR_CONNECTION = 1
CONNECT = 2
STATEMENT = 5
# By default a pool tries again after 1, 2, 4... up to 128 s: a server that is back would go unnoticed.
RECONNECT = 1


class Reads(ConnectionPool[Connection[Any]]):
    """Connections in autocommit; where one turns out to be lost, all are replaced.

    size: how many at most.
    """

    def __init__(self, database_url: str, *, size: int) -> None:
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
        connection = super().getconn(timeout)
        if not was_closed(connection):
            return connection
        connection.pgconn.finish()
        self.putconn(connection)
        return super().getconn(timeout)

    def putconn(self, conn: Connection[Any]) -> None:
        lost = conn.broken
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
