"""The territory at a moment: the same sums as `balance.py` reads, from the heads and the movements that stood then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg import Cursor

from domain.money import Figures
from domain.territory import shared
from domain.vocabulary import Family, PartnerKind, Phase, Theme
from projections.balance import COUNTS, CountRow, FundedRow, KindRow, OutsideRow, PhaseRow, PlaceRow, YearRow
from projections.moments import Moment, known
from projections.movements import FIGURES
from projections.projection import select
from projections.sums import HEADS


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadThen:
    """One operation at the moment; see `heads.py`."""

    reference: str
    title: str
    phase: Phase
    owner: str | None
    communes: Sequence[str]
    weights: Sequence[int]
    territory_wide: bool
    family: Family | None
    theme: Theme | None
    programme: str | None
    planned_outputs: dict[str, int] | None
    outputs: dict[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldThen:
    """What a partner has in an operation, or in an agreement, of one year."""

    holder: str
    reference: str
    theme: Theme | None
    partner: str
    kind: PartnerKind | None
    year: int | None
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    loans_cents: int

    @property
    def figures(self) -> Figures:
        return Figures(self.allocated_cents, self.committed_cents, self.paid_cents, self.loans_cents)


HELD = f"""
    SELECT m.holder, m.reference, m.theme, m.partner, p.kind, m.year, {FIGURES}
    FROM commitments.movement AS m LEFT JOIN commitments.partner AS p ON p.code = m.partner
    WHERE {known("m")}
    GROUP BY m.holder, m.reference, m.theme, m.partner, p.kind, m.year
"""
STOOD = f"""
    SELECT o.reference, o.title, o.phase, o.owner, o.communes, o.weights, o.territory_wide, o.family, o.theme,
        o.programme, o.planned_outputs, o.outputs
    FROM ({HEADS}) AS o
