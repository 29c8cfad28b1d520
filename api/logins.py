"""Logins: what a browser holds instead of a token. The cookie bears a secret, and its SHA-256 alone is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection, Cursor

TABLE = """
CREATE TABLE IF NOT EXISTS login (
    sha256 text COLLATE "C" PRIMARY KEY,
    token text COLLATE "C" NOT NULL,
    opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
)
"""

OPEN = "INSERT INTO login (sha256, token, opened_at, expires_at) VALUES (%s, %s, %s, %s)"
TIDY = "DELETE FROM login WHERE expires_at <= %s"
FIND = "SELECT token FROM login WHERE sha256 = %s AND expires_at > %s"
END = "DELETE FROM login WHERE sha256 = %s"
END_ALL = "DELETE FROM login WHERE token = %s"

LASTS = timedelta(hours=8)
"""A working day: whoever forgets to sign out is out by the evening."""


def open_for(connection: Connection[Any], token: str, at: datetime) -> str:
    """Begin a login that stands on a token, and lasts no longer than it does. Returns the secret for the cookie.

    token: its public id. Logins that are over are forgotten on the way.
    """
    secret = secrets.token_urlsafe(32)
    may_write(connection)
    with connection.transaction():
        connection.execute(TIDY, (at,))
        connection.execute(OPEN, (sha256(secret), token, at, at + LASTS))
    return secret


def token_of(cursor: Cursor[Any], secret: str, at: datetime) -> str | None:
    """The public id of the token that a login stands on; None for a login that is over, or never was."""
    row = cursor.connection.cursor().execute(FIND, (sha256(secret), at), prepare=True).fetchone()
    return str(row[0]) if row else None


def end(connection: Connection[Any], secret: str) -> None:
    """End one login."""
    may_write(connection)
    connection.execute(END, (sha256(secret),))


def end_all(connection: Connection[Any], token: str) -> int:
    """End every login that stands on a token; how many there were."""
    may_write(connection)
    return connection.execute(END_ALL, (token,)).rowcount


def may_write(connection: Connection[Any]) -> None:
    """A connection that made a snapshot before is still set to read."""
    connection.read_only, connection.isolation_level = False, None


def sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
