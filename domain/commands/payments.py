"""Commands: money that moves."""

from __future__ import annotations

from typing import Unpack

from domain import events
from domain.commands import Commands
from domain.event import Entry
from domain.vocabulary import PaymentKind


class PaymentCommands(Commands):
    """Money that moves."""

    def request_payment(self, *, line: str, kind: PaymentKind, amount_cents: int, **entry: Unpack[Entry]) -> None:
        """The owner asks a partner to pay."""
        self.record(events.PaymentRequested, line=line, kind=kind, amount_cents=amount_cents, **entry)

    def pay(
        self, *, line: str, kind: PaymentKind, amount_cents: int, external_ref: str, **entry: Unpack[Entry]
    ) -> None:
        """A partner has paid."""
        self.record(
            events.PaymentRecorded,
            line=line,
            kind=kind,
            amount_cents=amount_cents,
            external_ref=external_ref,
            **entry,
        )

    def repay(self, *, line: str, amount_cents: int, **entry: Unpack[Entry]) -> None:
        """The owner gives money back."""
        self.record(events.RepaymentRecorded, line=line, amount_cents=amount_cents, **entry)
