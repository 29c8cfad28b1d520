"""What an operation comes under, and is held against: programme, priority area, plans of the territory."""

from __future__ import annotations

from collections.abc import Iterator

from domain.dates import paris_day
from domain.errors import NoProgramme, Refusal, SameProgramme, TextOutOfBounds, UnknownProgramme
from domain.event import LONGEST_TEXT, Event
from domain.frame import Coherence, PriorityArea, check_generation
from domain.programmes import programme
from domain.situation import Situation
from domain.vocabulary import PriorityGeneration, TerritorialPlan, Verdict


class ProgrammeAttached(Event):
    """The operation comes under a programme, perhaps years after it was planned.

    Earlier lines keep the programme under which they were decided. An agreement that is not named stays, unless it
    was that of another programme.
    """

    TOPIC = "operation.programme_attached"
    label = "Rattachement à un programme"

    programme: str
    agreement: str | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if programme(self.programme) is None:
            yield UnknownProgramme(field="programme", programme=self.programme)
        if (self.programme, self.agreement or operation.agreement) == (operation.programme, operation.agreement):
            yield SameProgramme(programme=self.programme)

    def apply(self, operation: Situation) -> None:
        stays = operation.programme in (None, self.programme)
        operation.agreement = self.agreement or (operation.agreement if stays else None)
        operation.programme = self.programme


class ProgrammeDetached(Event):
    """The operation leaves its programme, and the agreement with it; what was committed under it stays so."""

    TOPIC = "operation.programme_detached"
    label = "Détachement du programme"
    needs_reason = True

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if operation.programme is None:
            yield NoProgramme()

    def apply(self, operation: Situation) -> None:
        operation.programme = operation.agreement = None


def check_said(text: str, field: str) -> Iterator[Refusal]:
    """Evidence says something."""
    if not text.strip():
        yield TextOutOfBounds(field=field, least=1, most=LONGEST_TEXT)


class PriorityAreaAssessed(Event):
    """The operation lies in a priority area, or outside all of them, by the list in force on that day.

    generation: in force on that day. code: of the area in that generation, None for outside; it says nothing about
    another generation. list_ref: the list and its date. The status that counts is the one of the latest day.
    Source: décrets 2014-1750 and 2023-1314; dates of each generation in priority_generations.csv.
    """

    TOPIC = "operation.priority_area_assessed"
    label = "Statut de quartier constaté"

    generation: PriorityGeneration
    code: str | None
    list_ref: str

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if self.code is not None:
            yield from check_said(self.code, "code")
        yield from check_said(self.list_ref, "list_ref")
        yield from check_generation(self.generation, self.on)

    def apply(self, operation: Situation) -> None:
        since = self.on.counts_on(paris_day(self.timestamp))
        if operation.priority_area is None or since >= operation.priority_area.since:
            operation.priority_area = PriorityArea(self.generation, self.code, self.list_ref, since)


class CoherenceAssessed(Event):
    """The operation is held against one version of a plan of the territory; a later version asks for a new verdict.

    plan_version: `2016-2021`. orientation: what the plan says of it, in French. The verdict that counts for a plan is
    the one of the latest day.
    Source: règlement général de l'ANRU, annex (articulation with PLH and SCOT).
    """

    TOPIC = "operation.coherence_assessed"
    label = "Cohérence appréciée"

    plan: TerritorialPlan
    plan_version: str
    verdict: Verdict
    orientation: str

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_said(self.plan_version, "plan_version")
        yield from check_said(self.orientation, "orientation")

    def apply(self, operation: Situation) -> None:
        since = self.on.counts_on(paris_day(self.timestamp))
        known = operation.coherence.get(self.plan)
        if known is None or since >= known.since:
            operation.coherence[self.plan] = Coherence(self.plan_version, self.verdict, self.orientation, since)
