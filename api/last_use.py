"""When each token was last used: a table beside the ledger, since it is no fact of the record and may be lost."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import psycopg
from psycopg import Connection, Cursor
from psycopg_pool import ConnectionPool

TABLE = """
CREATE TABLE IF NOT EXISTS token_use (
    token text COLLATE "C" PRIMARY KEY,
    used_at timestamptz NOT NULL
)
"""

# Nobody waits for it: neither for a lock, nor for the disk.
SESSION = "SET LOCAL lock_timeout = '50ms'; SET LOCAL synchronous_commit = off"
WRITE = """
    INSERT INTO token_use (token, used_at) VALUES (%s, %s)
    ON CONFLICT (token) DO UPDATE SET used_at = greatest(token_use.used_at, excluded.used_at)
"""
READ = "SELECT token, used_at FROM token_use WHERE token = ANY(%s) ORDER BY token"

ONCE_IN = timedelta(minutes=1)

PATIENCE = 0.1
"""Seconds that a reader waits for a connection to note this with."""

log = logging.getLogger(__name__)


class LastUse:
    """What one process has noted of late, so that a busy token costs one row a minute."""

    def __init__(self) -> None:
        self._noted: dict[str, datetime] = {}
        self._lock = Lock()

    def note(self, connections: ConnectionPool[Connection[Any]], token: str, at: datetime) -> None:
        """Write down that a token is used, unless that was done within the minute; what cannot be written is let go.

        connections: in autocommit.
        """
        if self._is_due(token, at):
            try:
                with connections.connection(timeout=PATIENCE) as connection:
                    write(connection, token, at)
            except psycopg.Error as error:
                log.warning("The last use of token %s is not noted: %s", token, type(error).__name__)

    def _is_due(self, token: str, at: datetime) -> bool:
        """The first to ask within a minute is the one who writes; a failure is not tried again before the next."""
        with self._lock:
            noted = self._noted.get(token)
            due = noted is None or at - noted >= ONCE_IN
            if due:
                self._noted[token] = at
            return due


def write(connection: Connection[Any], token: str, at: datetime) -> None:
    """Write it down. Raises psycopg.Error."""
    # A connection that made a snapshot before is still set to read.
    connection.read_only, connection.isolation_level = False, None
    with connection.transaction():
        connection.execute(SESSION)
        connection.execute(WRITE, (token, at))


def last_used(cursor: Cursor[Any], tokens: Collection[str]) -> dict[str, datetime]:
    """When those of these tokens that were ever used were used last."""
    return dict(cursor.connection.cursor().execute(READ, (list(tokens),)).fetchall())
