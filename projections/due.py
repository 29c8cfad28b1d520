"""What the calendars promise: the operations that are late, and the steps that come next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from psycopg import Cursor

from projections.moments import Moment
from projections.projection import first_column, select
from projections.sums import HEADS, SOUGHT_NOW, SOUGHT_THEN

Kind = Literal["start", "delivery", "milestone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step that is promised and has not happened. code, label: of a milestone."""

    reference: str
    title: str
    kind: Kind
    code: str | None
    label: str | None
    due_on: str


# The last day of a date as it is known; see `domain/dates.py`.
LAST_DAY: Final = """
    CASE length(s.due_on)
        WHEN 10 THEN s.due_on::date
        WHEN 7 THEN (s.due_on || '-01')::date + interval '1 month - 1 day'
        ELSE (s.due_on || '-12-31')::date
    END
"""
STEPS: Final = f"""
    SELECT o.reference, o.title, s.kind, s.code, s.label, s.due_on
    FROM portfolio.operation AS o CROSS JOIN LATERAL (
        SELECT 1 AS place, 'start' AS kind, NULL AS code, NULL AS label, o.schedule -> 'start' ->> 'current' AS due_on
        WHERE o.phase IN ('planned', 'partly_funded', 'funded')
        UNION ALL
        SELECT 2, 'delivery', NULL, NULL, o.schedule -> 'delivery' ->> 'current'
        WHERE o.phase NOT IN ('delivered', 'closed', 'abandoned')
        UNION ALL
        SELECT 3, 'milestone', m ->> 'code', m ->> 'label', m ->> 'due_on'
        FROM jsonb_array_elements(o.milestones) AS m
        WHERE %(milestones)s AND m ->> 'reached_on' IS NULL AND NOT (m ->> 'dropped')::boolean
            AND o.phase NOT IN ('closed', 'abandoned')
    ) AS s
    WHERE s.due_on IS NOT NULL AND {LAST_DAY} >= %(today)s AND {SOUGHT_NOW}
    ORDER BY {LAST_DAY}, o.reference, s.place, s.code LIMIT %(limit)s
"""
NOW: Final = f"SELECT o.reference FROM portfolio.operation AS o WHERE o.due_on IS NOT NULL AND {SOUGHT_NOW}"
THEN: Final = f"SELECT o.reference FROM ({HEADS}) AS o WHERE o.due_on IS NOT NULL AND {SOUGHT_THEN}"
SOONEST: Final = " ORDER BY o.due_on, o.reference LIMIT %(limit)s"


def steps(cursor: Cursor[Any], wanted: Mapping[str, Any], *, milestones: bool, limit: int) -> list[StepRow]:
    """The steps that come next in the operations wanted, the soonest first; see `portfolio.wanted`."""
    return select(cursor, StepRow, STEPS, {**wanted, "milestones": milestones, "limit": limit})


def soonest(cursor: Cursor[Any], wanted: Mapping[str, Any], at: Moment | None, *, limit: int) -> list[str]:
    """The operations wanted by the next start or delivery that is promised: those that are latest come first."""
    if at is None:
        return first_column(cursor, NOW + SOONEST, {**wanted, "limit": limit})
    return first_column(cursor, THEN + SOONEST, {**wanted, **at.values, "limit": limit})
