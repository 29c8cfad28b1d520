"""Money that moves: asked for, paid, given back."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import (
    AdvanceNotAllowed,
    BalanceAlreadyPaid,
    BalanceTooEarly,
    LineSettled,
    PaidAboveCommitted,
    PaymentRepeated,
    Refusal,
    RepaidAbovePaid,
    TextOutOfBounds,
)
from domain.event import LONGEST_TEXT
from domain.events.lines import LineEvent
from domain.money import Line, check_amount
from domain.programmes import programme
from domain.situation import Situation
from domain.vocabulary import PaymentKind


class PaymentRequested(LineEvent):
    """The owner asks a partner to pay; it changes no figure. amount_cents: what is asked for, euro cents, > 0.

    After an abandonment only the balance is asked for.
    Source: règlement général de l'ANRU: paid after request and proof.
    """

    TOPIC = "operation.payment_requested"
    label = "Demande de paiement"

    kind: PaymentKind
    amount_cents: int

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        if line.to_pay_cents <= 0:
            yield LineSettled(line=self.line)
        if self.kind != "balance":
            yield from operation.check_alive(self.on)


class PaymentRecorded(LineEvent):
    """A partner has paid. amount_cents: euro cents, > 0; all payments, less what went back, stay within the commitment.

    external_ref: reference of the payment at the partner's, one use a year. After an abandonment only the balance is
    paid; a suspension stops no payment, since the work was earned.
    Source: règlement général de l'ANRU (avance, acompte, solde); advances: `allows_advance` in programmes.csv.
    """

    TOPIC = "operation.payment_recorded"
    label = "Versement"

    kind: PaymentKind
    amount_cents: int
    external_ref: str

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        if not self.external_ref.strip():
            yield TextOutOfBounds(field="external_ref", least=1, most=LONGEST_TEXT)
        paid = line.paid_cents + self.amount_cents
        if paid > line.committed_cents:
            yield PaidAboveCommitted(line=self.line, paid_cents=paid, committed_cents=line.committed_cents)
        if self.kind == "balance":
            yield from self.check_balance(operation)
        else:
            yield from operation.check_alive(self.on)
        if self.kind == "advance":
            yield from self.check_advance(line)
        yield from self.check_new(line, operation)

    def check_balance(self, operation: Situation) -> Iterator[Refusal]:
        """One balance a line, once the operation is delivered or abandoned."""
        ended_on = operation.ended_on
        if ended_on is None or self.on.certainly_before(ended_on):
            yield BalanceTooEarly(reference=operation.reference)
        if any(each.line == self.line and each.kind == "balance" for each in operation.money.movements):
            yield BalanceAlreadyPaid(line=self.line)

    def check_advance(self, line: Line) -> Iterator[Refusal]:
        """Advances were abolished under NPNRU; where no source was read, nothing is refused."""
        decided_under = programme(line.opening.programme or "")
        if decided_under and decided_under.allows_advance is False:
            yield AdvanceNotAllowed(line=self.line, programme=decided_under.code)

    def check_new(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        """A partner uses a reference once a year, within the operation."""
        for each in operation.money.movements:
            known = each.partner, each.external_ref, each.on.year
            if each.external_ref and known == (line.partner, self.external_ref, self.on.year):
                yield PaymentRepeated(partner=line.partner, external_ref=self.external_ref, year=self.on.year)
                return

    def apply(self, operation: Situation) -> None:
        self.move(operation, "paid", self.amount_cents, kind=self.kind, external_ref=self.external_ref)


class RepaymentRecorded(LineEvent):
    """The owner gives money back to the partner (reversement). amount_cents: euro cents, > 0, at most what is paid.

    Source: règlement général de l'ANRU, III.6 (manquements).
    """

    TOPIC = "operation.repayment_recorded"
    label = "Reversement"
    needs_reason = True

    amount_cents: int

    def check_line(self, line: Line, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        if self.amount_cents > line.paid_cents:
            yield RepaidAbovePaid(line=self.line, amount_cents=self.amount_cents, paid_cents=line.paid_cents)

    def apply(self, operation: Situation) -> None:
        self.move(operation, "paid", -self.amount_cents)
