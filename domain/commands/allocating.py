"""Commands: money set aside, for an operation or for all those of an agreement."""

from __future__ import annotations

from typing import Unpack

from domain.commands import Commands
from domain.event import Entry
from domain.events.funding import Funding, next_line
from domain.vocabulary import Instrument


class AllocatingCommands(Commands):
    """Money set aside."""

    def allocation(self) -> type[Funding]:
        """The fact that says so. A method, because the library takes an event class among the attributes as its own."""
        raise NotImplementedError

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
            self.allocation(),
            line=line,
            partner=partner,
            instrument=instrument,
            amount_cents=amount_cents,
            scheme=scheme,
            decision_ref=decision_ref,
            **entry,
        )
        return line

    def next_line(self) -> str:
        """The name of the next line; voided lines keep theirs."""
        return next_line(self.entries)
