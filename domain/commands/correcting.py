"""Commands: putting right what an entry said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from domain import events
from domain.agreement import Agreement
from domain.commands import Commands
from domain.event import Entry
from domain.judging import found_by_correcting, found_by_voiding
from domain.shape import as_stored


class CorrectingCommands(Commands):
    """Putting right what an entry said."""

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
