"""The columns of a partner's tables, as files have them."""

from __future__ import annotations

from typing import Literal

from flask_babel import gettext

from api.exports.table import Column
from api.pages.labels import word
from api.pages.moves import LEVELS
from api.pages.visit import Document


def figure_columns() -> list[Column]:
    """What is told of money, level by level."""
    return [Column(name, str(title), "cents") for name, title in LEVELS.items()]


def partners() -> list[Column]:
    """What is told of a partner in all."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Partenaire")),
        Column("kind", gettext("Code type")),
        Column("kind_label", gettext("Type")),
        Column("operations", gettext("Opérations"), "number"),
        *figure_columns(),
        Column("all_partners_cents", gettext("Engagé par tous, mêmes opérations"), "cents"),
        Column("own_cents", gettext("Engagé par lui, mêmes opérations"), "cents"),
        Column("ratio", gettext("Effet de levier"), "number"),
    ]


def flat(row: Document) -> Document:
    """A partner with its totals and leverage beside its names."""
    return {**row, "kind_label": word(row["kind"]), **row["totals"], **row["leverage"]}


def by(name: Literal["year", "theme", "programme"]) -> list[Column]:
    """Sums by year, theme or programme."""
    heads = {
        "year": [Column("year", gettext("Année"))],
        "theme": [Column("theme", gettext("Code thème")), Column("theme_label", gettext("Thème"))],
        "programme": [Column("programme", gettext("Programme"))],
    }
    return [*heads[name], *figure_columns()]


def lines() -> list[Column]:
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
