"""What the feed says about entries and the entries themselves do not: whose money each moved, as it was first known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from psycopg import Cursor

# The row of an entry that was written when the entry came bears the entry's own position: found by its key.
MOVED = """
    SELECT e.position, e.partner, e.amount_cents
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS told (holder, reference, version, position)
    JOIN timeline.entry AS e USING (holder, reference, version, position)
"""


class Place(NamedTuple):
    """An entry. holder: kind of its record. version: its place in the record's history. position: in the ledger."""

    holder: str
    reference: str
    version: int
    position: int


class Money(NamedTuple):
    """What an entry adds to a line or takes back. partner: code of whoever bears it."""

    partner: str | None
    amount_cents: int | None


NONE = Money(None, None)


def money(cursor: Cursor[Any], places: Collection[Place]) -> dict[int, Money]:
    """What each entry moved when it was recorded, by position; entries that no timeline holds are left out."""
    columns = [list(column) for column in zip(*places, strict=True)] or [[]] * 4
    own = cursor.connection.cursor()
    return {row[0]: Money(*row[1:]) for row in own.execute(MOVED, columns, prepare=True)}
