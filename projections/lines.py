"""The lines of a partner: what it brings to one operation or agreement by one decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from psycopg import Cursor

from domain.vocabulary import Instrument
from projections.moments import Moment, known
from projections.projection import select

Holder = Literal["operation", "agreement"]
LineKey = tuple[str, Holder, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line of a partner: what it brings to one operation or agreement by one decision; its facts are those of that.

    on: the day, month or year of the decision. Amounts in euro cents, net of what was taken back or given back; those
    of a loan are here, in no total. schedule: payment credits, `year` and `amount_cents`, as last stated.
    """

    holder: Holder
    reference: str
    title: str
    line: str
    instrument: Instrument
    scheme: str | None
    decision_ref: str | None
    on: str | None
    theme: str | None
    programme: str | None
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    advance_cents: int
    interim_cents: int
    balance_cents: int
    repaid_cents: int
    schedule: Sequence[dict[str, int]]

    @property
    def to_commit_cents(self) -> int:
        """Allocated and not yet committed on this line; never below zero."""
        return max(self.allocated_cents - self.committed_cents, 0)

    @property
    def to_pay_cents(self) -> int:
        """Committed and not yet paid."""
        return self.committed_cents - self.paid_cents

    @property
    def key(self) -> LineKey:
        """Where the next page begins."""
        return self.reference, self.holder, self.line


# L10 comes after L9: by length, then by text.
SELECTED = """
    SELECT m.holder, m.reference, m.line,
        (array_agg(m.title ORDER BY m.version, m.nth))[1] AS title,
        (array_agg(m.instrument ORDER BY m.version, m.nth))[1] AS instrument,
        (array_agg(m.scheme ORDER BY m.version, m.nth))[1] AS scheme,
        (array_agg(m.decision_ref ORDER BY m.version, m.nth))[1] AS decision_ref,
        (array_agg(m."on" ORDER BY m.version, m.nth))[1] AS "on",
        (array_agg(m.theme ORDER BY m.version, m.nth))[1] AS theme,
        (array_agg(m.programme ORDER BY m.version, m.nth))[1] AS programme,
        coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'allocated'), 0)::bigint AS allocated_cents,
        coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'committed'), 0)::bigint AS committed_cents,
        coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'paid'), 0)::bigint AS paid_cents,
        coalesce(sum(m.amount_cents) FILTER (WHERE m.kind = 'advance'), 0)::bigint AS advance_cents,
        coalesce(sum(m.amount_cents) FILTER (WHERE m.kind = 'interim'), 0)::bigint AS interim_cents,
        coalesce(sum(m.amount_cents) FILTER (WHERE m.kind = 'balance'), 0)::bigint AS balance_cents,
        coalesce(-sum(m.amount_cents) FILTER (WHERE m.kind = 'repayment'), 0)::bigint AS repaid_cents,
        {schedule} AS schedule
    FROM commitments.movement AS m
    WHERE m.partner = %(partner)s AND {known}
        AND (m.reference, m.holder, char_length(m.line), m.line)
            > (%(reference)s, %(holder)s, char_length(%(line)s), %(line)s)
    GROUP BY m.reference, m.holder, char_length(m.line), m.line
    ORDER BY m.reference, m.holder, char_length(m.line), m.line
    LIMIT %(limit)s
"""
SCHEDULED = """
    coalesce(
        (
            SELECT s.lines -> m.line FROM commitments.schedule AS s
            WHERE s.reference = m.reference AND s.holder = m.holder
        ),
        '[]'
    )
"""
LINES = SELECTED.format(schedule=SCHEDULED, known="m.until IS NULL")
LINES_AT = SELECTED.format(schedule="'[]'::jsonb", known=known("m"))


def lines(cursor: Cursor[Any], code: str, *, after: LineKey | None = None, limit: int = 50) -> list[LineRow]:
    """The lines of a partner, by reference and line. after: the key of the last one seen."""
    return select(cursor, LineRow, LINES, wanted(code, after, limit))


def lines_at(
    cursor: Cursor[Any], code: str, at: Moment, *, after: LineKey | None = None, limit: int = 50
) -> list[LineRow]:
    """The same at a moment, without payment credits: rows know the present ones alone."""
    return select(cursor, LineRow, LINES_AT, wanted(code, after, limit) | at.values)


def wanted(code: str, after: LineKey | None, limit: int) -> dict[str, Any]:
    """As parameters of the statements above."""
    reference, holder, line = after or ("", "", "")
    return {"partner": code, "reference": reference, "holder": holder, "line": line, "limit": limit}