"""


class Funder(NamedTuple):
    """A partner that has money in an operation."""

    partner: str
    kind: PartnerKind | None


class Territory:
    """All that is read of the territory at a moment."""

    def __init__(self, cursor: Cursor[Any], at: Moment) -> None:
        self._position = at.position
        self._heads = select(cursor, HeadThen, STOOD, at.values)
        self._held = select(cursor, HeldThen, HELD, at.values)
        self._funders: dict[str, dict[Funder, Figures]] = defaultdict(lambda: defaultdict(Figures))
        for each in self._held:
            if each.holder == "operation":
                add(self._funders[each.reference][Funder(each.partner, each.kind)], each.figures)
        self._money = {reference: total(funders.values()) for reference, funders in self._funders.items()}

    def money(self, reference: str) -> Figures:
        """What an operation has in all."""
        return self._money.get(reference) or Figures()

    def phases(self) -> list[PhaseRow]:
        """Operations by theme and phase, and what agreements set aside by theme."""
        found: dict[tuple[Theme | None, Phase], list[HeadThen]] = defaultdict(list)
        for each in self._heads:
            found[each.theme, each.phase].append(each)
        of_agreements: dict[Theme | None, int] = defaultdict(int)
        for held in self._held:
            if held.holder == "agreement":
                of_agreements[held.theme] += held.allocated_cents
        rows = [self._phase(theme, phase, heads) for (theme, phase), heads in found.items()]
        return rows + [self._phase(theme, None, [], cents) for theme, cents in of_agreements.items()]

    def _phase(
        self, theme: Theme | None, phase: Phase | None, heads: Sequence[HeadThen], set_aside_cents: int = 0
    ) -> PhaseRow:
        money = total(self.money(each.reference) for each in heads)
        return PhaseRow(
            theme=theme,
            phase=phase,
            position=self._position,
            operations=len(heads),
            territory_wide=sum(each.territory_wide for each in heads),
            allocated_cents=money.allocated_cents + set_aside_cents,
            committed_cents=money.committed_cents,
            paid_cents=money.paid_cents,
            loans_cents=money.loans_cents,
            planned_outputs=counts(each.planned_outputs for each in heads) if phase else None,
            outputs=counts(each.outputs for each in heads) if phase else None,
        )

    def places(self) -> list[PlaceRow]:
        """What each commune has, by theme."""
        found: dict[tuple[Theme | None, str | None], list[int]] = defaultdict(lambda: [0, 0, 0])
        for head in self._heads:
            for insee, *cents in parts(head, self.money(head.reference)):
                sums = found[head.theme, insee]
                sums[:] = [sums[0] + 1, sums[1] + cents[0], sums[2] + cents[1]]
        return [
            PlaceRow(theme=theme, insee=insee, operations=count, committed_cents=committed, paid_cents=paid)
            for (theme, insee), (count, committed, paid) in found.items()
        ]

    def years(self, partner: str) -> list[YearRow]:
        """What a partner commits and pays on operations, year by year; undated last."""
        found: dict[int | None, Figures] = defaultdict(Figures)
        for each in self._held:
            if each.partner == partner and each.holder == "operation":
                add(found[each.year], each.figures)
        return [
            YearRow(
                year=year,
                committed_cents=found[year].committed_cents,
                paid_cents=found[year].paid_cents,
                loans_cents=found[year].loans_cents,
            )
            for year in sorted(found, key=lambda year: (year is None, year or 0))
        ]

    def kinds(self) -> list[KindRow]:
        """What partners commit, by kind."""
        sums: dict[PartnerKind | None, Figures] = defaultdict(Figures)
        where: dict[PartnerKind | None, set[str]] = defaultdict(set)
        for reference, funders in self._funders.items():
            for funder, figures in funders.items():
                if figures.committed_cents or figures.loans_cents:
                    add(sums[funder.kind], figures)
                if figures.committed_cents > 0:
                    where[funder.kind].add(reference)
        return [
            KindRow(
                kind=kind,
                operations=len(where[kind]),
                committed_cents=sums[kind].committed_cents,
                loans_cents=sums[kind].loans_cents,
            )
            for kind in sorted(sums, key=lambda kind: (kind is None, kind or ""))
        ]

    def _committing(self, reference: str) -> list[tuple[Funder, Figures]]:
        """Who has committed something on an operation, by code; loans apart."""
        funders = self._funders.get(reference, {})
        return sorted(
            (each for each in funders.items() if each[1].committed_cents > 0), key=lambda each: each[0].partner
        )

    def counted(self) -> CountRow:
        """How many operations have one funder alone."""
        committing = [found for head in self._heads if (found := self._committing(head.reference))]
        kinds = [{funder.kind for funder, _ in found} for found in committing]
        return CountRow(
            operations=len(committing),
            single_funder=sum(len(found) == 1 for found in committing),
            single_kind=sum(len(found) == 1 for found in kinds),
        )

    def funded(self, *, limit: int) -> list[FundedRow]:
        """Operations where somebody has committed something, with all who have; by reference."""
        wanted = [(head, found) for head in self._heads if (found := self._committing(head.reference))][:limit]
        return [
            FundedRow(
                reference=head.reference,
                title=head.title,
                theme=head.theme,
                family=head.family,
                programme=head.programme,
                owner=head.owner,
                committed_cents=self.money(head.reference).committed_cents,
                loans_cents=self.money(head.reference).loans_cents,
                funders=[{**funder._asdict(), "committed_cents": figures.committed_cents} for funder, figures in found],
            )
            for head, found in wanted
        ]

    def outside(self, members: Collection[str], *, limit: int) -> list[OutsideRow]:
        """Operations that cover communes that are not among the members; by reference."""
        found = [(head, beyond(head, members)) for head in self._heads]
        return [
            OutsideRow(reference=head.reference, title=head.title, phase=head.phase, communes=communes)
            for head, communes in found
            if communes
        ][:limit]


def beyond(head: HeadThen, members: Collection[str]) -> list[str]:
    """The communes of an operation that are not among the members."""
    return [] if head.territory_wide else sorted({*head.communes} - {*members})


def parts(head: HeadThen, money: Figures) -> list[tuple[str | None, int, int]]:
    """What each commune has of an operation, committed and paid; None: what covers the whole territory."""
    if head.territory_wide or not head.communes:
        return [(None, money.committed_cents, money.paid_cents)]
    committed, paid = (shared(cents, tuple(head.weights)) for cents in (money.committed_cents, money.paid_cents))
    return list(zip(head.communes, committed, paid, strict=True))


def counts(stated: Iterable[dict[str, int] | None]) -> dict[str, int | None]:
    """The sums of counts; None where none is stated."""
    known = [each for each in stated if each]
    found = {name: [each[name] for each in known if name in each] for name in COUNTS}
    return {name: sum(each) if each else None for name, each in found.items()}


def add(sums: Figures, more: Figures) -> None:
    """Count figures with others."""
    sums.allocated_cents += more.allocated_cents
    sums.committed_cents += more.committed_cents
    sums.paid_cents += more.paid_cents
    sums.loans_cents += more.loans_cents


def total(figures: Iterable[Figures]) -> Figures:
    """The sums of figures."""
    whole = Figures()
    for each in figures:
        add(whole, each)
    return whole
