"""How far each projection has come: a table that is written in the same transaction as their rows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Cursor

from projections.catalogue import NAMES
from projections.projection import select

# name: the schema of a projection's tables, `timeline_next` while it is built again.
# known_at: the latest instant of recording up to the position. error: why it is frozen, exactly before what entry.
TABLE = """
    CREATE TABLE IF NOT EXISTS public.projection (
        name text PRIMARY KEY,
        version int NOT NULL,
        position bigint NOT NULL DEFAULT 0,
        known_at timestamptz,
        error text
    )
"""
POSITIONS = """
    SELECT name, version, position, CASE WHEN position > 0 THEN known_at END AS known_at, error
    FROM public.projection WHERE name = ANY(%s) ORDER BY name
"""
REACHED = "SELECT coalesce(min(position), 0) FROM public.projection WHERE name = ANY(%s)"
FROZEN_BEFORE = (
    "SELECT EXISTS (SELECT FROM public.projection WHERE name = ANY(%s) AND error IS NOT NULL AND position < %s)"
)

# Held by the active follower as long as its connection lives; the others stand by.
FOLLOWER_LOCK = 0x4A616C6F6E01
FOLLOWED = """
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid::bigint << 32 | objid::bigint = %s
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""

# LISTEN here: a follower notifies once rows and positions are committed.
MOVED = "public_projection"

PAUSE = 0.005
DAWN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a projection has come. known_at: the latest instant of recording so far, None at the beginning."""

    name: str
    version: int
    position: int
    known_at: datetime | None
    error: str | None

    @property
    def known(self) -> datetime:
        return self.known_at or DAWN


def positions(cursor: Cursor[Any], *names: str) -> list[Progress]:
    """How far the named projections have come, all when none is named; those without tables are left out."""
    return select(cursor, Progress, POSITIONS, (list(names or NAMES),))


def position(cursor: Cursor[Any], *names: str) -> int:
    """Up to which position the named projections all speak; all when none is named."""
    row = cursor.connection.cursor().execute(REACHED, (list(names or NAMES),), prepare=True).fetchone()
    return int(row[0]) if row else 0


def wait_for(cursor: Cursor[Any], wanted: int, *names: str, timeout: float = 1.0) -> bool:
    """Wait until the named projections speak up to a position, so that one reads what one has just recorded.

    cursor: of a connection in autocommit. A frozen projection is not waited for. timeout: seconds.
    """
    deadline = time.monotonic() + timeout
    while position(cursor, *names) < wanted:
        if time.monotonic() > deadline or is_frozen_before(cursor, wanted, *names):
            return False
        time.sleep(PAUSE)
    return True


def is_frozen_before(cursor: Cursor[Any], wanted: int, *names: str) -> bool:
    """One of the named projections stopped before that position, and will not go on by itself."""
    return asked(cursor, FROZEN_BEFORE, list(names or NAMES), wanted)


def is_followed(cursor: Cursor[Any]) -> bool:
    """A follower is at work on this database."""
    return asked(cursor, FOLLOWED, FOLLOWER_LOCK)


def asked(cursor: Cursor[Any], question: str, *values: Any) -> bool:
    row = cursor.connection.cursor().execute(question, values, prepare=True).fetchone()
    return bool(row and row[0])
