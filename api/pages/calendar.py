"""The calendar: operations commune by commune, what was promised first against what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from api.exports.table import Column, Table
from api.http.access import EVERYONE
from api.http.fields import Whole
from api.pages.calendar_bars import Item, Row, gantt
from api.pages.formats import partial as day
from api.pages.formats import slip
from api.pages.labels import label, word
from api.pages.language import colon, spoken
from api.pages.routes import page
from api.pages.visit import Document, Shown, Visit
from api.v1 import operations as api
from api.v1 import partners
from api.v1.operations import PortfolioQuery
from domain.dates import PartialDate
from domain.programmes import programmes
from domain.territory import communes
from domain.vocabulary import PHASES, THEMES
from projections.words import folded

MOST: Final = 80
"""Rows that an eye can follow."""


class CalendarQuery(PortfolioQuery):
    """The filters of the portfolio; its order is always by commune."""

    class Meta:
        exclude = ("order",)

    limit = Whole(1, MOST, load_default=MOST)


def offers(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """What the filters let choose from."""
    known = [(each["code"], each["name"]) for each in visit.choices(partners.partners)]
    named, answers = by_name(known), [("true", gettext("Oui")), ("false", gettext("Non"))]
    return {
        "commune": places(),
        "programme": [(each.code, each.code) for each in programmes()],
        "theme": [(each, word(each)) for each in THEMES],
        "phase": [(each, word(each)) for each in PHASES],
        "partner": named,
        "owner": named,
        "answers": answers,
    }


@cache
def places() -> list[tuple[str, str]]:
    """The communes of the reference list."""
    return by_name((each.insee, each.name) for each in communes())


def by_name(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Codes with names, as people look for them."""
    return sorted(pairs, key=lambda each: folded(each[1]))


@page(
    "/operations",
    title=_("Calendrier des opérations"),
    template="calendar.html",
    roles=EVERYONE,
    query=CalendarQuery,
    offers=offers,
)
def calendar(visit: Visit) -> Shown:
    """The operations that were sought, along time."""
    asked = visit.like(order="commune", limit=visit.sent.get("limit", str(MOST)))
    found = asked.ask(api.portfolio)
    # A later page tells what all pages add up to, too.
    totals = found["totals"] or asked.like(cursor=None, limit="1").ask(api.portfolio)["totals"]
    chart = gantt(((group(each), each) for each in found["items"]), PartialDate.parse(found["day"]).latest)
    return Shown(
        found,
        tables={"operations": lambda: Table(columns(), map(in_words, asked.every(api.portfolio)))},
        more={
            "totals": totals,
            "chart": chart,
            "in_words": partial(said, names=steps()),
            "opened": {each["reference"] for each in found["items"] if opens(visit, each)},
        },
    )


def group(item: Item) -> str:
    """Under which name an operation stands in the chart."""
    if len(item["communes"]) == 1:
        return str(item["communes"][0]["name"] or item["communes"][0]["insee"])
    return str(gettext("Plusieurs communes") if item["communes"] else gettext("Tout le territoire"))


def opens(visit: Visit, item: Item) -> bool:
    """Whether the reader may open an operation: the API tells the money of those that it may."""
    return visit.reader.role != "admin" and item["funding"]["committed_cents"] is not None


def steps() -> dict[str, dict[str, str]]:
    """What the dates of a calendar are called: once for a page, since each asks for the reader's language."""
    return {step: {which: f"{label(f'{step}_{which}')}{colon()}" for which in WHICH} for step in STEPS} | {
        "slip": {"running": gettext("à ce jour"), "nothing": gettext("Aucune date n'est connue")}
    }


def said(row: Row, names: Mapping[str, Mapping[str, str]]) -> str:
    """What a bar shows, for whoever does not see it."""
    schedule = row.item["schedule"]
    told = [each for step in STEPS for each in promises(schedule[step], names[step])]
    if row.slip_days:
        told.append(f"{slip(row.slip_days, spoken())}{' ' + names['slip']['running'] if row.running else ''}")
    return " ; ".join(told) or names["slip"]["nothing"]


def promises(dates: Document, names: Mapping[str, str]) -> Iterator[str]:
    """One step of a calendar in words; a promise that was kept, or never changed, is told once."""
    whole = not dates["actual"] and dates["current"] != dates["initial"]
    for which, name in names.items():
        if dates[which] and (whole or which != "current"):
            yield name + day(dates[which], spoken())


def columns() -> list[Column]:
    """What is told of an operation in a file."""
    amounts = ("cost", "allocated", "committed", "paid", "to_commit", "to_pay", "loans")
    plain = [Column(name, label(name)) for name in ("reference", "title", "commune", "site")]
    coded = [Column(name, label(name)) for name in ("phase_label", "theme_label", "programme", "owner", "agreement")]
    dated = [Column(f"{step}_{which}", label(f"{step}_{which}"), "date") for step in STEPS for which in WHICH]
    counted = [Column(name, label(name), "number") for name in (*SLIPS, "days_late", "days_late_initially")]
    return [
        *plain,
        *coded,
        Column("planned_on", label("planned_on"), "date"),
        *dated,
        *counted,
        *(Column(f"{name}_cents", label(f"{name}_cents"), "cents") for name in amounts),
    ]


STEPS: Final = ("start", "delivery")
WHICH: Final = ("initial", "current", "actual")
SLIPS: Final = tuple(f"{step}_slip_days" for step in STEPS)


def in_words(item: Document) -> dict[str, Any]:
    """An operation as a line of a file."""
    return {
        **item,
        **item["funding"],
        **{f"{step}_{name}": each for step in STEPS for name, each in item["schedule"][step].items()},
        "commune": ", ".join(each["name"] or each["insee"] for each in item["communes"]),
        "phase_label": word(item["phase"]),
        "theme_label": word(item["theme"]),
    }
