"""Commands: what is done for people beside the works."""

from __future__ import annotations

from typing import Unpack

from domain import events
from domain.commands import Commands
from domain.event import Entry
from domain.vocabulary import AssistanceKind


class PeopleCommands(Commands):
    """What is done for people beside the works."""

    def report_rehousing(
        self,
        *,
        households_to_rehouse: int | None = None,
        households_rehoused: int | None = None,
        **entry: Unpack[Entry],
    ) -> None:
        """How far the rehousing has come; a total left out is not stated."""
        self.record(
            events.RehousingReported,
            households_to_rehouse=households_to_rehouse,
            households_rehoused=households_rehoused,
            **entry,
        )

    def assist(
        self,
        *,
        commune: str,
        kind: AssistanceKind,
        subject: str,
        days: str | None = None,
        amount_cents: int | None = None,
        **entry: Unpack[Entry],
    ) -> None:
        """The authority helps a commune."""
        self.record(
            events.AssistanceProvided,
            commune=commune,
            kind=kind,
            subject=subject,
            days=days,
            amount_cents=amount_cents,
            **entry,
        )
