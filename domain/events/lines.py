"""What becomes of a line of money once it is open: revised, taken back, scheduled otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.dates import paris_day
from domain.errors import (
    AllocationInUse,
    CommittedBelowPaid,
    CreditBelowPaid,
    Invalid,
    MoreThanAllocated,
    NotACommitment,
    NotAnAllocation,
    NothingToChange,
    Refusal,
    UnknownLine,
)
from domain.event import Event
from domain.events.funding import check_schedule
from domain.money import Instalment, Level, Line, Movement, check_amount
from domain.situation import Situation


class LineEvent(Event):
    """What all facts about an open line have in common: its name.

    about: the level that such a line was opened at. otherwise: the refusal where it is another.
    """

    about: ClassVar[Level] = "committed"
    otherwise: ClassVar[type[Invalid]] = NotACommitment

    line: str

    def check(self, operation: Situation) -> Iterator[Refusal]:
        line = operation.money.lines.get(self.line)
        if line is None:
            yield UnknownLine(field="line", line=self.line)
        elif line.opening.level != self.about:
            yield self.otherwise(field="line", line=self.line)
        else:
            yield from self.check_line(line, operation)

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        """The refusals that this fact meets on this line."""
        return iter(())

    def move(self, operation: Situation, level: Level, amount_cents: int, **facts: Any) -> None:
        """Count an amount, signed, on the line; its partner and its programme are those of the line.

        Nothing where the line is missing, which only happens while a correction is being judged.
        """
        if line := operation.money.lines.get(self.line):
            movement = Movement(
                version=self.version,
                line=line.code,
                partner=line.partner,
                instrument=line.instrument,
                level=level,
                amount_cents=amount_cents,
                on=self.on,
                recorded=paris_day(self.timestamp),
                programme=line.opening.programme,
                **({"scheme": line.opening.scheme, "decision_ref": line.opening.decision_ref} | facts),
            )
            operation.money.move(movement)


class FundingRevised(LineEvent):
    """A commitment becomes another amount, more or less, by a later decision.

    amount_cents: the new committed amount, euro cents, > 0; not below what is paid, repayments deducted; not above the
    present one during a suspension.
    decision_ref: reference of the decision. amendment: the one that revises it (`PNRU-2008/2`), see
    `domain/amending.py`.
    Source: règlement général de l'ANRU, décision attributive de subvention modificative.
    """

    TOPIC = "operation.funding_revised"
    label = "Engagement révisé"
    needs_reason = True
    fixed = frozenset({"amendment"})

    amount_cents: int
    decision_ref: str | None = None
    amendment: str | None = None

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        if self.amount_cents == line.committed_cents:
            yield NothingToChange(field="amount_cents")
        if self.amount_cents < line.paid_cents:
            yield CommittedBelowPaid(line=self.line, committed_cents=self.amount_cents, paid_cents=line.paid_cents)
        yield from operation.check_alive(self.on)
        if self.amount_cents > line.committed_cents:
            yield from operation.check_running(self.on)

    def apply(self, operation: Situation) -> None:
        if line := operation.money.lines.get(self.line):
            decision_ref = self.decision_ref or line.opening.decision_ref
            self.move(operation, "committed", self.amount_cents - line.committed_cents, decision_ref=decision_ref)


class FundingDecommitted(LineEvent):
    """A part of a commitment, or all of it, is given up (dégagement); what is paid stays paid.

    amount_cents: the part, euro cents, > 0. After an abandonment too.
    Source: circuit des subventions de l'ANRU (affectation, engagement, paiement), each with its inverse.
    """

    TOPIC = "operation.funding_decommitted"
    label = "Dégagement"
    needs_reason = True

    amount_cents: int

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        left = line.committed_cents - self.amount_cents
        if left < line.paid_cents:
            yield CommittedBelowPaid(line=self.line, committed_cents=left, paid_cents=line.paid_cents)

    def apply(self, operation: Situation) -> None:
        self.move(operation, "committed", -self.amount_cents)


class AllocationTakenBack(LineEvent):
    """A part of an allocation, or all of it, is taken back (désaffectation).

    amount_cents: the part, euro cents, > 0. What the partner has committed on the operation stays covered by its
    allocations, grants by grants and loans by loans. After an abandonment too.
    """

    TOPIC = "operation.allocation_taken_back"
    label = "Désaffectation"
    needs_reason = True
    about = "allocated"
    otherwise = NotAnAllocation

    amount_cents: int

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        if self.amount_cents > line.allocated_cents:
            yield MoreThanAllocated(
                line=self.line, amount_cents=self.amount_cents, allocated_cents=line.allocated_cents
            )
        same = [each for each in operation.money.lines.values() if each.bears == line.bears]
        committed = sum(each.committed_cents for each in same)
        least = committed - sum(each.allocated_cents for each in same if each is not line)
        if line.allocated_cents - self.amount_cents < least:
            yield AllocationInUse(line=self.line, partner=line.partner, committed_cents=committed, least_cents=least)

    def apply(self, operation: Situation) -> None:
        self.move(operation, "allocated", -self.amount_cents)


class PaymentScheduleRevised(LineEvent):
    """The payment credits (CP) of a commitment become others; payments follow the schedule, never replace it.

    schedule: euro cents by calendar year, adding up to what is committed, what was given up deducted. The credit of a
    year is not below what was paid in it, repayments of that year deducted; undated payments count for no year.
    Source: CGCT L2311-3 (autorisations de programme et crédits de paiement).
    """

    TOPIC = "operation.payment_schedule_revised"
    label = "Échéancier révisé"
    needs_reason = True

    schedule: tuple[Instalment, ...]

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_schedule(self.schedule, line.committed_cents)
        credits = {instalment.year: instalment.amount_cents for instalment in self.schedule}
        if credits == {instalment.year: instalment.amount_cents for instalment in line.schedule}:
            yield NothingToChange(field="schedule")
        for year, paid in operation.money.paid_by_year(self.line).items():
            if credits.get(year, 0) < paid:
                yield CreditBelowPaid(line=self.line, year=year, credit_cents=credits.get(year, 0), paid_cents=paid)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        if line := operation.money.lines.get(self.line):
            line.schedule = self.schedule
