"""What an operation is held against: the priority areas in force on a day, and the plans of the territory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.dates import UNKNOWN, PartialDate
from domain.errors import GenerationNotInForce
from domain.reference import rows
from domain.vocabulary import PriorityGeneration, Verdict


@dataclass(frozen=True, slots=True)
class PriorityArea:
    """Whether an operation lies in a priority area. code: None where it lies outside. since: the day it counts from."""

    generation: PriorityGeneration
    code: str | None
    list_ref: str
    since: date


@dataclass(frozen=True, slots=True)
class Coherence:
    """How an operation fits in with one version of a plan. since: the day the verdict counts from."""

    plan_version: str
    verdict: Verdict
    orientation: str
    since: date


def check_generation(generation: PriorityGeneration, on: PartialDate) -> Iterator[GenerationNotInForce]:
    """A status is not assessed by a generation that was certainly not in force on that day."""
    for row in rows("priority_generations"):
        first, last = (PartialDate.parse(row[end]) if row[end] else UNKNOWN for end in ("valid_from", "valid_to"))
        if row["code"] == generation and (on.certainly_before(first) or on.certainly_after(last)):
            yield GenerationNotInForce(generation=generation, on=on, valid_from=first, valid_to=last)
