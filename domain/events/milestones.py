"""Dated steps other than start and delivery: studies, permits, committees, site meetings."""

from __future__ import annotations

from collections.abc import Iterator

from domain.dates import PartialDate
from domain.errors import MilestoneClosed, MilestoneTaken, PromiseUndated, Refusal, UnknownMilestone
from domain.event import Event
from domain.situation import Milestone, Situation


def check_promise(due_on: PartialDate | None, field: str = "due_on") -> Iterator[Refusal]:
    """What is promised is promised for a day, a month or a year."""
    if due_on and not due_on.known:
        yield PromiseUndated(field=field)


class StepEvent(Event):
    """What all facts about a milestone have in common: its code, unique within the operation."""

    fixed = frozenset({"code"})

    code: str

    def check_open(self, operation: Situation) -> Iterator[Refusal]:
        """The milestone exists and is still ahead."""
        milestone = operation.milestones.get(self.code)
        if milestone is None:
            yield UnknownMilestone(field="code", milestone=self.code)
        elif milestone.reached_on or milestone.dropped:
            yield MilestoneClosed(milestone=self.code)

    def check_new(self, operation: Situation) -> Iterator[Refusal]:
        if self.code in operation.milestones:
            yield MilestoneTaken(milestone=self.code)

    def milestone(self, operation: Situation) -> Milestone:
        """The step meant; a stray one where it is missing, which only happens while a correction is being judged."""
        return operation.milestones.get(self.code) or Milestone(self.code, self.code)


class MilestoneScheduled(StepEvent):
    """A step is promised for a date. title: its name in French. due_on: may lie ahead."""

    TOPIC = "operation.milestone_scheduled"
    label = "Jalon prévu"

    title: str
    due_on: PartialDate

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_promise(self.due_on)
        yield from self.check_new(operation)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        operation.milestones[self.code] = Milestone(self.code, self.title, self.due_on, self.due_on)


class MilestoneLogged(StepEvent):
    """A step that nobody had announced has happened. title: its name in French. due_on: its promise, where known."""

    TOPIC = "operation.milestone_logged"
    label = "Jalon"

    title: str
    due_on: PartialDate | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_promise(self.due_on)
        yield from self.check_new(operation)

    def apply(self, operation: Situation) -> None:
        operation.milestones[self.code] = Milestone(self.code, self.title, self.due_on, self.due_on, self.on)


class MilestoneRescheduled(StepEvent):
    """The promise for a step moves; the earlier ones stay in the history."""

    TOPIC = "operation.milestone_rescheduled"
    label = "Jalon reporté"
    needs_reason = True

    due_on: PartialDate

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_promise(self.due_on)
        yield from self.check_open(operation)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        self.milestone(operation).due_on = self.due_on


class MilestoneReached(StepEvent):
    """A promised step has happened."""

    TOPIC = "operation.milestone_reached"
    label = "Jalon atteint"

    def check(self, operation: Situation) -> Iterator[Refusal]:
        return self.check_open(operation)

    def apply(self, operation: Situation) -> None:
        self.milestone(operation).reached_on = self.on


class MilestoneDropped(StepEvent):
    """A promised step will not happen."""

    TOPIC = "operation.milestone_dropped"
    label = "Jalon supprimé"
    needs_reason = True

    def check(self, operation: Situation) -> Iterator[Refusal]:
        return self.check_open(operation)

    def apply(self, operation: Situation) -> None:
        self.milestone(operation).dropped = True
