"""What happens on the ground: works may start, start, stand still, are delivered or given up; accounts are closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from domain.dates import PartialDate
from domain.errors import (
    AlreadyAbandoned,
    AlreadyDelivered,
    AlreadyStarted,
    ClosedBeforeEnd,
    DeliveredBeforeStart,
    FinalCostDiffers,
    LinesUnsettled,
    NotEnded,
    NotFunded,
    NotStarted,
    NotSuspended,
    OperationSuspended,
    Refusal,
    ResumedBeforeSuspension,
)
from domain.event import Event
from domain.events.milestones import check_promise
from domain.money import check_amount
from domain.outputs import Outputs, check_outputs
from domain.situation import Situation, Suspension


class EarlyStartAuthorised(Event):
    """Works may start before the agreement is signed. authority: who says so.

    It comes before the start on the ground; it may be recorded later.
    Source: PNRU, arrêté of 20 March 2007 (préconventionnement); NPNRU, déclaration d'engagement.
    """

    TOPIC = "operation.early_start_authorised"
    label = "Démarrage anticipé autorisé"

    authority: str

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if operation.started_on and self.on.certainly_after(operation.started_on):
            yield AlreadyStarted(reference=operation.reference, since=operation.started_on)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        operation.early_start_on = min(self.on, operation.early_start_on or self.on)


class Started(Event):
    """Works begin on site, by works order or first day of site. order_ref: reference of the works order."""

    TOPIC = "operation.started"
    label = "Démarrage"

    order_ref: str | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if operation.started_on:
            yield AlreadyStarted(reference=operation.reference, since=operation.started_on)
        yield from operation.check_alive(self.on)
        if operation.delivered_on and self.on.certainly_after(operation.delivered_on):
            yield DeliveredBeforeStart(delivered_on=operation.delivered_on, started_on=self.on)
        yield from operation.check_running(self.on)
        early = operation.early_start_on is not None and not operation.early_start_on.certainly_after(self.on)
        if not (operation.has_funding or early or self.explained):
            yield NotFunded(reference=operation.reference)

    def apply(self, operation: Situation) -> None:
        operation.started_on = self.on
        operation.start_explained = self.explained


class Delivered(Event):
    """The works are finished and handed over. outputs: what was really built, demolished, rehoused."""

    TOPIC = "operation.delivered"
    label = "Livraison"

    outputs: Outputs | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if operation.delivered_on:
            yield AlreadyDelivered(reference=operation.reference, since=operation.delivered_on)
        if operation.abandoned_on:
            yield AlreadyAbandoned(reference=operation.reference, since=operation.abandoned_on)
        if operation.started_on is None and not self.explained:
            yield NotStarted(reference=operation.reference)
        if operation.started_on and operation.started_on.certainly_after(self.on):
            yield DeliveredBeforeStart(delivered_on=self.on, started_on=operation.started_on)
        yield from operation.check_running(self.on)
        yield from check_outputs(self.outputs)

    def apply(self, operation: Situation) -> None:
        operation.delivered_on, operation.outputs = self.on, self.outputs


class Suspended(Event):
    """The works, or their preparation, stand still for a time.

    No start, no delivery, no new allocation or commitment meanwhile; work that was earned is paid all the same.
    expected_resume_on: a day, a month or a year, may lie ahead.
    Source: règlement général de l'ANRU, III.6 (suspension).
    """

    TOPIC = "operation.suspended"
    label = "Suspension"
    needs_reason = True

    expected_resume_on: PartialDate | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_promise(self.expected_resume_on, "expected_resume_on")
        if self.expected_resume_on and self.expected_resume_on.certainly_before(self.on):
            yield ResumedBeforeSuspension(resumes_on=self.expected_resume_on, since=self.on)
        if operation.suspended:
            yield OperationSuspended(reference=operation.reference, since=operation.suspended.since)
        if operation.delivered_on and not self.on.certainly_before(operation.delivered_on):
            yield AlreadyDelivered(reference=operation.reference, since=operation.delivered_on)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        operation.suspensions.append(Suspension(self.on, self.expected_resume_on))


class Resumed(Event):
    """The operation goes on after a suspension."""

    TOPIC = "operation.resumed"
    label = "Reprise"

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if operation.suspended is None:
            yield NotSuspended(reference=operation.reference)
        elif self.on.certainly_before(operation.suspended.since):
            yield ResumedBeforeSuspension(resumes_on=self.on, since=operation.suspended.since)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        if operation.suspended:
            operation.suspensions[-1] = replace(operation.suspended, until=self.on)


class Abandoned(Event):
    """The operation will not be done, or not finished."""

    TOPIC = "operation.abandoned"
    label = "Abandon"
    needs_reason = True

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if operation.delivered_on:
            yield AlreadyDelivered(reference=operation.reference, since=operation.delivered_on)
        if operation.abandoned_on:
            yield AlreadyAbandoned(reference=operation.reference, since=operation.abandoned_on)

    def apply(self, operation: Situation) -> None:
        operation.abandoned_on = self.on


class Closed(Event):
    """The accounts are settled: nothing happens to the operation any more, its entries may only be put right.

    final_cost_cents: what it cost in the end, euro cents on the operation's tax basis; 0 after an abandonment only.
    A reason says why it differs from the cost. Every commitment is paid or given up; what is allocated and was never
    committed stands in no one's way.
    """

    TOPIC = "operation.closed"
    label = "Clôture"

    final_cost_cents: int

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if self.final_cost_cents or not operation.abandoned_on:
            yield from check_amount(self.final_cost_cents, "final_cost_cents")
        if operation.ended_on is None:
            yield NotEnded(reference=operation.reference)
        elif self.on.certainly_before(operation.ended_on):
            yield ClosedBeforeEnd(closed_on=self.on, ended_on=operation.ended_on)
        unsettled = [line.code for line in operation.money.lines.values() if line.to_pay_cents]
        if unsettled:
            yield LinesUnsettled(lines=unsettled)
        if operation.cost_cents not in (None, self.final_cost_cents) and not self.reason:
            yield FinalCostDiffers(final_cost_cents=self.final_cost_cents, cost_cents=operation.cost_cents)

    def apply(self, operation: Situation) -> None:
        operation.closed_on, operation.final_cost_cents = self.on, self.final_cost_cents
