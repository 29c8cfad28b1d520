"""What an operation would accept now: asked of the rules themselves, command by command, so that nothing else decides.

A command is on offer where at least one fact that it can say would be recorded. It is tried with facts that stand the
best chance (`domain/trials.py`), for today first, then for the days on which the rules turn. So what is offered can be
sent; that nothing is missing is what the tests show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from domain import events
from domain.dates import PartialDate, paris_day
from domain.errors import Refusal
from domain.event import METADATA, Author, Event
from domain.judging import found_by_voiding
from domain.operation import Operation
from domain.record import refusals
from domain.shape import field_types
from domain.trials import TRIALS, Trial
from domain.vocabulary import PaymentKind

NOBODY: Final = Author(
    actor="nobody", organisation="", role="team", source="page", command=UUID(int=0), correlation=UUID(int=0)
)
"""Whoever asks what would be accepted. Rules ask of an author only whether it imports."""

REASON: Final = "?"
FIRST_DAY: Final = PartialDate.of(date(1900, 1, 1))


@dataclass(slots=True)
class Offer:
    """A command that would be accepted.

    choices: the lines or milestones that it can be about; empty where it is about the operation itself. kinds: of
    payment. needs_reason: whatever it says. unless: the refusal that a reason alone would lift today.
    not_today: why it cannot have happened today, only on an earlier day; None: it can.
    """

    needs_reason: bool = False
    unless: Refusal | None = None
    not_today: Refusal | None = None
    choices: dict[str, None] = field(default_factory=dict)
    kinds: dict[PaymentKind, None] = field(default_factory=dict)


class Accepted(NamedTuple):
    """A trial that would be recorded, of which day; what refuses it without a reason, and today in spite of one."""

    command: str
    trial: Trial
    on: PartialDate
    without_reason: Refusal | None
    not_today: Refusal | None


def offers(operation: Operation, at: datetime) -> dict[str, Offer]:
    """The commands on offer at an instant, by name."""
    found: dict[str, Offer] = {}
    for each in accepted(operation, at):
        offer = found.setdefault(each.command, Offer(each.trial.event.needs_reason, not_today=each.not_today))
        if each.not_today is None:
            offer.not_today = None
            offer.unless = None if offer.needs_reason else each.without_reason
        if each.trial.choice:
            offer.choices[each.trial.choice] = None
        if each.trial.kind:
            offer.kinds[each.trial.kind] = None
    return found


def accepted(operation: Operation, at: datetime) -> Iterator[Accepted]:
    """For each command, line or milestone, and kind of payment: the first trial that would be recorded."""
    days = list(turning_days(operation, at))
    for command, trials in TRIALS.items():
        tried: dict[tuple[str | None, str | None], list[Trial]] = {}
        for trial in trials(operation):
            tried.setdefault((trial.choice, trial.kind), []).append(trial)
        for same in tried.values():
            if found := first(operation, at, days, same):
                yield Accepted(command, *found)


def first(
    operation: Operation, at: datetime, days: list[PartialDate], trials: list[Trial]
) -> tuple[Trial, PartialDate, Refusal | None, Refusal | None] | None:
    """The first of these trials that would be recorded, on the first of these days; None: none of them."""
    not_today: Refusal | None = None
    for on in days:
        for trial in trials:
            without = refused(operation, at, trial, on, None)
            refusal = without and refused(operation, at, trial, on, REASON)
            if refusal is None:
                return trial, on, without, not_today
            not_today = not_today or refusal
    return None


def refused(operation: Operation, at: datetime, trial: Trial, on: PartialDate, reason: str | None) -> Refusal | None:
    """The first refusal that a fact would meet; None: it would be recorded."""
    facts = {"on": on, "by": NOBODY, "reason": reason} | trial.facts
    event = trial.event(originator_id=operation.id, originator_version=operation.version + 1, timestamp=at, **facts)
    return next(refusals(event, operation), None)


def turning_days(operation: Operation, at: datetime) -> Iterator[PartialDate]:
    """Today, then those earlier days on which a rule about dates may turn: the ends of what has happened, and long ago.

    An interval that the rules leave open begins at one of them.
    """
    yield today(at)
    happened = [operation.started_on, operation.delivered_on, operation.abandoned_on, operation.early_start_on]
    for suspension in operation.suspensions:
        happened += [suspension.since, suspension.until]
    known = [each for each in happened if each and each.known]
    ends = {day for each in known for day in (each.earliest, each.latest, each.earliest - timedelta(days=1))}
    for day in sorted(ends):
        if FIRST_DAY.earliest < day < today(at).earliest:
            yield PartialDate.of(day)
    yield FIRST_DAY


def today(at: datetime) -> PartialDate:
    """The day of an instant, in Paris."""
    return PartialDate.of(paris_day(at))


# Putting right, entry by entry


def correctable(entry: Event) -> list[str]:
    """The facts of an entry that a correction may restate, in the order in which they are stored."""
    kept = METADATA | entry.fixed | getattr(entry, "derived", frozenset())
    return [name for name in field_types(type(entry)) if name not in kept]


def why_not_corrected(operation: Operation, version: int, at: datetime) -> Refusal | None:
    """Why an entry takes no correction at all, whatever it would say; None: it takes some."""
    entry = next((each for each in operation.entries if each.version == version), None)
    changes = {"reason": REASON if entry is None or entry.reason != REASON else REASON * 2}
    trial = Trial(events.EntryCorrected, {"target": version, "changes": changes})
    return refused(operation, at, trial, today(at), REASON)


def why_not_voided(operation: Operation, version: int, at: datetime) -> Refusal | None:
    """Why an entry cannot be voided; None: it can."""
    found = found_by_voiding(operation, version)
    trial = Trial(events.EntryVoided, {"target": version, "found_again": found})
    return refused(operation, at, trial, today(at), REASON)
