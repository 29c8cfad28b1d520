"""What is read of the territory: sums by kind of territory, commune, year and partner, each from one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor

from domain.vocabulary import Family, PartnerKind, Phase, Theme
from projections.projection import only, select

COUNTS = (
    "demolished",
    "built",
    "rehabilitated",
    "residentialised",
    "facilities",
    "households_to_rehouse",
    "households_rehoused",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """The operations of one theme in one phase. phase None: no operation, but what agreements of the theme set aside.

    position: of the last entry on any of them. territory_wide: how many operations cover the whole territory.
    planned_outputs, outputs: sums by kind, None where no operation states it.
    """

    theme: Theme | None
    phase: Phase | None
    position: int
    operations: int
    territory_wide: int
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    loans_cents: int
    planned_outputs: dict[str, int | None] | None
    outputs: dict[str, int | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """What a commune has of the operations of one theme, by weight; insee None: what covers the whole territory."""

    theme: Theme | None
    insee: str | None
    operations: int
    committed_cents: int
    paid_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """What one partner commits and pays in a year; year None: undated."""

    year: int | None
    committed_cents: int
    paid_cents: int
    loans_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """What partners of one kind commit, and on how many operations; loans apart. kind None: not registered."""

    kind: PartnerKind | None
    operations: int
    committed_cents: int
    loans_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """Operations where somebody has committed something, loans apart, and those where one partner alone has."""

    operations: int
    single_funder: int
    single_kind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundedRow:
    """Who commits what on an operation. funders: `partner`, `kind`, `committed_cents`, by code."""

    reference: str
    title: str
    theme: Theme | None
    family: Family | None
    programme: str | None
    owner: str | None
    committed_cents: int
    loans_cents: int
    funders: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRow:
    """An operation that covers communes outside. communes: those, by INSEE code."""

    reference: str
    title: str
    phase: Phase
    communes: Sequence[str]


def added(column: str) -> str:
    """The sums of counts that are stated, as one JSON object."""
    pairs = ", ".join(f"'{name}', sum((o.{column} ->> '{name}')::bigint)" for name in COUNTS)
    return f"json_build_object({pairs}) AS {column}"


PHASES = f"""
    SELECT o.theme, o.phase, max(o.position) AS position, count(*) AS operations,
        count(*) FILTER (WHERE o.territory_wide) AS territory_wide,
        sum(o.allocated_cents)::bigint AS allocated_cents,
        sum(o.committed_cents)::bigint AS committed_cents,
        sum(o.paid_cents)::bigint AS paid_cents,
        sum(o.loans_cents)::bigint AS loans_cents,
        {added("planned_outputs")}, {added("outputs")}
    FROM territory.operation AS o
    GROUP BY o.theme, o.phase
    UNION ALL
    SELECT a.theme, NULL, max(a.position), 0, 0, sum(a.allocated_cents)::bigint, 0, 0, 0, NULL, NULL
    FROM territory.agreement AS a
    GROUP BY a.theme
"""
PLACES = """
    SELECT o.theme, part.insee, count(*) AS operations,
        sum(coalesce(part.committed_cents, o.committed_cents))::bigint AS committed_cents,
        sum(coalesce(part.paid_cents, o.paid_cents))::bigint AS paid_cents
    FROM territory.operation AS o
    LEFT JOIN LATERAL
        jsonb_to_recordset(o.parts) AS part(insee text, committed_cents bigint, paid_cents bigint) ON true
    GROUP BY o.theme, part.insee
"""
YEARS = """
    SELECT each.year,
        sum(each.committed_cents)::bigint AS committed_cents,
        sum(each.paid_cents)::bigint AS paid_cents,
        sum(each.loans_cents)::bigint AS loans_cents
    FROM territory.operation AS o
    CROSS JOIN jsonb_to_recordset(o.years)
        AS each(partner text, year int, committed_cents bigint, paid_cents bigint, loans_cents bigint)
    WHERE each.partner = %s
    GROUP BY each.year
    ORDER BY each.year NULLS LAST
"""
FUNDERS = """
    FROM territory.operation AS o
    CROSS JOIN jsonb_to_recordset(o.partners) AS each(partner text, committed_cents bigint, loans_cents bigint)
    LEFT JOIN commitments.partner AS p ON p.code = each.partner
"""
KINDS = f"""
    SELECT p.kind,
        count(DISTINCT o.reference) FILTER (WHERE each.committed_cents > 0) AS operations,
        sum(each.committed_cents)::bigint AS committed_cents,
        sum(each.loans_cents)::bigint AS loans_cents
    {FUNDERS}
    WHERE each.committed_cents <> 0 OR each.loans_cents <> 0
    GROUP BY p.kind
    ORDER BY p.kind NULLS LAST
"""
COUNTED = f"""
    SELECT count(*) AS operations,
        count(*) FILTER (WHERE funders = 1) AS single_funder,
        count(*) FILTER (WHERE kinds = 1) AS single_kind
    FROM (
        SELECT count(*) AS funders, count(DISTINCT coalesce(p.kind, '')) AS kinds
        {FUNDERS}
        WHERE each.committed_cents > 0
        GROUP BY o.reference
    ) AS of_operation
"""
FUNDED = f"""
    SELECT o.reference, o.title, o.theme, o.family, o.programme, o.owner, o.committed_cents, o.loans_cents,
        json_agg(
            json_build_object('partner', each.partner, 'kind', p.kind, 'committed_cents', each.committed_cents)
            ORDER BY each.partner
        ) AS funders
    {FUNDERS}
    WHERE each.committed_cents > 0
    GROUP BY o.reference
    ORDER BY o.reference
    LIMIT %s
"""

OUTSIDE = """
    SELECT o.reference, o.title, o.phase, array_agg(part.insee ORDER BY part.insee) AS communes
    FROM territory.operation AS o CROSS JOIN jsonb_to_recordset(o.parts) AS part(insee text)
    WHERE NOT part.insee = ANY(%s)
    GROUP BY o.reference
    ORDER BY o.reference
    LIMIT %s
"""


def phases(cursor: Cursor[Any]) -> list[PhaseRow]:
    """Operations by theme and phase, and what agreements set aside by theme; in no order."""
    return select(cursor, PhaseRow, PHASES, ())


def places(cursor: Cursor[Any]) -> list[PlaceRow]:
    """What each commune has, by theme; in no order."""
    return select(cursor, PlaceRow, PLACES, ())


def years(cursor: Cursor[Any], partner: str) -> list[YearRow]:
    """What a partner commits and pays, year by year; undated last."""
    return select(cursor, YearRow, YEARS, (partner,))


def kinds(cursor: Cursor[Any]) -> list[KindRow]:
    """What partners commit, by kind."""
    return select(cursor, KindRow, KINDS, ())


def counted(cursor: Cursor[Any]) -> CountRow:
    """How many operations have one funder alone."""
    return only(select(cursor, CountRow, COUNTED, ())) or CountRow(operations=0, single_funder=0, single_kind=0)


def funded(cursor: Cursor[Any], *, limit: int) -> list[FundedRow]:
    """Operations where somebody has committed something, with all who have; by reference."""
    return select(cursor, FundedRow, FUNDED, (limit,))


def outside(cursor: Cursor[Any], members: Collection[str], *, limit: int) -> list[OutsideRow]:
    """Operations that cover communes that are not among the members; by reference."""
    return select(cursor, OutsideRow, OUTSIDE, (list(members), limit))
