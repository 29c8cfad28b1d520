"""Bodies: what an operation comes under and is held against."""

from __future__ import annotations

from api.http.fields import REFERENCE, Choice, Formed, Text
from api.v1.schemas.parts import TITLE, Entry, says
from domain.vocabulary import PRIORITY_GENERATIONS, TERRITORIAL_PLANS, VERDICTS


class Attach(Entry):
    programme = Formed(REFERENCE, "NPNRU", required=True, metadata=says("PNRU, PNRQAD, OPAH-RU, NPNRU or ERBM."))
    agreement = Formed(
        REFERENCE, "NPNRU-2019", allow_none=True, metadata=says("Agreement that it joins; unchanged if left out.")
    )


class Detach(Entry):
    pass


class AssessCoherence(Entry):
    plan = Choice(TERRITORIAL_PLANS, required=True, metadata=says("The plan of the territory."))
    plan_version = Text(TITLE, required=True, metadata=says("Its version: `2016-2021`."))
    verdict = Choice(VERDICTS, required=True, metadata=says("How the operation fits in with it."))
    orientation = Text(required=True, metadata=says("What the plan says of it, in French."))


class AssessPriorityArea(Entry):
    generation = Choice(PRIORITY_GENERATIONS, required=True, metadata=says("The generation of lists in force."))
    code = Text(
        64, required=True, allow_none=True, metadata=says("The area's code in that generation; null for outside.")
    )
    list_ref = Text(TITLE, required=True, metadata=says("The list that says so, and its date."))
