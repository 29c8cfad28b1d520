"""Which announced cost is the plan, which ones revise it, and which figure stands at the end."""

from __future__ import annotations

from dataclasses import dataclass

from api.imports.lists import Fact
from api.imports.row import Row
from domain.event import Entry
from domain.operation import Operation
from domain.vocabulary import CostBasis

SETTLED = "Dernier total annoncé, d'après le registre"
"""Reason of the revision that ends on the row's figure; nobody says since when it holds, so it is undated."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs that one row tells, in its source's order. Amounts in euro cents.

    total_cents, total_basis: the row's own figure, the latest that covers everything; None: no source gives it.
    planned: the announcement made at planning, if any; a later one is a revision on its own date, since nobody knew
    it before. revisions: the other announcements, up to the last that gives the total; those after it cover less.
    """

    total_cents: int | None
    total_basis: CostBasis
    planned: Fact | None
    revisions: tuple[Fact, ...]

    @classmethod
    def of(cls, row: Row) -> Costs:
        told = [fact for fact in row.facts if fact.kind == "cost_announced"]
        if row.cost_cents is None:
            return cls(None, row.cost_basis, None, ())
        ends = [place for place, fact in enumerate(told, 1) if fact.amount_cents == row.cost_cents]
        whole = told[: ends[-1]] if ends else told
        planned = whole[0] if whole and whole[0].on == row.planned_on else None
        return cls(row.cost_cents, row.cost_basis, planned, tuple(whole[1:] if planned else whole))

    @property
    def planned_cents(self) -> int | None:
        """The cost known at planning."""
        if self.planned:
            return self.planned.amount_cents
        return None if self.revisions else self.total_cents

    @property
    def planned_basis(self) -> CostBasis:
        return self.basis(self.planned) if self.planned or self.revisions else self.total_basis

    def basis(self, fact: Fact | None) -> CostBasis:
        """The row states the basis of its own figure only."""
        return self.total_basis if fact and fact.amount_cents == self.total_cents else "not_stated"

    def settle(self, operation: Operation, entry: Entry) -> None:
        """End on the row's own figure where no announcement gives it."""
        if self.total_cents is not None and operation.cost_cents != self.total_cents:
            operation.revise_cost(cost_cents=self.total_cents, cost_basis=self.total_basis, **entry)
