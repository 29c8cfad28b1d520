"""The territory: one row per operation, with what each commune, partner and year has of it; sums are made when read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor

from domain.agreement import Agreement
from domain.money import Figures, Money
from domain.operation import Operation
from domain.territory import shared
from domain.vocabulary import Family, Phase, Theme
from projections.life import outputs
from projections.projection import Projection, Told
from projections.standing import sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Operating:
    """One operation. position: of its last entry. Amounts in euro cents; loans apart.

    parts: `insee`, `committed_cents`, `paid_cents` of each commune, by weight; none where it covers the whole
    territory. partners, years: figures by `partner`, and by `partner` and `year` of the decision or payment, null for
    what is undated.
    """

    reference: str
    position: int
    title: str
    phase: Phase
    theme: Theme | None
    family: Family | None
    programme: str | None
    owner: str | None
    territory_wide: bool
    planned_outputs: dict[str, int] | None
    outputs: dict[str, int] | None
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    loans_cents: int
    parts: Sequence[dict[str, Any]]
    partners: Sequence[dict[str, Any]]
    years: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingAside:
    """What one agreement sets aside itself, which the totals of the partners count with the operations'."""

    reference: str
    position: int
    theme: Theme | None
    allocated_cents: int


class Territory(Projection):
    """Operations by kind of territory, commune, partner and year."""

    name = "territory"
    tables = """
        CREATE TABLE {schema}.operation (
            reference text COLLATE "C" PRIMARY KEY,
            position bigint NOT NULL,
            title text NOT NULL,
            phase text NOT NULL,
            theme text,
            family text,
            programme text,
            owner text,
            territory_wide boolean NOT NULL,
            planned_outputs jsonb,
            outputs jsonb,
            allocated_cents bigint NOT NULL,
            committed_cents bigint NOT NULL,
            paid_cents bigint NOT NULL,
            loans_cents bigint NOT NULL,
            parts jsonb NOT NULL,
            partners jsonb NOT NULL,
            years jsonb NOT NULL
        );
        CREATE TABLE {schema}.agreement (
            reference text COLLATE "C" PRIMARY KEY,
            position bigint NOT NULL,
            theme text,
            allocated_cents bigint NOT NULL
        )
    """

    def clear(self) -> None:
        self._operations: dict[str, tuple[Operation, int]] = {}
        self._agreements: dict[str, tuple[Agreement, int]] = {}

    def fold(self, told: Told) -> None:
        if isinstance(told.record, Operation):
            self._operations[told.record.reference] = told.record, told.position
        elif isinstance(told.record, Agreement):
            self._agreements[told.record.reference] = told.record, told.position

    def flush(self, cursor: Cursor[Any]) -> None:
        self.write(cursor, "operation", [row(*each) for each in self._operations.values()], key=["reference"])
        self.write(cursor, "agreement", [set_aside(*each) for each in self._agreements.values()], key=["reference"])


def row(operation: Operation, position: int) -> Operating:
    """An operation, the last entry of which has this position."""
    return Operating(
        reference=operation.reference,
        position=position,
        title=operation.title,
        phase=operation.phase,
        theme=operation.theme,
        family=operation.family,
        programme=operation.programme,
        owner=operation.owner,
        territory_wide=operation.territory_wide,
        planned_outputs=outputs(operation.planned_outputs),
        outputs=outputs(operation.outputs),
        **sums(operation.money.figures),
        parts=parts(operation),
        partners=by_partner(operation.money),
        years=by_year(operation.money),
    )


def set_aside(agreement: Agreement, position: int) -> SettingAside:
    """What an agreement sets aside, whose last entry has this position."""
    return SettingAside(
        reference=agreement.reference,
        position=position,
        theme=agreement.theme,
        allocated_cents=agreement.money.figures.allocated_cents,
    )


def parts(operation: Operation) -> list[dict[str, Any]]:
    """What each commune has of the money, to the cent; what covers the whole territory is nobody's part."""
    if operation.territory_wide or not operation.communes:
        return []
    money, weights = operation.money.figures, operation.weights
    committed, paid = shared(money.committed_cents, weights), shared(money.paid_cents, weights)
    return [
        {"insee": insee, "committed_cents": its_committed, "paid_cents": its_paid}
        for insee, its_committed, its_paid in zip(operation.communes, committed, paid, strict=True)
    ]


def by_partner(money: Money) -> list[dict[str, Any]]:
    """The figures of each partner, by code."""
    found: dict[str, Figures] = defaultdict(Figures)
    for movement in money.movements:
        found[movement.partner].add(movement)
    return [{"partner": partner, **sums(each)} for partner, each in sorted(found.items())]


def by_year(money: Money) -> list[dict[str, Any]]:
    """The figures of each partner year by year, undated ones last."""
    found: dict[tuple[str, bool, int], Figures] = defaultdict(Figures)
    for movement in money.movements:
        year = movement.on.year
        found[movement.partner, year is None, year or 0].add(movement)
    return [
        {"partner": partner, "year": None if undated else year, **sums(each)}
        for (partner, undated, year), each in sorted(found.items())
    ]
