"""An operation: as a row of the portfolio, and with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema

from api.v1.documents.dated import PRESENT, AsOf, Looking
from api.v1.documents.describing import (
    NEXT,
    PHASE,
    POSITION,
    VERSION,
    codes,
    date,
    day,
    flag,
    one_of,
    part,
    several,
    text,
    whole,
)
from api.v1.documents.life import (
    Assistance,
    Coherence,
    FinancingPlan,
    MilestoneState,
    OutputCounts,
    PriorityArea,
    Rehousing,
    Suspension,
    life,
)
from api.v1.documents.parts import (
    Document,
    Figures,
    HeldLine,
    MoneyOrNot,
    Place,
    Schedule,
    figures,
    held_line,
    place,
    schedule,
)
from api.v1.documents.timeline import funding
from domain import vocabulary
from domain.money import Figures as Sums
from projections.portfolio import OperationRow
from projections.standing import Standing
from projections.sums import SumsRow


class CoveredPlace(Place):
    outside = flag("It was no member of the agglomeration when it was decided.")
    weight = whole("Its part of the operation in ten-thousandths, which add up to 10000; equal parts unless stated.")


class FundingOrNot(MoneyOrNot):
    """Every figure is null where the token may not see the money of the operation."""

    undetermined_cents = whole("Part of the cost that no known line covers; null while unknown.", allow_none=True)


class OperationSummary(Schema):
    reference = text("The operation's name.")
    title = text("What people call it.")
    phase = one_of(vocabulary.PHASES, PHASE, allow_none=True)
    late = flag("A step of the present calendar lies behind, today in Paris or on the day asked about.")
    late_initially = flag("A step that the first calendar promised lies behind.")
    days_late = whole("Days since the first such step of the present calendar; 0: none.")
    days_late_initially = whole("Days since the first such step of the first calendar; 0: none.")
    version = whole(VERSION)
    position = whole(POSITION)
    to_complete = codes("What the record still lacks, by the name of the missing fact.")
    planned_on = day("When it was decided.")
    planned_by = text("Partner code of whoever recorded the plan.")
    owner = text("Partner code of its owner.", allow_none=True)
    communes = several(CoveredPlace, "The communes that it covers.")
    territory_wide = flag("It covers the whole territory.")
    site = text("District or site.", allow_none=True)
    family = one_of(vocabulary.FAMILIES, "What it does.", allow_none=True)
    theme = one_of(vocabulary.THEMES, "The kind of territory; totals go by it.", allow_none=True)
    other_themes = codes("Further themes.")
    programme = text("Programme that it comes under.", allow_none=True)
    agreement = text("Agreement that contains it.", allow_none=True)
    part_of = text("Operation that contains it.", allow_none=True)
    early_start = flag("Works may start before any money is recorded.")
    schedule = part(Schedule, "The calendar.")
    cost_basis = one_of(vocabulary.COST_BASES, "Tax basis of every amount.")
    funding = part(FundingOrNot, "The money.")
    funders = codes("Partners that have a line here.")


class BroughtByPartner(Figures):
    """What one partner brings; each of them sees what it has left to commit by itself."""

    partner = text("Partner code of whoever bears it.")


class Operation(Looking, OperationSummary):
    lines = several(HeldLine, "The lines of money.")
    by_partner = several(BroughtByPartner, "What the lines of each partner add up to, in order of appearance.")
    milestones = several(MilestoneState, "Dated steps other than start and delivery.")
    planned_outputs = part(OutputCounts, "What it is to produce.", allow_none=True)
    outputs = part(OutputCounts, "What it produced.", allow_none=True)
    financing_plan = part(FinancingPlan, "Who is to bring what; null: none decided.", allow_none=True)
    suspension = part(Suspension, "The suspension that lasts; null: none.", allow_none=True)
    abandoned_on = day("When it was given up.")
    closed_on = day("When its accounts were settled.")
    final_cost_cents = whole("What it cost in the end; null until it is closed.", allow_none=True)
    rehousing = part(Rehousing, "Running totals of the latest day that states them.")
    assistance = part(Assistance, "What the authority did for the communes, in all.")
    priority_area = part(PriorityArea, "Its status as assessed of the latest day; null: not assessed.", allow_none=True)
    coherence = several(Coherence, "How it fits in with plans of the territory: the verdict that counts for each.")


class PhaseCount(Schema):
    phase = one_of(vocabulary.PHASES, "Where they stand.")
    operations = whole("How many.")


class PortfolioSums(Figures):
    """Sums of what each operation shows, over those whose money the token may see; counts are of all found."""

    operations = whole("Operations found, on all pages.")
    by_phase = several(PhaseCount, "Operations found by phase.")
    late = whole("Of those found, how many have a step of the present calendar behind them.")
    late_initially = whole("The same of the first calendar.")
    in_full = whole("Those whose money the token may see: the sums are theirs.")
    cost_cents = whole("Known costs; what another one of them contains counts there alone.")


class Portfolio(Looking):
    day = date("The day that lateness is judged on.")
    totals = part(PortfolioSums, "In all; null on the pages after the first.", allow_none=True)
    items = several(OperationSummary, "Operations, by reference.")
    next = text(NEXT, allow_none=True)


def summary(row: OperationRow, *, money: bool) -> Document:
    """An operation as a row of the portfolio. money: the reader sees what it costs and who brings how much."""
    return {
        "reference": row.reference,
        "title": row.title,
        "phase": row.phase,
        "late": row.late,
        "late_initially": row.late_initially,
        "days_late": row.days_late,
        "days_late_initially": row.days_late_initially,
        "version": row.version,
        "position": row.position,
        "to_complete": list(row.to_complete),
        "planned_on": row.planned_on,
        "planned_by": row.planned_by,
        "owner": row.owner,
        "communes": [
            place(insee) | {"outside": insee in row.outside, "weight": weight}
            for insee, weight in zip(row.communes, row.weights, strict=True)
        ],
        "territory_wide": row.territory_wide,
        "site": row.site,
        "family": row.family,
        "theme": row.theme,
        "other_themes": list(row.other_themes),
        "programme": row.programme,
        "agreement": row.agreement,
        "part_of": row.part_of,
        "early_start": row.early_start,
        "schedule": schedule(row.schedule),
        "cost_basis": row.cost_basis,
        "funding": planned_funding(row) if money else dict.fromkeys(planned_funding(row)),
        "funders": list(row.funders),
    }


def operation(row: OperationRow, asked: AsOf = PRESENT, *, happened: bool = True) -> Document:
    """An operation, with all that is known of it. happened: something of it had."""
    return (
        summary(row, money=True)
        | ({} if happened else {"phase": None})
        | {
            **asked.said,
            "lines": [held_line(each) for each in row.lines],
            "by_partner": by_partner(row.lines),
            **life(row),
        }
    )


def by_partner(lines: Iterable[Mapping[str, Any]]) -> list[Document]:
    """What the lines of each partner add up to; loans apart."""
    sums: dict[str, Sums] = {}
    for line in lines:
        levels = (line["allocated_cents"], line["committed_cents"], line["paid_cents"])
        sums.setdefault(line["partner"], Sums()).bear(line["instrument"], *levels)
    return [{"partner": partner, **figures(each)} for partner, each in sums.items()]


def planned_funding(row: Standing) -> Document:
    """The money of an operation, with the part of its cost that nobody has promised."""
    return funding(row) | {"undetermined_cents": row.undetermined_cents}


def sums(row: SumsRow) -> Document:
    """What the operations found add up to."""
    return {
        "operations": row.operations,
        "in_full": row.in_full,
        "by_phase": [{"phase": phase, "operations": row.phases[phase]} for phase in vocabulary.PHASES],
        "late": row.late,
        "late_initially": row.late_initially,
        "cost_cents": row.cost_cents,
        "allocated_cents": row.allocated_cents,
        "committed_cents": row.committed_cents,
        "paid_cents": row.paid_cents,
        "to_commit_cents": row.to_commit_cents,
        "to_pay_cents": row.to_pay_cents,
        "loans_cents": row.loans_cents,
    }
