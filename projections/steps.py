"""What lists ask of an operation on each day of its life: its heads, from the entries that are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import is_
from typing import NamedTuple

from domain import events
from domain.dated import counts_from, told_on
from domain.dates import PartialDate
from domain.event import Event
from domain.operation import Operation
from domain.outputs import Outputs
from domain.territory import commune
from domain.vocabulary import Family, Phase, Theme
from projections.words import folded

# Facts that change nothing of a head.
BESIDE = frozenset(
    {
        events.MilestoneScheduled,
        events.MilestoneLogged,
        events.MilestoneRescheduled,
        events.MilestoneReached,
        events.MilestoneDropped,
        events.PaymentRequested,
        events.PaymentRecorded,
        events.RepaymentRecorded,
        events.PaymentScheduleRevised,
        events.FinancingPlanSet,
        events.EarlyStartAuthorised,
        events.RehousingReported,
        events.AssistanceProvided,
        events.PriorityAreaAssessed,
        events.CoherenceAssessed,
    }
)


class Head(NamedTuple):
    """What lists ask of an operation. Its fields are those of `HeadRow`; the words of `search` follow from them."""

    title: str
    phase: Phase
    owner: str | None
    communes: tuple[str, ...]
    weights: tuple[int, ...]
    territory_wide: bool
    site: str | None
    family: Family | None
    theme: Theme | None
    other_themes: tuple[Theme, ...]
    programme: str | None
    part_of: str | None
    cost_cents: int | None
    planned_outputs: Outputs | None
    outputs: Outputs | None
    due_on: date | None
    initial_due_on: date | None


class Course(NamedTuple):
    """The part of a head that facts after the plan can change."""

    phase: Phase
    owner: str | None
    programme: str | None
    cost_cents: int | None
    outputs: Outputs | None
    due_on: date | None
    initial_due_on: date | None


Steps = dict[date, Head]


def touching(facts: Iterable[Event]) -> list[Event]:
    """The facts that heads go by, the plan among them."""
    return [fact for fact in facts if type(fact) not in BESIDE]


def steps(facts: Sequence[Event]) -> Steps:
    """The heads of an operation from its first day on, by the day that each counts from."""
    found: Steps = {}
    latest: Head | None = None
    for day, operation in days(facts):
        if latest != (now := head(operation)):
            found[day] = latest = now
    return found


def days(facts: Sequence[Event]) -> Iterator[tuple[date, Operation]]:
    """The operation on its first day, and on each day of a fact that heads go by."""
    growing, taken, first = begun(facts[0]), 0, True
    for day, of_day in groupby(sorted(facts, key=counts_from), counts_from):
        coming = list(of_day)
        wanted, first = first or bool(touching(coming)), False
        if taken + len(coming) <= len(facts) and all(map(is_, coming, facts[taken:])):
            # As long as things were recorded in the order in which they happened, the days add up one to the other.
            for fact in coming:
                fact.apply(growing)
            taken += len(coming)
            if wanted:
                yield day, growing
        else:
            taken = len(facts) + 1
            if wanted and (operation := told_on(facts, day)):
                yield day, operation


def begun(plan: Event) -> Operation:
    """The operation before its plan says anything."""
    assert isinstance(plan, events.Planned)
    operation = plan.blank()
    assert isinstance(operation, Operation)
    return operation


def course(operation: Operation) -> Course:
    """What facts after the plan change of a head."""
    return Course(
        operation.phase,
        operation.owner,
        operation.programme,
        operation.cost_cents,
        operation.outputs,
        next_due(operation, operation.starts_on, operation.delivers_on),
        next_due(operation, operation.initial_starts_on, operation.initial_delivers_on),
    )


def head(operation: Operation) -> Head:
    """What lists ask of an operation."""
    return Head(
        title=operation.title,
        communes=operation.communes,
        weights=operation.weights,
        territory_wide=operation.territory_wide,
        site=operation.site,
        family=operation.family,
        theme=operation.theme,
        other_themes=operation.other_themes,
        part_of=operation.part_of,
        planned_outputs=operation.planned_outputs,
        **course(operation)._asdict(),
    )


def next_due(operation: Operation, starts_on: PartialDate | None, delivers_on: PartialDate | None) -> date | None:
    """The first step of a calendar that is promised and has not happened; None for an operation that is over."""
    if operation.ended_on or operation.closed_on:
        return None
    ahead = [delivers_on] if operation.started_on else [starts_on, delivers_on]
    return min((day.latest for day in ahead if day and day.known), default=None)


@lru_cache(maxsize=1024)
def sought_in(reference: str, title: str, site: str | None, communes: tuple[str, ...]) -> str:
    """The words of an operation: reference, title, site, communes."""
    places = [known.name for insee in communes if (known := commune(insee))]
    return folded(" ".join([reference, title, site or "", *places]))
