"""The three fundamentals of the mission, measured: balance of territories, sustained effort, partnership."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema

from api.v1.documents.describing import flag, one_of, part, several, text, whole
from api.v1.documents.parts import Document
from api.v1.documents.shares import Grounds, ratio
from domain import vocabulary
from domain.fundamentals import UNJUDGED, effort, share
from projections.balance import CountRow, FundedRow, KindRow, YearRow

LISTED = 200
"""Operations in the list of the partnership."""

GAP = "Share of what is committed less share of the population: above zero, more than its part; null: no such share."


class ThemeBalance(Schema):
    theme = one_of(vocabulary.THEMES, "Kind of territory; null: none was stated.", allow_none=True)
    share_of_committed = ratio("Part of what is committed in member communes and for the whole territory.")
    share_of_population = ratio("Part of the inhabitants that live in its communes; themes overlap.")
    gap = ratio(GAP)


class CommuneBalance(Schema):
    insee = text("INSEE code.")
    share_of_committed = ratio("Part of what is committed in the member communes.")
    share_of_population = ratio("Part of the authority's inhabitants.")
    gap = ratio(GAP)


class Balance(Schema):
    level = one_of(["committed"], "The level that shares are computed on.")
    themes_cents = whole("What the shares of the themes are parts of.")
    communes_cents = whole("What the shares of the communes are parts of: nothing that covers the whole territory.")
    themes = several(ThemeBalance, "By kind of territory.")
    communes = several(CommuneBalance, "By member commune.")


class Judgement(Schema):
    mean_cents = whole(
        "Mean of the three years before, to the nearest cent; null: nothing can be said.", allow_none=True
    )
    under_half = flag("It is under half of that mean.")
    insufficient_data = flag("Not over, fewer than three years on record before it, or nothing in them: not judged.")


class EffortYear(Schema):
    year = whole("Calendar year of the decision or payment; null: undated, not judged.", allow_none=True)
    committed_cents = whole("Committed by the authority itself; loans apart.")
    paid_cents = whole("Paid by the authority itself; loans apart.")
    loans_cents = whole("Committed as loans.")
    committed = part(Judgement, "Its commitments beside those of the three years before.")
    paid = part(Judgement, "Its payments beside those of the three years before.")


class EffortView(Schema):
    partner = text("Partner code of the authority.")
    years = several(EffortYear, "From the first year on record to the present one, empty years too; undated last.")


class KindShare(Schema):
    kind = one_of(vocabulary.PARTNER_KINDS, "Kind of partner; null: not registered.", allow_none=True)
    operations = whole("Operations where partners of this kind have committed something, loans apart.")
    committed_cents = whole("Committed; loans apart.")
    loans_cents = whole("Committed as loans.")
    share_of_committed = ratio("Part of what all partners commit.")


class FunderShare(Schema):
    partner = text("Partner code.")
    kind = one_of(vocabulary.PARTNER_KINDS, "What it is; null: not registered.", allow_none=True)
    committed_cents = whole("Committed; loans apart.")
    share_of_committed = ratio("Part of what is committed on the operation.")


class FundedOperation(Schema):
    reference = text("The operation's name.")
    title = text("What people call it.")
    theme = one_of(vocabulary.THEMES, "The kind of territory.", allow_none=True)
    family = one_of(vocabulary.FAMILIES, "What it does.", allow_none=True)
    programme = text("Programme that it comes under.", allow_none=True)
    owner = text("Partner code of its owner.", allow_none=True)
    committed_cents = whole("Committed; loans apart.")
    loans_cents = whole("Committed as loans.")
    kinds = several(one_of(vocabulary.PARTNER_KINDS, "Kind of partner."), "Kinds of its funders, each once.")
    partners = several(FunderShare, "Partners that have committed something, by code.")
    single_funder = flag("One partner alone has committed something, loans apart.")


class Partnership(Schema):
    level = one_of(["committed"], "The level that funders are counted on; loans apart.")
    operations = whole("Operations where somebody has committed something.")
    single_funder = whole("Those where one partner alone has.")
    single_kind = whole("Those where all funders are of one kind.")
    by_kind = several(KindShare, "By kind of partner.")
    items = several(FundedOperation, f"The first {LISTED} of these operations, by reference.")


class Fundamentals(Schema):
    balance = part(Balance, "What is committed against who lives there.")
    effort = part(EffortView, "What the authority itself commits and pays, year by year.")
    partnership = part(Partnership, "Who funds together.")


def fundamentals(
    themes: Sequence[Document],
    communes: Sequence[Document],
    grounds: Grounds,
    years: Sequence[YearRow],
    kinds: Sequence[KindRow],
    counts: CountRow,
    funded: Sequence[FundedRow],
    *,
    authority: str,
    this_year: int,
) -> Document:
    """The three of them. themes, communes: as the document of the territory shows them."""
    return {
        "balance": balance(themes, communes, grounds),
        "effort": {"partner": authority, "years": efforts(years, this_year)},
        "partnership": partnership(kinds, counts, funded),
    }


def balance(themes: Sequence[Document], communes: Sequence[Document], grounds: Grounds) -> Document:
    """Shares of the money beside shares of the population."""
    whole = sum(each["committed_in_members_cents"] for each in themes)
    return {
        "level": "committed",
        "themes_cents": whole,
        "communes_cents": grounds.in_members_cents,
        "themes": [
            {
                "theme": each["theme"],
                **beside(
                    share(each["committed_in_members_cents"], whole), share(each["inhabitants"], grounds.people.total)
                ),
            }
            for each in themes
        ],
        "communes": [
            {"insee": each["insee"], **beside(each["share_of_committed"], each["share_of_population"])}
            for each in communes
            if not each["outside"]
        ],
    }


def beside(of_committed: float | None, of_population: float | None) -> Document:
    """Two shares and what lies between them."""
    gap = None if of_committed is None or of_population is None else round(of_committed - of_population, 4)
    return {"share_of_committed": of_committed, "share_of_population": of_population, "gap": gap}


def efforts(rows: Sequence[YearRow], this_year: int) -> list[Document]:
    """Year after year, the empty ones too; what is undated comes last."""
    found = {each.year: each for each in rows}
    dated = [year for year in found if year is not None]
    committed = {year: found[year].committed_cents for year in dated if found[year].committed_cents}
    paid = {year: found[year].paid_cents for year in dated if found[year].paid_cents}
    span: list[int | None] = [*range(min(dated), max(*dated, this_year) + 1)] if dated else []
    return [
        {
            "year": year,
            **invested(found.get(year)),
            "committed": judgement(committed, year, this_year),
            "paid": judgement(paid, year, this_year),
        }
        for year in (*span, *([None] if None in found else []))
    ]


def invested(row: YearRow | None) -> Document:
    """What a year adds up to, nothing where nothing is on record."""
    return {
        "committed_cents": row.committed_cents if row else 0,
        "paid_cents": row.paid_cents if row else 0,
        "loans_cents": row.loans_cents if row else 0,
    }


def judgement(amounts: dict[int, int], year: int | None, this_year: int) -> Document:
    """One year beside those before it."""
    found = UNJUDGED if year is None else effort(amounts, year, this_year=this_year)
    return {
        "mean_cents": found.mean_cents,
        "under_half": found.under_half,
        "insufficient_data": found.insufficient_data,
    }


def partnership(kinds: Sequence[KindRow], counts: CountRow, funded: Sequence[FundedRow]) -> Document:
    """Who funds together, in all and operation by operation."""
    whole = sum(each.committed_cents for each in kinds)
    return {
        "level": "committed",
        "operations": counts.operations,
        "single_funder": counts.single_funder,
        "single_kind": counts.single_kind,
        "by_kind": [
            {
                "kind": each.kind,
                "operations": each.operations,
                "committed_cents": each.committed_cents,
                "loans_cents": each.loans_cents,
                "share_of_committed": share(each.committed_cents, whole),
            }
            for each in kinds
        ],
        "items": [funded_operation(each) for each in funded],
    }


def funded_operation(row: FundedRow) -> Document:
    """An operation with its funders."""
    return {
        "reference": row.reference,
        "title": row.title,
        "theme": row.theme,
        "family": row.family,
        "programme": row.programme,
        "owner": row.owner,
        "committed_cents": row.committed_cents,
        "loans_cents": row.loans_cents,
        "kinds": sorted({each["kind"] for each in row.funders if each["kind"]}),
        "partners": [
            {
                "partner": each["partner"],
                "kind": each["kind"],
                "committed_cents": each["committed_cents"],
                "share_of_committed": share(each["committed_cents"], row.committed_cents),
            }
            for each in row.funders
        ],
        "single_funder": len(row.funders) == 1,
    }
