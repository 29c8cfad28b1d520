"""The page of a partner: what it sets aside, commits and pays, by year and by theme, and every line behind it."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from api.exports.table import Column, Table
from api.http.access import EVERYONE
from api.pages.charts import bars_by_year
from api.pages.labels import word
from api.pages.routes import page
from api.pages.visit import Document, Shown, Visit
from api.v1 import partners as api
from api.v1.dated import DatedPage

KINDS = ("committed", "paid")


@page(
    "/partners/<code:code>",
    title=_("Engagements d'un partenaire"),
    template="partner.html",
    roles=EVERYONE,
    query=DatedPage,
)
def partner(visit: Visit, code: str) -> Shown:
    """What one partner commits and pays."""
    told, lines = visit.ask(api.commitments, code=code), visit.ask(api.lines, code=code)
    years = [(each["year"], [each[f"{kind}_cents"] for kind in KINDS]) for each in told["by_year"]]
    return Shown(
        told,
        tables={
            "lines": lambda: Table(line_columns(), map(in_words, visit.every(api.lines, code=code))),
            "years": lambda: Table([Column("year", gettext("Année")), *figure_columns()], told["by_year"]),
            "themes": lambda: Table(
                [Column("theme", gettext("Thème")), *figure_columns()], map(in_words, told["by_theme"])
            ),
        },
        more={"lines": lines, "chart": bars_by_year(years, KINDS)},
    )


def figure_columns() -> list[Column]:
    """What is told of money, level by level."""
    words = {
        "allocated_cents": gettext("Affecté"),
        "committed_cents": gettext("Engagé"),
        "paid_cents": gettext("Payé"),
        "to_commit_cents": gettext("À engager"),
        "to_pay_cents": gettext("À payer"),
        "loans_cents": gettext("Prêts (à part)"),
    }
    return [Column(name, title, "cents") for name, title in words.items()]


def line_columns() -> list[Column]:
    """What is told of a line of money."""
    return [
        Column("reference", gettext("Référence")),
        Column("title", gettext("Titre")),
        Column("line", gettext("Ligne")),
        Column("on", gettext("Date"), "date"),
        Column("instrument", gettext("Code nature")),
        Column("instrument_label", gettext("Nature")),
        Column("scheme", gettext("Dispositif")),
        Column("decision_ref", gettext("Décision")),
        Column("theme", gettext("Code thème")),
        Column("theme_label", gettext("Thème")),
        Column("programme", gettext("Programme")),
        *figure_columns()[:-1],
    ]


def in_words(row: Document) -> Document:
    """A row with the words for its codes beside them."""
    return row | {f"{name}_label": word(row[name]) for name in ("theme", "instrument") if row.get(name)}
