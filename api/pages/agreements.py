"""The pages of agreements: the list, and one with its operations, what partners set aside in it, its amendments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from api.exports.table import Column, Table
from api.http.access import READERS
from api.http.paging import Paged
from api.pages.labels import word
from api.pages.routes import page
from api.pages.stacks import of_money, stacks
from api.pages.visit import Document, Shown, Visit
from api.v1 import agreements as api


@page("/agreements", title=_("Conventions"), template="agreements.html", roles=READERS, query=Paged)
def agreements(visit: Visit) -> Shown:
    """Agreements, by reference."""
    return Shown(
        visit.ask(api.agreements),
        tables={"agreements": lambda: Table(listed(), map(flat, visit.every(api.agreements)))},
    )


def listed() -> list[Column]:
    """What is told of an agreement in the list."""
    return [
        Column("reference", gettext("Référence")),
        Column("title", gettext("Titre")),
        Column("kind_label", gettext("Type")),
        Column("signed_on", gettext("Signée le"), "date"),
        Column("leader", gettext("Chef de file")),
        Column("signatories", gettext("Signataires")),
        Column("programme", gettext("Programme")),
        Column("theme_label", gettext("Thème")),
        Column("communes", gettext("Communes")),
        Column("operations", gettext("Opérations"), "number"),
        Column("cost_cents", gettext("Coût"), "cents"),
        Column("allocated_cents", gettext("Affecté"), "cents"),
    ]


def flat(row: Document) -> Document:
    """An agreement in one row."""
    return {
        **row,
        **row["funding"],
        "kind_label": word(row["kind"]),
        "theme_label": word(row["theme"]) if row["theme"] else None,
        "signatories": ", ".join(row["signatories"]),
        "communes": ", ".join(each["name"] or each["insee"] for each in row["communes"]),
        "operations": len(row["operations"]),
    }


@page("/agreements/<reference:reference>", title=_("Convention"), template="agreement.html", roles=READERS, query=Paged)
def agreement(visit: Visit, reference: str) -> Shown:
    """One agreement; its operations page by page."""
    told = visit.ask(api.agreement, reference=reference)
    return Shown(
        told,
        tables={
            "partners": lambda: Table(by_partner(), told["by_partner"]),
            "operations": lambda: Table(operations(), rows(visit.every(api.contained, reference=reference))),
            "allocations": lambda: Table(allocations(), told["allocations"]),
            "amendments": lambda: Table(amendments(), map(signed, told["amendments"])),
        },
        more={
            "contained": visit.ask(api.contained, reference=reference),
            "rows": stacks([(each, of_money(each, "left_cents")) for each in told["by_partner"]]),
        },
    )


def by_partner() -> list[Column]:
    """What each partner sets aside, and what is used of it."""
    return [
        Column("partner", gettext("Partenaire")),
        Column("allocated_cents", gettext("Affecté"), "cents"),
        Column("committed_cents", gettext("Engagé"), "cents"),
        Column("paid_cents", gettext("Payé"), "cents"),
        Column("left_cents", gettext("Reste à engager"), "cents"),
        Column("loans_cents", gettext("Prêts (à part)"), "cents"),
    ]


def operations() -> list[Column]:
    """What is told of an operation of the agreement."""
    return [
        Column("reference", gettext("Référence")),
        Column("title", gettext("Titre")),
        Column("phase", gettext("Code phase")),
        Column("phase_label", gettext("Phase")),
        Column("late", gettext("En retard")),
        Column("owner", gettext("Maître d'ouvrage")),
        Column("cost_cents", gettext("Coût"), "cents"),
        Column("allocated_cents", gettext("Affecté"), "cents"),
        Column("committed_cents", gettext("Engagé"), "cents"),
        Column("paid_cents", gettext("Payé"), "cents"),
    ]


def rows(items: Iterable[Document]) -> Iterator[Document]:
    """Operations, each in one row."""
    return ({**each, **each["funding"], "phase_label": word(each["phase"])} for each in items)


def allocations() -> list[Column]:
    """What is told of a line of the agreement."""
    return [
        Column("line", gettext("Ligne")),
        Column("partner", gettext("Partenaire")),
        Column("instrument", gettext("Code nature")),
        Column("scheme", gettext("Dispositif")),
        Column("decision_ref", gettext("Décision")),
        Column("allocated_cents", gettext("Affecté"), "cents"),
    ]


def amendments() -> list[Column]:
    """What is told of an amendment."""
    return [
        Column("number", gettext("Numéro"), "number"),
        Column("title", gettext("Titre")),
        Column("signed_on", gettext("Signé le"), "date"),
        Column("operations", gettext("Opérations")),
    ]


def signed(row: Document) -> Document:
    """An amendment in one row."""
    return row | {"operations": ", ".join(row["operations"])}
