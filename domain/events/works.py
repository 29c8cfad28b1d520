"""What happens on the ground: works may start, start, are delivered, or never will be."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import (
    AlreadyAbandoned,
    AlreadyDelivered,
    AlreadyStarted,
    DeliveredBeforeStart,
    NotFunded,
    NotStarted,
    Refusal,
)
from domain.event import Event
from domain.outputs import Outputs, check_outputs
from domain.situation import Situation


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
        yield from check_outputs(self.outputs)

    def apply(self, operation: Situation) -> None:
        operation.delivered_on, operation.outputs = self.on, self.outputs


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
