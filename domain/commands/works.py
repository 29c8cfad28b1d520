"""Commands: what happens on the ground."""

from __future__ import annotations

from typing import Unpack

from domain import events
from domain.commands import Commands
from domain.dates import PartialDate
from domain.event import Entry
from domain.outputs import Outputs


class WorksCommands(Commands):
    """What happens on the ground."""

    def authorise_early_start(self, *, authority: str, **entry: Unpack[Entry]) -> None:
        """Works may start before the agreement is signed."""
        self.record(events.EarlyStartAuthorised, authority=authority, **entry)

    def start(self, *, order_ref: str | None = None, **entry: Unpack[Entry]) -> None:
        """Works begin on site."""
        self.record(events.Started, order_ref=order_ref, **entry)

    def deliver(self, *, outputs: Outputs | None = None, **entry: Unpack[Entry]) -> None:
        """The works are finished and handed over."""
        self.record(events.Delivered, outputs=outputs, **entry)

    def suspend(self, *, expected_resume_on: PartialDate | None = None, **entry: Unpack[Entry]) -> None:
        """The operation stands still for a time."""
        self.record(events.Suspended, expected_resume_on=expected_resume_on, **entry)

    def resume(self, **entry: Unpack[Entry]) -> None:
        """The operation goes on."""
        self.record(events.Resumed, **entry)

    def abandon(self, **entry: Unpack[Entry]) -> None:
        """The operation will not be done, or not finished."""
        self.record(events.Abandoned, **entry)

    def close(self, *, final_cost_cents: int, **entry: Unpack[Entry]) -> None:
        """The accounts are settled."""
        self.record(events.Closed, final_cost_cents=final_cost_cents, **entry)
