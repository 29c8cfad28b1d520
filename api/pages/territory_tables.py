"""The tables of the territory, as files have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from flask_babel import gettext

from api.exports.table import Column, Table
from api.pages.labels import word
from api.pages.visit import Document


def tables(told: Document) -> Mapping[str, Callable[[], Table]]:
    """All of them, by name."""
    found = told["fundamentals"]
    return {
        "communes": lambda: Table(communes(), told["communes"]),
        "themes": lambda: Table(themes(), worded(told["themes"], "theme")),
        "balance": lambda: Table(balance(), worded(found["balance"]["themes"], "theme")),
        "effort": lambda: Table(effort(), map(judged, found["effort"]["years"])),
        "kinds": lambda: Table(kinds(), worded(found["partnership"]["by_kind"], "kind")),
        "funded": lambda: Table(funded(), funders(found["partnership"]["items"])),
        "outside": lambda: Table(outside(), beyond(told["outside"])),
    }


def worded(rows: Iterable[Document], name: str) -> Iterator[Document]:
    """Rows with the word for a code beside it."""
    return (each | {f"{name}_label": word(each[name]) if each[name] else None} for each in rows)


def communes() -> list[Column]:
    return [
        Column("insee", gettext("Code INSEE")),
        Column("name", gettext("Commune")),
        Column("outside", gettext("Hors du territoire")),
        Column("operations", gettext("Opérations"), "number"),
        Column("committed_cents", gettext("Engagé"), "cents"),
        Column("paid_cents", gettext("Payé"), "cents"),
        Column("inhabitants", gettext("Habitants"), "number"),
        Column("committed_per_inhabitant_cents", gettext("Engagé par habitant"), "cents"),
        Column("share_of_committed", gettext("Part de l'engagé"), "number"),
        Column("share_of_population", gettext("Part de la population"), "number"),
    ]


def themes() -> list[Column]:
    return [
        *theme(),
        Column("operations", gettext("Opérations"), "number"),
        Column("allocated_cents", gettext("Affecté"), "cents"),
        Column("committed_cents", gettext("Engagé"), "cents"),
        Column("paid_cents", gettext("Payé"), "cents"),
        Column("loans_cents", gettext("Prêts (à part)"), "cents"),
        Column("inhabitants", gettext("Habitants"), "number"),
        Column("committed_per_inhabitant_cents", gettext("Engagé par habitant"), "cents"),
    ]


def theme() -> list[Column]:
    return [Column("theme", gettext("Code thème")), Column("theme_label", gettext("Thème"))]


def balance() -> list[Column]:
    return [
        *theme(),
        Column("share_of_committed", gettext("Part de l'engagé"), "number"),
        Column("share_of_population", gettext("Part de la population"), "number"),
        Column("gap", gettext("Écart"), "number"),
    ]


def effort() -> list[Column]:
    return [
        Column("year", gettext("Année")),
        Column("committed_cents", gettext("Engagé"), "cents"),
        Column("committed_mean_cents", gettext("Engagé, moyenne des trois années précédentes"), "cents"),
        Column("committed_under_half", gettext("Engagé, sous la moitié")),
        Column("paid_cents", gettext("Payé"), "cents"),
        Column("paid_mean_cents", gettext("Payé, moyenne des trois années précédentes"), "cents"),
        Column("paid_under_half", gettext("Payé, sous la moitié")),
        Column("loans_cents", gettext("Prêts (à part)"), "cents"),
    ]


def judged(year: Document) -> Document:
    """A year with what it is held against; what is not judged has no mean."""
    beside = {
        f"{level}_{name}": year[level][name] for level in ("committed", "paid") for name in ("mean_cents", "under_half")
    }
    return year | beside


def kinds() -> list[Column]:
    return [
        Column("kind", gettext("Code type")),
        Column("kind_label", gettext("Type")),
        Column("operations", gettext("Opérations"), "number"),
        Column("committed_cents", gettext("Engagé"), "cents"),
        Column("share_of_committed", gettext("Part de l'engagé"), "number"),
        Column("loans_cents", gettext("Prêts (à part)"), "cents"),
    ]


def funded() -> list[Column]:
    return [
        Column("reference", gettext("Référence")),
        Column("title", gettext("Titre")),
        Column("partner", gettext("Partenaire")),
        Column("committed_cents", gettext("Engagé"), "cents"),
        Column("share_of_committed", gettext("Part de l'engagé"), "number"),
    ]


def funders(items: Iterable[Document]) -> Iterator[Document]:
    """A row for each operation and each of its funders."""
    return (
        {"reference": each["reference"], "title": each["title"], **partner}
        for each in items
        for partner in each["partners"]
    )


def outside() -> list[Column]:
    return [
        Column("reference", gettext("Référence")),
        Column("title", gettext("Titre")),
        Column("phase", gettext("Code phase")),
        Column("phase_label", gettext("Phase")),
        Column("insee", gettext("Code INSEE")),
        Column("name", gettext("Commune")),
    ]


def beyond(items: Iterable[Document]) -> Iterator[Document]:
    """A row for each operation and each commune outside that it covers."""
    return (each | {"phase_label": word(each["phase"]), **commune} for each in items for commune in each["communes"])
