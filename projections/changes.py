"""What came between two positions: the states of an operation one after the other, the entries that moved a partner's
money.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import Cursor
from psycopg.rows import tuple_row

from domain.ledger import read_known
from domain.operation import Operation
from projections import portfolio
from projections.lines import Holder
from projections.movements import MovementRow
from projections.portfolio import Stored
from projections.projection import columns, select
from projections.timeline import EntryRow


class Moved(EntryRow, frozen=True):
    """An entry that moved money of a partner, as it was first known. title: of its operation or agreement."""

    title: str


Lines = dict[str, dict[str, int]]

# Of the rows that begin at a position, the last one is the entry's own; the others are those that it puts right.
MOVED = f"""
    WITH moved AS MATERIALIZED (
        SELECT DISTINCT ON (at.position) at.position, m.holder, m.reference, m.title
        FROM commitments.movement AS m CROSS JOIN LATERAL (VALUES (m.position), (m.until)) AS at (position)
        WHERE m.partner = %(partner)s AND at.position > %(after)s AND at.position <= %(until)s
        ORDER BY at.position
        LIMIT %(limit)s
    )
    SELECT DISTINCT ON (moved.position) {columns(EntryRow, "e")}, moved.title
    FROM moved JOIN timeline.entry AS e
        ON e.holder = moved.holder AND e.reference = moved.reference AND e.position = moved.position
    ORDER BY moved.position, e.version DESC
"""
MOVEMENTS = f"""
    SELECT {columns(MovementRow, "m")} FROM commitments.movement AS m
    WHERE m.partner = %(partner)s AND m.reference = ANY(%(references)s)
    ORDER BY m.reference, m.holder, m.version, m.nth, m.position
"""


def states(
    cursor: Cursor[Any], authority: str, reference: str, since: int, until: int
) -> Iterator[tuple[int, Stored | None]]:
    """The operation at `since`, None where it was not recorded yet, then after each entry up to `until`, by version."""
    id = Operation.identity(authority, reference)
    with cursor.connection.cursor(row_factory=tuple_row) as own:
        history = read_known(own, [id], until).get(id, [])
    record: Any = None
    begun = False
    for position, event in history:
        if position > since and not begun:
            begun = True
            yield event.version - 1, record and portfolio.row(record, since)
        record = event.mutate(record)
        if position > since:
            yield event.version, portfolio.row(record, position)


def moved(cursor: Cursor[Any], partner: str, *, after: int, until: int, limit: int) -> list[Moved]:
    """The entries after a position, up to another, that changed what is known of a partner's money, by position."""
    values = {"partner": partner, "after": after, "until": until, "limit": limit}
    return select(cursor, Moved, MOVED, values)


class Held:
    """The lines of a partner in some operations and agreements, at any position."""

    def __init__(self, cursor: Cursor[Any], partner: str, references: Sequence[str]) -> None:
        self._movements: dict[tuple[Holder, str], list[MovementRow]] = defaultdict(list)
        wanted = {"partner": partner, "references": sorted(set(references))}
        for each in select(cursor, MovementRow, MOVEMENTS, wanted):
            self._movements[each.holder, each.reference].append(each)

    def lines(self, holder: Holder, reference: str, position: int) -> Lines:
        """Allocated, committed and paid on each line as known at a position."""
        found: Lines = {}
        for each in self._movements[holder, reference]:
            if each.position <= position and (each.until is None or each.until > position):
                line = found.setdefault(each.line, dict.fromkeys(LEVELS, 0))
                line[f"{each.level}_cents"] += each.amount_cents
        return found


LEVELS = ("allocated_cents", "committed_cents", "paid_cents")
