"""The portfolio: one row per operation, with all that readers filter and sort by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Cursor

from domain.agreement import Agreement
from domain.operation import Operation
from domain.record import Record
from domain.vocabulary import Family, Phase, Theme
from projections import agreements as frames
from projections.agreements import AgreementRow, agreement, agreements
from projections.heads import INDEXES, TABLE, Heads
from projections.life import life
from projections.orders import AFTER, BY, ORDERS, Key, Order
from projections.projection import Projection, Told, columns, only, select
from projections.readers import readable
from projections.standing import COLUMNS, Standing, lines, standing, text
from projections.steps import next_due, sought_in
from projections.sums import SOUGHT_NOW
from projections.words import folded

__all__ = [
    "AgreementRow",
    "OperationRow",
    "Portfolio",
    "agreement",
    "agreements",
    "operation",
    "operations",
    "readable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored(Standing):
    """One operation, as it is kept. communes: INSEE codes. search: what texts are sought in, see `words.py`.

    financing_plan: `on`, `total_cents`, `undetermined_cents`, `shares`. suspension: the one that lasts, `since` and
    `expected_resume_on`. rehousing, assistance: their totals. weights: parts of the communes, in their order, in
    ten-thousandths. priority_area, coherence: what counts now.
    due_on, initial_due_on: the next step that the present and the first calendar promise, start before delivery, and
    that has not happened; at the last day of its period.
    """

    planned_on: str | None
    communes: Sequence[str]
    weights: Sequence[int]
    territory_wide: bool
    site: str | None
    family: Family | None
    theme: Theme | None
    other_themes: Sequence[Theme]
    programme: str | None
    part_of: str | None
    early_start: bool
    milestones: Sequence[dict[str, Any]]
    planned_outputs: dict[str, int] | None
    outputs: dict[str, int] | None
    lines: Sequence[dict[str, Any]]
    financing_plan: dict[str, Any] | None
    suspension: dict[str, Any] | None
    abandoned_on: str | None
    closed_on: str | None
    final_cost_cents: int | None
    rehousing: dict[str, int | None]
    assistance: dict[str, Any]
    priority_area: dict[str, Any] | None
    coherence: Sequence[dict[str, Any]]
    due_on: date | None
    initial_due_on: date | None
    search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow(Stored):
    """One operation, as it is read. agreement_leader: partner code.

    days_late, days_late_initially: days since the first step that lies behind of what the present calendar, or the
    first one, promised; 0: none does.
    """

    days_late: int
    days_late_initially: int
    agreement_leader: str | None

    @property
    def late(self) -> bool:
        return self.days_late > 0

    @property
    def late_initially(self) -> bool:
        return self.days_late_initially > 0


class Portfolio(Projection):
    """Operations, and the agreements that contain them, as they stand now; operations day by day too: `heads.py`."""

    name = "portfolio"
    version = 3
    tables = (
        frames.TABLES
        + TABLE
        + f"""
        CREATE TABLE {{schema}}.operation ({COLUMNS},
            planned_on text,
            communes text[] NOT NULL,
            weights int[] NOT NULL,
            territory_wide boolean NOT NULL,
            site text,
            family text,
            theme text,
            other_themes text[] NOT NULL,
            programme text,
            part_of text COLLATE "C",
            early_start boolean NOT NULL,
            milestones jsonb NOT NULL,
            planned_outputs jsonb,
            outputs jsonb,
            lines jsonb NOT NULL,
            financing_plan jsonb,
            suspension jsonb,
            abandoned_on text,
            closed_on text,
            final_cost_cents bigint,
            rehousing jsonb NOT NULL,
            assistance jsonb NOT NULL,
            priority_area jsonb,
            coherence jsonb NOT NULL,
            due_on date,
            initial_due_on date,
            search text NOT NULL
        );
        CREATE INDEX ON {{schema}}.operation (agreement, reference)
    """
    )
    indexes = INDEXES

    def clear(self) -> None:
        self._operations: dict[str, tuple[Operation, int]] = {}
        self._agreements: dict[str, tuple[Agreement, int]] = {}
        self._heads = Heads()

    def before(self, record: Record) -> None:
        if isinstance(record, Operation):
            self._heads.before(record)

    def fold(self, told: Told) -> None:
        if isinstance(told.record, Operation):
            self._operations[told.record.reference] = told.record, told.position
            self._heads.count(told, told.record)
        elif isinstance(told.record, Agreement):
            self._agreements[told.record.reference] = told.record, told.position

    def flush(self, cursor: Cursor[Any]) -> None:
        self.write(cursor, "operation", [row(*each) for each in self._operations.values()], key=["reference"])
        self.write(cursor, "agreement", [frames.row(*each) for each in self._agreements.values()], key=["reference"])
        self._heads.flush(cursor, self)


def row(operation: Operation, position: int) -> Stored:
    """An operation, the last entry of which has this position."""
    return Stored(
        **standing(operation, position),
        planned_on=text(operation.planned_on),
        communes=operation.communes,
        weights=operation.weights,
        territory_wide=operation.territory_wide,
        site=operation.site,
        family=operation.family,
        theme=operation.theme,
        other_themes=operation.other_themes,
        programme=operation.programme,
        part_of=operation.part_of,
        early_start=operation.early_start,
        lines=lines(operation.money),
        **life(operation),
        due_on=next_due(operation, operation.starts_on, operation.delivers_on),
        initial_due_on=next_due(operation, operation.initial_starts_on, operation.initial_delivers_on),
        search=sought_in(operation.reference, operation.title, operation.site, operation.communes),
    )


READ = f"""
    SELECT {columns(Stored, "o")},
        greatest(%(today)s::date - o.due_on, 0) AS days_late,
        greatest(%(today)s::date - o.initial_due_on, 0) AS days_late_initially,
        a.leader AS agreement_leader
    FROM portfolio.operation AS o LEFT JOIN portfolio.agreement AS a ON a.reference = o.agreement
