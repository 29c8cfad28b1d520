"""The pages of partners: the totals of each, and what one sets aside, commits and pays, by year, theme and line."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from api.exports.table import Table
from api.http.access import EVERYONE
from api.pages import moves, partner_tables
from api.pages.charts import bars_by_year
from api.pages.partner_tables import in_words
from api.pages.routes import page
from api.pages.stacks import of_money, stacks
from api.pages.visit import MOST, Shown, Visit
from api.v1 import partners as api
from api.v1.changes import BetweenQuery
from api.v1.dated import Dated, DatedPage

KINDS = ("committed", "paid")


@page("/partners", title=_("Partenaires"), template="partners.html", roles=EVERYONE, query=Dated)
def partners(visit: Visit) -> Shown:
    """What each partner sets aside, commits and pays, as far as the reader may see it."""
    told = visit.ask_with(api.partners, {"limit": str(MOST)})
    every = visit.every(api.partners) if told["next"] else told["items"]
    found = [each for each in every if each["totals"]]
    with_money = sorted((each for each in found if any(amounts(each))), key=weight)
    return Shown(
        told,
        tables={"partners": lambda: Table(partner_tables.partners(), map(partner_tables.flat, found))},
        more={
            "shown": with_money,
            "without": [each for each in found if not any(amounts(each))],
            "rows": stacks([(each, of_money(each["totals"])) for each in with_money]),
        },
    )


def amounts(row: dict[str, Any]) -> list[int]:
    """All that a partner has in money."""
    return [cents for name, cents in row["totals"].items() if name.endswith("_cents")]


def weight(row: dict[str, Any]) -> tuple[int, str]:
    """Partners by what they commit, or have set aside where that is more, the largest first."""
    return -max(row["totals"]["committed_cents"], row["totals"]["allocated_cents"]), row["name"]


class PartnerPage(DatedPage, BetweenQuery):
    """A partner on a date, its lines page by page, and what changed between two moments."""


@page(
    "/partners/<code:code>",
    title=_("Engagements d'un partenaire"),
    template="partner.html",
    roles=EVERYONE,
    query=PartnerPage,
)
def partner(visit: Visit, code: str) -> Shown:
    """What one partner commits and pays."""
    told, lines = visit.ask(api.commitments, code=code), visit.ask(api.lines, code=code)
    years = [(each["year"], [each[f"{kind}_cents"] for kind in KINDS]) for each in told["by_year"]]
    return Shown(
        told,
        tables={
            "lines": lambda: Table(partner_tables.lines(), map(in_words, visit.every(api.lines, code=code))),
            "years": lambda: Table(partner_tables.by("year"), told["by_year"]),
            "themes": lambda: Table(partner_tables.by("theme"), map(in_words, told["by_theme"])),
            "programmes": lambda: Table(partner_tables.by("programme"), told["by_programme"]),
            "changes": lambda: moves.table(visit, code, told),
        },
        more=lambda: {
            "lines": lines,
            "chart": bars_by_year(years, KINDS),
            "themes": stacks([(each, of_money(each)) for each in told["by_theme"]]),
            "changed": moves.since(visit, code, told),
            "moves": moves,
            "said_of": lambda moment: moves.named(visit, moment),
        },
    )
