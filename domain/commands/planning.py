"""Commands: what is decided of an operation: what it is, where, whose, when and at what cost."""

from __future__ import annotations

from typing import Self, Unpack

from domain import events
from domain.agreement import Agreement
from domain.commands import Commands
from domain.dates import PartialDate
from domain.event import Entry
from domain.judging import territory
from domain.outputs import Outputs
from domain.vocabulary import CostBasis, Family, Theme


class PlanningCommands(Commands):
    """What is decided of an operation: what it is, where, whose, when and at what cost."""

    @classmethod
    def plan(
        cls,
        *,
        authority: str,
        reference: str,
        title: str,
        communes: tuple[str, ...] = (),
        weights: tuple[int, ...] = (),
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
            weights=weights,
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
