"""Operations as they were at a moment: each one folded from its own entries, a page of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple

from psycopg import Cursor
from psycopg.rows import tuple_row

from domain.dated import told, told_on, unplanned
from domain.event import Event
from domain.events import Planned
from domain.events.correcting import amended
from domain.ledger import read_known
from domain.operation import Operation
from projections import portfolio
from projections.moments import Moment
from projections.portfolio import OperationRow, Stored
from projections.standing import standing
from projections.timeline import HeadRow


class Dated(NamedTuple):
    """An operation at a moment. happened: something of it had, by then. version, position: of its last entry."""

    operation: Operation
    happened: bool
    version: int
    position: int


def operations(cursor: Cursor[Any], authority: str, references: Sequence[str], at: Moment) -> dict[str, Dated]:
    """The named operations, those that were not yet recorded left out. authority: partner code, which ids depend on."""
    ids = {Operation.identity(authority, reference): reference for reference in references}
    with cursor.connection.cursor(row_factory=tuple_row) as own:
        histories = read_known(own, list(ids), at.position)
    return {ids[id]: dated(history, at) for id, history in histories.items()}


def dated(history: Sequence[tuple[int, Event]], at: Moment) -> Dated:
    """An operation at a moment. history: its entries up to the position of the moment, each with its own."""
    position, last = history[-1]
    facts = amended([event for _, event in history])
    operation = told(facts) if at.true_on is None else told_on(facts, at.true_on)
    return Dated(operation or unborn(facts[0]), operation is not None, last.version, position)


def unborn(plan: Event) -> Operation:
    """An operation of which nothing had happened yet: it has its name."""
    assert isinstance(plan, Planned)
    operation = told([unplanned(plan)])
    operation.planned_on = None
    return operation


def head(dated: Dated, at: Moment) -> HeadRow:
    """What stands above its timeline."""
    row = HeadRow(**standing(dated.operation, dated.position))
    return replace(row, **dating(dated, at))


def row(dated: Dated, at: Moment, leader: str | None = None) -> OperationRow:
    """The operation as a row. leader: of its agreement."""
    return shown(replace(portfolio.row(dated.operation, dated.position), **dating(dated, at)), at, leader)


def shown(stored: Stored, at: Moment, leader: str | None = None) -> OperationRow:
    """A row as readers see it."""
    late, initially = (
        max((at.day - due).days, 0) if due is not None else 0 for due in (stored.due_on, stored.initial_due_on)
    )
    known = {field.name: getattr(stored, field.name) for field in fields(Stored)}
    return OperationRow(**known, days_late=late, days_late_initially=initially, agreement_leader=leader)


def dating(dated: Dated, at: Moment) -> dict[str, Any]:
    """What a fold does not know: the version and the position."""
    return {"version": dated.version, "position": at.position if at.looks_back else dated.position}
