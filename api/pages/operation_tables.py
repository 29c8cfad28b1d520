"""The tables of an operation's page, as files: lines, partners, calendar, entries, what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask_babel import gettext

from api.exports.table import Column, Table
from api.pages.dossier import Dossier
from api.pages.history import late_days
from api.pages.labels import word
from api.pages.nav import partner_name
from api.pages.partner_tables import figure_columns

Document = Mapping[str, Any]


def tables(dossier: Dossier) -> dict[str, Callable[[], Table]]:
    """The tables by name, each made when it is asked for."""
    told = dossier.told
    return {
        "lines": lambda: Table(line_columns(), map(in_words, told["lines"])),
        "partners": lambda: Table(
            [*partner_columns(), *figure_columns()], (*map(in_words, told["by_partner"]), total(told["funding"]))
        ),
        "steps": lambda: Table(step_columns(), map(asdict, dossier.steps)),
        "entries": lambda: Table(entry_columns(), map(entry, dossier.entries)),
        "changes": lambda: Table(change_columns(), (each._asdict() for each in dossier.said)),
    }


def partner_columns() -> list[Column]:
    return [Column("partner", gettext("Code partenaire")), Column("partner_name", gettext("Partenaire"))]


def line_columns() -> list[Column]:
    """What is told of a line of money."""
    return [
        Column("line", gettext("Ligne")),
        *partner_columns(),
        Column("instrument", gettext("Code nature")),
        Column("instrument_label", gettext("Nature")),
        Column("scheme", gettext("Dispositif")),
        Column("decision_ref", gettext("Décision")),
        *figure_columns()[:3],
    ]


def step_columns() -> list[Column]:
    """What is told of a step of the calendar."""
    return [
        Column("code", gettext("Code")),
        Column("label", gettext("Étape")),
        Column("initial", gettext("Premier calendrier"), "date"),
        Column("current", gettext("Calendrier actuel"), "date"),
        Column("actual", gettext("Réalisé"), "date"),
        Column("slip_days", gettext("Écart (jours)"), "number"),
    ]


def entry_columns() -> list[Column]:
    """What is told of an entry of the timeline."""
    return [
        Column("version", gettext("Écriture n°"), "number"),
        Column("on", gettext("Date"), "date"),
        Column("kind", gettext("Code type")),
        Column("label", gettext("Type")),
        Column("detail", gettext("Détail")),
        *partner_columns(),
        Column("amount_cents", gettext("Montant"), "cents"),
        Column("reason", gettext("Motif")),
        Column("recorded_at", gettext("Enregistrée le")),
        Column("late_days", gettext("Saisie tardive (jours)"), "number"),
        Column("organisation", gettext("Organisation")),
        Column("recorded_by", gettext("Enregistrée par")),
        Column("source", gettext("Source")),
        Column("documents", gettext("Pièces")),
        Column("corrects", gettext("Corrige l'écriture n°"), "number"),
        Column("voided_by", gettext("Remplacée par l'écriture n°"), "number"),
    ]


def change_columns() -> list[Column]:
    """What is told of a change."""
    return [
        Column("what", gettext("Ce qui change")),
        Column("before", gettext("Avant")),
        Column("after", gettext("Après")),
    ]


def in_words(row: Document) -> dict[str, Any]:
    """A row with the words for its codes beside them."""
    named = {"partner_name": partner_name(row["partner"])}
    return {**row, **named, **({"instrument_label": word(row["instrument"])} if "instrument" in row else {})}


def total(funding: Document) -> dict[str, Any]:
    """All partners together."""
    return {**funding, "partner_name": gettext("Total")}


def entry(told: Document) -> dict[str, Any]:
    """A row for an entry."""
    return {
        **told,
        "partner_name": told["partner"] and partner_name(told["partner"]),
        "recorded_at": told["recorded_at"].isoformat().replace("+00:00", "Z"),
        "late_days": late_days(told),
        "documents": " ; ".join(evidence(each) for each in told["documents"]),
    }


def evidence(document: Document) -> str:
    """A piece of evidence in a cell."""
    return " ".join(str(each) for each in (document["title"], document["ref"]) if each)
