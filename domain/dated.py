"""An operation as it was on a day: what its entries tell of it when only the facts of that day and before count.

The entries say what is known; corrections among them put right what they name, and their own day never counts. The
money of a day is the movements that count by then, each as large as the whole history makes it: so the entries of a
timeline, the lines and the totals of a day add up. What a fact of the day rests on is named, though it was decided
later: an operation by its plan, a step by its title, a line by what opened it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.dates import paris_day
from domain.event import Event
from domain.events.correcting import amended
from domain.events.funding import FundingCommitted
from domain.events.lines import PaymentScheduleRevised
from domain.events.milestones import MilestoneLogged, MilestoneScheduled, StepEvent
from domain.events.planning import Planned
from domain.money import Line, Money
from domain.operation import Operation
from domain.situation import Milestone

# What a plan decides, each left out.
DECIDED: dict[str, Any] = dict.fromkeys(
    ("owner", "programme", "agreement", "cost_cents", "starts_on", "delivers_on", "outputs")
)


def counts_from(event: Event) -> date:
    """The day that a fact counts from: the last of its period, or the day of recording where it is undated."""
    return event.on.latest if event.on.known else paris_day(event.timestamp)


def told(facts: Sequence[Event]) -> Operation:
    """The operation that these facts add up to, in their order. facts: as `amended` gives them, the plan first."""
    plan = facts[0]
    assert isinstance(plan, Planned)
    operation = plan.blank()
    assert isinstance(operation, Operation)
    for fact in facts:
        fact.apply(operation)
    return operation


def as_true_on(entries: Sequence[Event], day: date) -> Operation | None:
    """The operation of these entries on a day; None where nothing of it had happened by then."""
    return told_on(amended(entries), day)


def told_on(facts: Sequence[Event], day: date) -> Operation | None:
    """The same, of facts that corrections have been through."""
    true = [fact for fact in facts if counts_from(fact) <= day]
    if len(true) == len(facts):
        return told(facts)
    if not true:
        return None
    plan = facts[0]
    assert isinstance(plan, Planned)
    operation = told([unplanned(plan)])
    operation.planned_on = None
    titles = {fact.code: fact.title for fact in facts if isinstance(fact, MilestoneScheduled | MilestoneLogged)}
    for fact in true:
        if isinstance(fact, StepEvent) and fact.code in titles:
            operation.milestones.setdefault(fact.code, Milestone(fact.code, titles[fact.code]))
        fact.apply(operation)
    operation.money = money_on(told(facts).money, day, true)
    return operation


def unplanned(plan: Planned) -> Planned:
    """A plan that is still to come: it says what the operation is, and nothing of what was decided."""
    return dataclasses.replace(plan, **DECIDED)


def money_on(money: Money, day: date, true: Sequence[Event]) -> Money:
    """The movements that count by a day, on their lines. true: the facts of that day, which say the payment credits."""
    moved = [each for each in money.movements if each.on.counts_on(each.recorded) <= day]
    touched = {each.line for each in moved}
    kept = Money()
    for code, line in money.lines.items():
        if code in touched:
            kept.lines[code] = Line(code, line.partner, line.instrument, line.opening)
    for each in moved:
        kept.move(each)
    for fact in true:
        if isinstance(fact, FundingCommitted | PaymentScheduleRevised) and fact.line in kept.lines:
            kept.lines[fact.line].schedule = fact.schedule
    return kept
