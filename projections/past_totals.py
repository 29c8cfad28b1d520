"""The sums of a partner at a moment, made from the movements that stood then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Cursor

from domain.shape import plain
from projections import past
from projections.lines import LineKey, LineRow, lines_at
from projections.moments import Moment, known
from projections.movements import FIGURES
from projections.projection import select
from projections.totals import DIMENSIONS, Dimension, PartnerRow, TotalRow

PAYMENTS = """
    coalesce(sum(m.amount_cents) FILTER (WHERE m.kind = 'advance' AND m.instrument <> 'loan'), 0)::bigint
        AS advance_cents,
    coalesce(sum(m.amount_cents) FILTER (WHERE m.kind = 'interim' AND m.instrument <> 'loan'), 0)::bigint
        AS interim_cents,
    coalesce(sum(m.amount_cents) FILTER (WHERE m.kind = 'balance' AND m.instrument <> 'loan'), 0)::bigint
        AS balance_cents,
    coalesce(-sum(m.amount_cents) FILTER (WHERE m.kind = 'repayment' AND m.instrument <> 'loan'), 0)::bigint
        AS repaid_cents
"""
SLICES = f"""
    SELECT m.partner, slice.dimension, slice.key, {FIGURES}, {PAYMENTS}
    FROM commitments.movement AS m
    CROSS JOIN LATERAL (
        VALUES ('all', NULL), ('year', m.year::text), ('theme', m.theme), ('programme', m.programme),
            ('scheme', m.scheme)
    ) AS slice (dimension, key)
    WHERE m.partner = ANY(%(partners)s) AND slice.dimension = ANY(%(dimensions)s) AND {known("m")}
    GROUP BY m.partner, slice.dimension, slice.key
    ORDER BY m.partner, slice.dimension, slice.key COLLATE "C" NULLS LAST
"""
LEVERAGE = f"""
    WITH own AS MATERIALIZED (
        SELECT m.partner, m.reference,
            coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'committed' AND m.instrument <> 'loan'), 0) AS cents
        FROM commitments.movement AS m
        WHERE m.partner = ANY(%(partners)s) AND m.holder = 'operation' AND {known("m")}
        GROUP BY m.partner, m.reference
    ),
    -- The money of others is told of no operation that the reader has lost since.
    drawing AS MATERIALIZED (
        SELECT own.partner, own.reference, own.cents FROM own
        WHERE own.cents > 0 AND (%(readers)s::text[] IS NULL OR EXISTS (
            SELECT FROM portfolio.operation AS p WHERE p.reference = own.reference AND p.readers && %(readers)s::text[]
        ))
    ),
    -- Several partners draw on the same operation: what all commit there is added up once.
    committed AS MATERIALIZED (
        SELECT m.reference, sum(m.amount_cents) AS cents
        FROM (SELECT DISTINCT reference FROM drawing) AS d
        JOIN commitments.movement AS m ON m.reference = d.reference AND m.holder = 'operation'
        WHERE m.level = 'committed' AND m.instrument <> 'loan' AND {known("m")}
        GROUP BY m.reference
    )
    SELECT own.partner, count(*) AS operations, coalesce(sum(drawing.cents), 0)::bigint AS own_cents,
        coalesce(sum(committed.cents), 0)::bigint AS all_partners_cents
    FROM own LEFT JOIN drawing USING (partner, reference)
    LEFT JOIN committed ON committed.reference = drawing.reference
    GROUP BY own.partner
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow(TotalRow):
    """The sums of a partner for one value of one dimension."""

    partner: str
    dimension: Dimension


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverRow:
    """What a partner draws from the others; see `PartnerRow`."""

    partner: str
    operations: int
    all_partners_cents: int
    own_cents: int


Slices = dict[Dimension, list[SliceRow]]


def partner_at(
    cursor: Cursor[Any], row: PartnerRow, at: Moment, readers: Collection[str] | None = None
) -> tuple[PartnerRow, Slices]:
    """A partner with its sums at a moment, and those by year, theme, programme and scheme; see `partners_at`."""
    return found_at(cursor, [row], DIMENSIONS, at, readers)[row.code]


def partners_at(
    cursor: Cursor[Any], rows: Sequence[PartnerRow], at: Moment, readers: Collection[str] | None = None
) -> dict[str, PartnerRow]:
    """Partners with their sums at a moment, by code, in as many queries as for one.

    rows: the partners as they are; one that was not recorded yet had no money. readers: organisations of whoever asks;
    leverage is over the operations that they read in full now; None reads all.
    """
    return {code: row for code, (row, _) in found_at(cursor, rows, ["all"], at, readers).items()}


def found_at(
    cursor: Cursor[Any],
    rows: Sequence[PartnerRow],
    dimensions: Sequence[Dimension],
    at: Moment,
    readers: Collection[str] | None,
) -> dict[str, tuple[PartnerRow, Slices]]:
    """Partners with their sums at a moment, and those by some dimensions."""
    values = {
        "partners": [row.code for row in rows],
        "dimensions": list(dimensions),
        "readers": None if readers is None else list(readers),
        **at.values,
    }
    slices: dict[str, Slices] = {row.code: {each: [] for each in DIMENSIONS} for row in rows}
    for each in select(cursor, SliceRow, SLICES, values):
        slices[each.partner][each.dimension].append(each)
    levers = {each.partner: each for each in select(cursor, LeverRow, LEVERAGE, values)}
    return {
        row.code: (summed(row, slices[row.code]["all"], levers.get(row.code, nothing(row.code)), at), slices[row.code])
        for row in rows
    }


def nothing(partner: str) -> LeverRow:
    """What a partner without any line draws."""
    return LeverRow(partner=partner, operations=0, all_partners_cents=0, own_cents=0)


def summed(row: PartnerRow, whole: Sequence[SliceRow], lever: LeverRow, at: Moment) -> PartnerRow:
    """The partner with the sums of that moment in the place of the present ones."""
    sums: dict[str, Any] = {name: getattr(whole[0], name) if whole else 0 for name in SUMMED}
    return replace(
        row,
        **sums,
        position=at.position if at.looks_back else row.position,
        operations=lever.operations,
        all_partners_cents=lever.all_partners_cents,
        own_cents=lever.own_cents,
    )


SUMMED = (
    "allocated_cents",
    "committed_cents",
    "paid_cents",
    "loans_cents",
    "advance_cents",
    "interim_cents",
    "balance_cents",
    "repaid_cents",
)


def lines(
    cursor: Cursor[Any], authority: str, code: str, at: Moment, *, after: LineKey | None = None, limit: int = 50
) -> list[LineRow]:
    """The lines of a partner at a moment, with the payment credits of then."""
    found = lines_at(cursor, code, at, after=after, limit=limit)
    held = {each.reference for each in found if each.holder == "operation"}
    known = past.operations(cursor, authority, sorted(held), at)
    return [scheduled(each, known.get(each.reference)) for each in found]


def scheduled(row: LineRow, holder: past.Dated | None) -> LineRow:
    """A line with its payment credits; those of agreements have none."""
    line = holder.operation.money.lines.get(row.line) if holder and row.holder == "operation" else None
    return replace(row, schedule=plain(line.schedule)) if line else row
