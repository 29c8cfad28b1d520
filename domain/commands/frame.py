"""Commands: what an operation comes under and is held against."""

from __future__ import annotations

from typing import Unpack

from domain import events
from domain.commands import Commands
from domain.event import Entry
from domain.vocabulary import PriorityGeneration, TerritorialPlan, Verdict


class FrameCommands(Commands):
    """What an operation comes under and is held against: programme, priority area, plans of the territory."""

    def attach(self, *, programme: str, agreement: str | None = None, **entry: Unpack[Entry]) -> None:
        """The operation comes under a programme."""
        self.record(events.ProgrammeAttached, programme=programme, agreement=agreement, **entry)

    def detach(self, **entry: Unpack[Entry]) -> None:
        """The operation leaves its programme."""
        self.record(events.ProgrammeDetached, **entry)

    def assess_priority_area(
        self, *, generation: PriorityGeneration, code: str | None, list_ref: str, **entry: Unpack[Entry]
    ) -> None:
        """The operation lies in a priority area, or outside all of them (code: None)."""
        self.record(events.PriorityAreaAssessed, generation=generation, code=code, list_ref=list_ref, **entry)

    def assess_coherence(
        self, *, plan: TerritorialPlan, plan_version: str, verdict: Verdict, orientation: str, **entry: Unpack[Entry]
    ) -> None:
        """The operation is held against one version of a plan of the territory."""
        self.record(
            events.CoherenceAssessed,
            plan=plan,
            plan_version=plan_version,
            verdict=verdict,
            orientation=orientation,
            **entry,
        )
