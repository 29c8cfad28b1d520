"""Commands: money planned, set aside, committed for an operation, and taken back."""

from __future__ import annotations

from typing import Unpack

from domain import events
from domain.commands.allocating import AllocatingCommands
from domain.event import Entry
from domain.events.funding import Funding
from domain.money import Instalment, PlannedShare
from domain.vocabulary import Instrument


class FundingCommands(AllocatingCommands):
    """Money planned, set aside, committed for an operation, and taken back."""

    def allocation(self) -> type[Funding]:
        """An operation's own."""
        return events.FundingAllocated

    def commit(
        self,
        *,
        partner: str,
        instrument: Instrument,
        amount_cents: int,
        scheme: str | None = None,
        decision_ref: str | None = None,
        schedule: tuple[Instalment, ...] = (),
        **entry: Unpack[Entry],
    ) -> str:
        """A partner commits money by a formal decision. Returns the name of the new line."""
        line = self.next_line()
        self.record(
            events.FundingCommitted,
            line=line,
            partner=partner,
            instrument=instrument,
            amount_cents=amount_cents,
            scheme=scheme,
            decision_ref=decision_ref,
            schedule=schedule,
            **entry,
        )
        return line

    def revise_commitment(
        self, *, line: str, amount_cents: int, decision_ref: str | None = None, **entry: Unpack[Entry]
    ) -> None:
        """A commitment becomes another amount."""
        self.record(events.FundingRevised, line=line, amount_cents=amount_cents, decision_ref=decision_ref, **entry)

    def decommit(self, *, line: str, amount_cents: int, **entry: Unpack[Entry]) -> None:
        """A part of a commitment, or all of it, is given up."""
        self.record(events.FundingDecommitted, line=line, amount_cents=amount_cents, **entry)

    def take_back(self, *, line: str, amount_cents: int, **entry: Unpack[Entry]) -> None:
        """A part of an allocation, or all of it, is taken back."""
        self.record(events.AllocationTakenBack, line=line, amount_cents=amount_cents, **entry)

    def revise_schedule(self, *, line: str, schedule: tuple[Instalment, ...], **entry: Unpack[Entry]) -> None:
        """The payment credits of a commitment become others."""
        self.record(events.PaymentScheduleRevised, line=line, schedule=schedule, **entry)

    def set_financing_plan(
        self, *, total_cents: int, shares: tuple[PlannedShare, ...] = (), **entry: Unpack[Entry]
    ) -> None:
        """Who is to bring what is decided."""
        self.record(events.FinancingPlanSet, total_cents=total_cents, shares=shares, **entry)
