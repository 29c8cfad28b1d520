"""Where an operation stands: the columns that the timeline and the portfolio both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.dates import PartialDate
from domain.money import Figures, Money
from domain.operation import Operation
from domain.shape import plain
from domain.situation import Dates
from domain.vocabulary import CostBasis, Phase
from projections import readers

COLUMNS = """
    reference text COLLATE "C" PRIMARY KEY,
    title text NOT NULL,
    phase text NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    owner text,
    planned_by text NOT NULL,
    agreement text COLLATE "C",
    funders text[] NOT NULL,
    readers text[] NOT NULL,
    outside text[] NOT NULL,
    to_complete text[] NOT NULL,
    cost_cents bigint,
    cost_basis text NOT NULL,
    undetermined_cents bigint,
    allocated_cents bigint NOT NULL,
    committed_cents bigint NOT NULL,
    paid_cents bigint NOT NULL,
    loans_cents bigint NOT NULL,
    schedule jsonb NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One operation as it stands. version, position: of its last entry. Amounts in euro cents on `cost_basis`.

    readers: partner codes that read it in full.
    schedule: `start` and `delivery`, each with `initial`, `current`, `actual` (partial dates) and `slip_days`.
    """

    reference: str
    title: str
    phase: Phase
    version: int
    position: int
    owner: str | None
    planned_by: str
    agreement: str | None
    funders: Sequence[str]
    readers: Sequence[str]
    outside: Sequence[str]
    to_complete: Sequence[str]
    cost_cents: int | None
    cost_basis: CostBasis
    undetermined_cents: int | None
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    loans_cents: int
    schedule: dict[str, Any]

    @property
    def figures(self) -> Figures:
        return Figures(self.allocated_cents, self.committed_cents, self.paid_cents, self.loans_cents)


def standing(operation: Operation, position: int) -> dict[str, Any]:
    """The columns of an operation, the last entry of which has this position."""
    return {
        "reference": operation.reference,
        "title": operation.title,
        "phase": operation.phase,
        "version": operation.version,
        "position": position,
        "owner": operation.owner,
        "planned_by": operation.planned_by,
        "agreement": operation.agreement,
        "funders": operation.funders,
        "readers": readers.of_operation(operation),
        "outside": operation.outside,
        "to_complete": operation.to_complete,
        "cost_cents": operation.cost_cents,
        "cost_basis": operation.cost_basis,
        "undetermined_cents": operation.undetermined_cents,
        **sums(operation.money.figures),
        "schedule": {step: dates(planned) for step, planned in operation.schedule.items()},
    }


def sums(figures: Figures) -> dict[str, int]:
    """Figures as columns."""
    return {
        "allocated_cents": figures.allocated_cents,
        "committed_cents": figures.committed_cents,
        "paid_cents": figures.paid_cents,
        "loans_cents": figures.loans_cents,
    }


def dates(planned: Dates) -> dict[str, Any]:
    """One line of a calendar."""
    return {
        "initial": text(planned.initial),
        "current": text(planned.current),
        "actual": text(planned.actual),
        "slip_days": planned.slip_days,
    }


def text(day: PartialDate | None) -> str | None:
    """A date as its source gave it; None where there is none, or an unknown one."""
    return day.text if day else None


def lines(money: Money) -> list[dict[str, Any]]:
    """The lines of an operation or an agreement, with what opened each."""
    return [
        {
            "line": line.code,
            "partner": line.partner,
            "instrument": line.instrument,
            "scheme": line.opening.scheme,
            "decision_ref": line.opening.decision_ref,
            "allocated_cents": line.allocated_cents,
            "committed_cents": line.committed_cents,
            "paid_cents": line.paid_cents,
            "schedule": plain(line.schedule),
        }
        for line in money.lines.values()
    ]
