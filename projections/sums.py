"""What the operations that a reader chose add up to, now and at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor

from domain.vocabulary import PHASES, Phase
from projections.moments import Moment, known
from projections.movements import FIGURES
from projections.orders import AFTER, BY, ORDERS, Order
from projections.projection import only, select


@dataclass(frozen=True, slots=True, kw_only=True)
class SumsRow:
    """Sums over the operations chosen that the reader sees in full. operations: all those chosen.

    phases, late, late_initially: how many of all those chosen stand in each phase, and have a step that the present
    calendar, or the first one, promised behind them.
    cost_cents: of those whose cost is known; what another one of them contains counts there. to_commit_cents,
    to_pay_cents: the sums of what each operation shows.
    """

    operations: int
    in_full: int
    phases: Mapping[Phase, int]
    late: int
    late_initially: int
    cost_cents: int
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    loans_cents: int
    to_commit_cents: int
    to_pay_cents: int


# The step that a calendar promises next lies behind.
LATE = "coalesce(o.due_on < %(today)s, false)"
LATE_INITIALLY = "coalesce(o.initial_due_on < %(today)s, false)"

# What is sought of a row `o`, now or then; None: whatever it is. `funded`: the partner has a line there.
IN_FULL = "(%(readers)s::text[] IS NULL OR {} && %(readers)s::text[])"
SOUGHT = f"""
    (%(commune)s::text IS NULL OR %(commune)s = ANY(o.communes))
    AND (%(programme)s::text IS NULL OR o.programme = %(programme)s)
    AND (%(theme)s::text IS NULL OR o.theme = %(theme)s OR %(theme)s = ANY(o.other_themes))
    AND (%(phase)s::text IS NULL OR o.phase = %(phase)s)
    AND (%(partner)s::text IS NULL OR {{funded}} AND {{in_full}})
    AND (%(in_full)s::boolean IS NULL OR {{in_full}} = %(in_full)s)
    AND (%(owner)s::text IS NULL OR o.owner = %(owner)s)
    AND (%(late)s::boolean IS NULL OR {LATE} = %(late)s)
    AND (%(late_initially)s::boolean IS NULL OR {LATE_INITIALLY} = %(late_initially)s)
    AND o.search LIKE ALL(%(words)s::text[])
"""
SOUGHT_NOW = SOUGHT.format(funded="%(partner)s = ANY(o.funders)", in_full=IN_FULL.format("o.readers"))
SOUGHT_THEN = SOUGHT.format(
    funded=f"""EXISTS (
        SELECT FROM commitments.movement AS m
        WHERE m.partner = %(partner)s AND m.reference = o.reference AND m.holder = 'operation' AND {known("m")}
    )""",
    # Whoever reads an operation in full today does so at any moment.
    in_full=IN_FULL.format("(SELECT r.readers FROM portfolio.operation AS r WHERE r.reference = o.reference)"),
)


def heads(after: str = "true") -> str:
    """The operations at a moment, each by its last head up to that day. after: what else is asked of heads `h`."""
    return f"""
        SELECT DISTINCT ON (h.reference) h.* FROM portfolio.head AS h
        WHERE {after} AND {known("h")}
        ORDER BY h.reference, h.true_from DESC
    """


HEADS = heads()

COUNTS = ", ".join(f"'{phase}', count(*) FILTER (WHERE c.phase = '{phase}')" for phase in PHASES)
# Operation by operation, by its index: how many rows stand at a moment is more than PostgreSQL can guess.
SUMS = f"""
    WITH RECURSIVE stood AS MATERIALIZED ({{stood}}),
    chosen AS MATERIALIZED (
        SELECT o.reference, o.part_of, o.cost_cents, o.phase, {LATE} AS late, {LATE_INITIALLY} AS late_initially,
            {IN_FULL.format("p.readers")} AS in_full
        FROM stood AS o JOIN portfolio.operation AS p ON p.reference = o.reference
        WHERE {{sought}}
    ),
    above AS (
        SELECT c.reference, c.part_of AS container FROM chosen AS c WHERE c.part_of IS NOT NULL
        UNION
        SELECT a.reference, o.part_of FROM above AS a JOIN stood AS o ON o.reference = a.container
        WHERE o.part_of IS NOT NULL
    ),
    contained AS (
        SELECT DISTINCT a.reference FROM above AS a
        JOIN chosen AS c ON c.reference = a.container AND c.reference <> a.reference
        WHERE c.in_full AND c.cost_cents IS NOT NULL
    )
    SELECT count(*) AS operations,
        count(*) FILTER (WHERE c.in_full) AS in_full,
        jsonb_build_object({COUNTS}) AS phases,
        count(*) FILTER (WHERE c.late) AS late,
        count(*) FILTER (WHERE c.late_initially) AS late_initially,
        coalesce(sum(c.cost_cents) FILTER (
            WHERE c.in_full AND c.reference NOT IN (SELECT x.reference FROM contained AS x)
        ), 0)::bigint AS cost_cents,
        coalesce(sum(m.allocated_cents) FILTER (WHERE c.in_full), 0)::bigint AS allocated_cents,
        coalesce(sum(m.committed_cents) FILTER (WHERE c.in_full), 0)::bigint AS committed_cents,
        coalesce(sum(m.paid_cents) FILTER (WHERE c.in_full), 0)::bigint AS paid_cents,
        coalesce(sum(m.loans_cents) FILTER (WHERE c.in_full), 0)::bigint AS loans_cents,
        coalesce(sum(greatest(m.allocated_cents - m.committed_cents, 0)) FILTER (WHERE c.in_full), 0)::bigint
            AS to_commit_cents,
        coalesce(sum(m.committed_cents - m.paid_cents) FILTER (WHERE c.in_full), 0)::bigint AS to_pay_cents
    FROM chosen AS c LEFT JOIN LATERAL ({{money}}) AS m ON true
