"""Amendments: an agreement changes, and with it the dates and the money of operations that it contains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.dates import PartialDate
from domain.errors import (
    AmendmentOutOfOrder,
    AmendmentTaken,
    CommittedBelowPaid,
    NumberBelowOne,
    Refusal,
    SameOperation,
    TransferMismatch,
)
from domain.event import Event
from domain.events.lines import LineEvent
from domain.events.planning import repeated
from domain.money import Line, check_amount
from domain.situation import Situation
from domain.vocabulary import Instrument

if TYPE_CHECKING:
    from domain.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment as the agreement remembers it. version: its entry. operations: references of those it touched."""

    number: int
    version: int
    on: PartialDate
    title: str | None
    operations: tuple[str, ...]


def amendment_name(agreement: str, number: int) -> str:
    """How the entries of an amendment name it: `PNRU-2008/2`. A reference holds no slash."""
    return f"{agreement}/{number}"


class AmendmentSigned(Event):
    """Partners sign an amendment to the agreement (avenant).

    number: from 1, rising within the agreement. operations: references of those on which it recorded entries; each of
    these entries names the amendment. Number and operations stay as they are: see `domain/amending.py`.
    Source: règlement général de l'ANRU, III.6 (avenants); conventions number them.
    """

    TOPIC = "agreement.amendment_signed"
    label = "Avenant signé"
    fixed = frozenset({"number", "operations"})

    number: int
    title: str | None = None
    operations: tuple[str, ...] = ()

    def check(self, agreement: Agreement) -> Iterator[Refusal]:
        if self.number < 1:
            yield NumberBelowOne(field="number", number=self.number)
        yield from repeated(self.operations, "operations")
        if self.number in agreement.amendments:
            yield AmendmentTaken(reference=agreement.reference, number=self.number)
        elif self.number < (last := max(agreement.amendments, default=0)):
            yield AmendmentOutOfOrder(reference=agreement.reference, number=self.number, last=last)

    def apply(self, agreement: Agreement) -> None:
        agreement.amendments[self.number] = Amendment(self.number, self.version, self.on, self.title, self.operations)

    def bound_to(self, record: Agreement) -> str | None:
        return amendment_name(record.reference, self.number) if self.operations else None


class FundingTransferred(LineEvent):
    """Committed money of one partner moves between lines of two operations of one agreement (fongibilité).

    Recorded twice by one amendment, once at each end, so that the sum is zero. amount_cents: euro cents, below zero
    where the money leaves, above zero where it arrives. partner, instrument: the same at both ends, those of the line.
    other_operation, other_line: the other end. amendment: `PNRU-2008/2`.
    What leaves is not yet paid. The line keeps the programme that it was committed under.
    Source: règlement général de l'ANRU, fongibilité entre opérations d'une même convention.
    """

    TOPIC = "operation.funding_transferred"
    label = "Transfert entre opérations"
    # One end alone is never put right: the two would no longer add up to zero.
    fixed = frozenset(
        {"on", "line", "amount_cents", "partner", "instrument", "other_operation", "other_line", "amendment"}
    )

    amount_cents: int
    partner: str
    instrument: Instrument
    other_operation: str
    other_line: str
    amendment: str

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(abs(self.amount_cents))
        if self.other_operation == operation.reference:
            yield SameOperation(reference=operation.reference)
        if (line.partner, line.instrument) != (self.partner, self.instrument):
            yield TransferMismatch(
                operation=operation.reference, line=line.code, partner=self.partner, instrument=self.instrument
            )
        left = line.committed_cents + self.amount_cents
        if self.amount_cents < 0 and left < line.paid_cents:
            yield CommittedBelowPaid(line=line.code, committed_cents=left, paid_cents=line.paid_cents)
        if self.amount_cents > 0:
            yield from operation.check_alive(self.on)
            yield from operation.check_running(self.on)

    def apply(self, operation: Situation) -> None:
        self.move(operation, "committed", self.amount_cents)

    def bound_to(self, record: Situation) -> str | None:
        return self.amendment
