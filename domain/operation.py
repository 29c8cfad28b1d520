"""The operation: a physical or intellectual action with one owner and one calendar; its commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, Unpack

from domain import events
from domain.agreement import Agreement
from domain.dates import PartialDate
from domain.event import Entry
from domain.events.funding import Instalment, next_line
from domain.judging import found_by_correcting, found_by_voiding, territory
from domain.outputs import Outputs
from domain.record import Record
from domain.shape import as_stored
from domain.situation import Situation
from domain.vocabulary import CostBasis, Family, Instrument, Theme


class Operation(Situation, Record):
    """A renovation operation. Every command takes the keys of `Entry` too, and raises the refusals of its event."""

    TOPIC = "operation"

    @classmethod
    def plan(
        cls,
        *,
        authority: str,
        reference: str,
        title: str,
        communes: tuple[str, ...] = (),
        territory_wide: bool = False,
        owner: str | None = None,
        family: Family | None = None,
        theme: Theme | None = None,
        other_themes: tuple[Theme, ...] = (),
        site: str | None = None,
        programme: str | None = None,
        agreement: Agreement | None = None,
        part_of: str | None = None,
        cost_cents: int | None = None,
        cost_basis: CostBasis = "not_stated",
        starts_on: PartialDate | None = None,
        delivers_on: PartialDate | None = None,
        outputs: Outputs | None = None,
        **entry: Unpack[Entry],
    ) -> Self:
        """The operation is programmed. authority: partner code of the body that keeps this record."""
        return cls.begin(
            events.Planned,
            authority=authority,
            named=reference,
            reference=reference,
            title=title,
            communes=communes,
            territory_wide=territory_wide,
            owner=owner,
            family=family,
            theme=theme,
            other_themes=other_themes,
            site=site,
            programme=programme,
            agreement=agreement.reference if agreement else None,
            agreement_led=agreement is not None and agreement.leader == authority,
            part_of=part_of,
            cost_cents=cost_cents,
            cost_basis=cost_basis,
            starts_on=starts_on,
            delivers_on=delivers_on,
            outputs=outputs,
            **territory(communes, theme, on=entry["on"], at=entry["at"]),
            **entry,
        )

    def reschedule(
        self, *, starts_on: PartialDate | None = None, delivers_on: PartialDate | None = None, **entry: Unpack[Entry]
    ) -> None:
        """The calendar moves; a date left out does not change."""
        self.record(events.Rescheduled, starts_on=starts_on, delivers_on=delivers_on, **entry)

    def revise_cost(self, *, cost_cents: int, cost_basis: CostBasis | None = None, **entry: Unpack[Entry]) -> None:
        """The cost becomes another."""
        self.record(events.CostRevised, cost_cents=cost_cents, cost_basis=cost_basis, **entry)

    def change_owner(self, *, owner: str, **entry: Unpack[Entry]) -> None:
        """Another body takes over."""
        self.record(events.OwnerChanged, owner=owner, **entry)

    def attach(self, *, programme: str, agreement: str | None = None, **entry: Unpack[Entry]) -> None:
        """The operation comes under a programme."""
        self.record(events.ProgrammeAttached, programme=programme, agreement=agreement, **entry)

    def detach(self, **entry: Unpack[Entry]) -> None:
        """The operation leaves its programme."""
        self.record(events.ProgrammeDetached, **entry)

    def allocate(
        self,
        *,
        partner: str,
        instrument: Instrument,
        amount_cents: int,
        scheme: str | None = None,
        decision_ref: str | None = None,
        **entry: Unpack[Entry],
    ) -> str:
        """A partner sets money aside. Returns the name of the new line."""
        line = self.next_line()
        self.record(
            events.FundingAllocated,
            line=line,
            partner=partner,
            instrument=instrument,
            amount_cents=amount_cents,
            scheme=scheme,
            decision_ref=decision_ref,
            **entry,
        )
        return line

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

    def authorise_early_start(self, *, authority: str, **entry: Unpack[Entry]) -> None:
        """Works may start before the agreement is signed."""
        self.record(events.EarlyStartAuthorised, authority=authority, **entry)

    def start(self, *, order_ref: str | None = None, **entry: Unpack[Entry]) -> None:
        """Works begin on site."""
        self.record(events.Started, order_ref=order_ref, **entry)

    def deliver(self, *, outputs: Outputs | None = None, **entry: Unpack[Entry]) -> None:
        """The works are finished and handed over."""
        self.record(events.Delivered, outputs=outputs, **entry)

    def abandon(self, **entry: Unpack[Entry]) -> None:
        """The operation will not be done, or not finished."""
        self.record(events.Abandoned, **entry)

    def schedule_milestone(self, *, code: str, title: str, due_on: PartialDate, **entry: Unpack[Entry]) -> None:
        """A step is promised for a date."""
        self.record(events.MilestoneScheduled, code=code, title=title, due_on=due_on, **entry)

    def log_milestone(
        self, *, code: str, title: str, due_on: PartialDate | None = None, **entry: Unpack[Entry]
    ) -> None:
        """A step that nobody had announced has happened."""
        self.record(events.MilestoneLogged, code=code, title=title, due_on=due_on, **entry)

    def reschedule_milestone(self, *, code: str, due_on: PartialDate, **entry: Unpack[Entry]) -> None:
        """The promise for a step moves."""
        self.record(events.MilestoneRescheduled, code=code, due_on=due_on, **entry)

    def reach_milestone(self, *, code: str, **entry: Unpack[Entry]) -> None:
        """A promised step has happened."""
        self.record(events.MilestoneReached, code=code, **entry)

    def drop_milestone(self, *, code: str, **entry: Unpack[Entry]) -> None:
        """A promised step will not happen."""
        self.record(events.MilestoneDropped, code=code, **entry)

    def correct(
        self,
        *,
        target: int,
        changes: Mapping[str, Any],
        agreement: Agreement | None = None,
        **entry: Unpack[Entry],
    ) -> None:
        """An entry said something wrong. changes: field name to the right value, as plain JSON.

        agreement: the one that `changes` names, where they name one.
        """
        plain = as_stored(changes)
        plain |= found_by_correcting(self, target, plain, agreement)
        self.record(events.EntryCorrected, target=target, changes=plain, **entry)

    def void(self, *, target: int, **entry: Unpack[Entry]) -> None:
        """An entry should never have been recorded."""
        self.record(events.EntryVoided, target=target, found_again=found_by_voiding(self, target), **entry)

    def next_line(self) -> str:
        """The name of the next line; voided lines keep theirs."""
        return next_line(self.entries)