"""
NOW = SUMS.format(
    sought=SOUGHT_NOW,
    stood="""
        SELECT o.reference, o.part_of, o.cost_cents, o.communes, o.programme, o.theme, o.other_themes, o.phase,
            o.funders, o.readers, o.owner, o.due_on, o.initial_due_on, o.search
        FROM portfolio.operation AS o
    """,
    money="""
        SELECT p.allocated_cents, p.committed_cents, p.paid_cents, p.loans_cents
        FROM portfolio.operation AS p WHERE p.reference = c.reference
    """,
)
THEN = SUMS.format(
    sought=SOUGHT_THEN,
    stood=HEADS,
    money=f"""
        SELECT {FIGURES} FROM commitments.movement AS m
        WHERE m.reference = c.reference AND m.holder = 'operation' AND {known("m")}
    """,
)
# By reference, heads before the page need not be read at all.
STOOD: dict[Order, str] = {
    "reference": heads("h.reference > %(after)s"),
    "commune": HEADS,
}
PAGE_THEN: dict[Order, str] = {
    order: f"""
        SELECT o.reference FROM ({STOOD[order]}) AS o
        WHERE {AFTER[order]} AND {SOUGHT_THEN} ORDER BY {BY[order]} LIMIT %(limit)s
    """
    for order in ORDERS
}


def sums(cursor: Cursor[Any], wanted: Mapping[str, Any]) -> SumsRow:
    """The sums of the operations wanted as they stand, over those that its readers see; see `portfolio.wanted`."""
    return summed(cursor, NOW, wanted)


def sums_at(cursor: Cursor[Any], wanted: Mapping[str, Any], at: Moment) -> SumsRow:
    """The same at a moment."""
    return summed(cursor, THEN, {**wanted, **at.values})


def references_at(cursor: Cursor[Any], wanted: Mapping[str, Any], at: Moment, order: Order = "reference") -> list[str]:
    """The operations wanted at a moment, in an order: a page of them."""
    rows = cursor.connection.cursor().execute(PAGE_THEN[order], {**wanted, **at.values}, prepare=True).fetchall()
    return [row[0] for row in rows]


def summed(cursor: Cursor[Any], query: str, values: Mapping[str, Any]) -> SumsRow:
    row = only(select(cursor, SumsRow, query, values))
    assert row is not None
    return row