"""
OPERATION = READ + "WHERE o.reference = %(reference)s"
OPERATIONS = {
    order: f"{READ} WHERE {AFTER[order]} AND {SOUGHT_NOW} ORDER BY {BY[order]} LIMIT %(limit)s" for order in ORDERS
}
NAMED = READ + "WHERE o.reference = ANY(%(references)s)"


def operation(cursor: Cursor[Any], reference: str, *, today: date) -> OperationRow | None:
    """One operation; None for an unknown one. today: the day that lateness is judged on."""
    return only(select(cursor, OperationRow, OPERATION, {"reference": reference, "today": today}))


def named(cursor: Cursor[Any], references: Sequence[str], *, today: date) -> dict[str, OperationRow]:
    """The named operations, unknown ones left out."""
    found = select(cursor, OperationRow, NAMED, {"references": list(references), "today": today})
    return {each.reference: each for each in found}


def operations(
    cursor: Cursor[Any],
    *,
    today: date,
    order: Order = "reference",
    after: Key | None = None,
    limit: int = 50,
    **sought: Any,
) -> list[OperationRow]:
    """Operations in an order. after: the last one seen. sought: see `wanted`."""
    return select(cursor, OperationRow, OPERATIONS[order], wanted(today=today, **sought) | begin(after, limit))


def begin(after: Key | None, limit: int) -> dict[str, Any]:
    """Where a page begins, as parameters of statements."""
    place, reference = after or Key()
    return {"place": place, "after": reference, "limit": limit}


def wanted(
    *,
    today: date,
    commune: str | None = None,
    programme: str | None = None,
    theme: Theme | None = None,
    phase: Phase | None = None,
    partner: str | None = None,
    owner: str | None = None,
    late: bool | None = None,
    late_initially: bool | None = None,
    in_full: bool | None = None,
    q: str | None = None,
    readers: Collection[str] | None = None,
) -> dict[str, Any]:
    """What is sought, as parameters of statements.

    commune: INSEE code. theme: the main one, or one of the others. partner: has a line there. late, late_initially: a
    step that the present calendar, or the first one, promised lies behind. in_full: whoever asks reads it in full.
    q: every word of it is found in the reference, the title, the site or the name of a commune, whatever its accents
    and capitals.
    readers: organisations of whoever asks: `partner` finds only what they read in full; None reads all.
    """
    return {
        "today": today,
        "commune": commune,
        "programme": programme,
        "theme": theme,
        "phase": phase,
        "partner": partner,
        "owner": owner,
        "late": late,
        "late_initially": late_initially,
        "in_full": in_full,
        "readers": None if readers is None else list(readers),
        # After folding nothing is left in a word that LIKE would take for a wildcard.
        "words": [f"%{word}%" for word in folded(q or "").split()],
    }
