"""What was recorded on operations between two positions, the newest first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from psycopg import Cursor

from projections.projection import columns, first_column, select
from projections.sums import IN_FULL
from projections.timeline import EntryRow


class RecentRow(EntryRow, frozen=True):
    """An entry as it was known at the later position. title: of its operation. recorded: its own position."""

    title: str
    recorded: int


class Recent(NamedTuple):
    """The newest entries, and how many there are in all."""

    entries: list[RecentRow]
    found: int


FOUND = f"""
    FROM trail.entry AS t JOIN portfolio.operation AS o ON o.reference = t.reference
    WHERE t.record = 'operation' AND t.position > %(since)s AND t.position <= %(until)s
        AND {IN_FULL.format("o.readers")}
"""
COUNT = f"SELECT count(*) {FOUND}"
NEWEST = f"""
    WITH newest AS MATERIALIZED (
        SELECT t.reference, t.version, t.position, o.title {FOUND} ORDER BY t.position DESC LIMIT %(limit)s
    )
    SELECT {columns(EntryRow, "e")}, newest.title, newest.position AS recorded
    FROM newest JOIN timeline.entry AS e ON e.holder = 'operation' AND e.reference = newest.reference
        AND e.version = newest.version AND e.position <= %(until)s AND (e.until IS NULL OR e.until > %(until)s)
    ORDER BY newest.position DESC
"""


def recent(cursor: Cursor[Any], *, since: int, until: int, readers: Collection[str] | None, limit: int) -> Recent:
    """What was recorded after a position, up to another. readers: see `portfolio.wanted`."""
    asked = {"since": since, "until": until, "readers": None if readers is None else list(readers), "limit": limit}
    (count,) = first_column(cursor, COUNT, asked)
    return Recent(select(cursor, RecentRow, NEWEST, asked), int(count))
