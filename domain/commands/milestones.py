"""Commands: dated steps other than start and delivery."""

from __future__ import annotations

from typing import Unpack

from domain import events
from domain.commands import Commands
from domain.dates import PartialDate
from domain.event import Entry


class MilestoneCommands(Commands):
    """Dated steps other than start and delivery."""

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
