"""The page of the territory: a map of the communes, the three fundamentals of the mission, the four themes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from api.http.fields import Choice
from api.pages import formats, maps, territory_tables
from api.pages.charts import bars_by_year
from api.pages.language import counted, spoken
from api.pages.routes import page
from api.pages.stacks import stacks
from api.pages.visit import Document, Shown, Visit
from api.v1 import territory as api
from api.v1.dated import Dated
from api.v1.schemas import says
from domain.reference.contours import ATTRIBUTION

KINDS = ("committed", "paid")
OUTPUTS = ("demolished", "built", "rehabilitated", "residentialised", "facilities")


@dataclass(frozen=True)
class Measure:
    """What a map can show. field: of a commune in the document. short: as it stands on the map."""

    field: str
    words: LazyString
    short: Callable[[int, str], str]


def each_euro(cents: int, locale: str) -> str:
    """Whole euros: an amount for each inhabitant is small."""
    return formats.euros(round(cents / 100) * 100, locale)


MEASURES: Final = {
    "committed": Measure("committed_cents", _("Montant engagé"), formats.short_euros),
    "operations": Measure("operations", _("Nombre d'opérations"), formats.number),
    "per_inhabitant": Measure("committed_per_inhabitant_cents", _("Montant engagé par habitant"), each_euro),
}


class TerritoryPage(Dated):
    """The territory on a date, and what its map shows."""

    measure = Choice(tuple(MEASURES), load_default="committed", metadata=says("What the map shows."))


@page(
    "/territory",
    title=_("Le territoire"),
    template="territory.html",
    roles=api.WHOEVER_READS_ALL,
    query=TerritoryPage,
)
def territory(visit: Visit) -> Shown:
    """The territory as it stands."""
    told = visit.ask(api.territory)
    found = told["fundamentals"]
    years = [(each["year"], [each[f"{kind}_cents"] for kind in KINDS]) for each in found["effort"]["years"]]
    return Shown(
        told,
        tables=territory_tables.tables(told),
        more={
            "map": drawn(told, MEASURES[visit.sent.get("measure", "committed")]),
            "attribution": ATTRIBUTION,
            "gaps": {each["insee"]: each["gap"] for each in found["balance"]["communes"]},
            "shares": stacks([(each, beside(each)) for each in found["balance"]["themes"] if each["gap"] is not None]),
            "outputs": OUTPUTS,
            "produced": [each for each in told["themes"] if states_outputs(each)],
            "effort": bars_by_year(years, KINDS),
        },
    )


def states_outputs(theme: Mapping[str, Any]) -> bool:
    """Whether anything is known of what its operations produce."""
    return any(theme[when][kind] is not None for when in ("planned_outputs", "outputs") for kind in OUTPUTS)


def beside(theme: Mapping[str, Any]) -> list[list[tuple[str, float]]]:
    """Part of the money above part of the people."""
    return [[("committed", theme["share_of_committed"])], [("population", theme["share_of_population"])]]


@dataclass(frozen=True)
class Spot:
    """A commune on the map. rank: its class, 0 where it has nothing. lines: what is written, each with its place.

    words: all its figures, for whoever cannot see them.
    """

    outline: maps.Outline
    commune: Document
    rank: int
    lines: list[tuple[float, str]]
    figure: str
    words: str


@dataclass(frozen=True)
class Map:
    """The communes on the paper, and what the classes stand for."""

    sheet: maps.Sheet
    measure: Measure
    spots: list[Spot]
    classes: list[tuple[str, str]]


LINE: Final = 13
"""From one line of words to the next."""


def drawn(told: Document, measure: Measure) -> Map:
    """The communes by a measure."""
    sheet, language = maps.sheet(), spoken()
    communes = {each["insee"]: each for each in told["communes"]}
    values = {insee: each[measure.field] or 0 for insee, each in communes.items() if not each["outside"]}
    among = maps.classes(values.values())
    words = gettext("%(name)s, %(operations)s, %(amount)s engagés, %(each)s par habitant")
    there = [outline for outline in sheet.outlines if outline.insee in values]
    return Map(
        sheet,
        measure,
        [spot(each, communes[each.insee], measure, maps.class_of(values[each.insee], among), words) for each in there],
        [(measure.short(each.low, language), measure.short(each.high, language)) for each in among],
    )


def spot(outline: maps.Outline, commune: Document, measure: Measure, rank: int, words: str) -> Spot:
    """A commune with its words: its name where there is room for it, and its figure where it has one."""
    figure = measure.short(commune[measure.field] or 0, spoken())
    written = [*maps.names(commune["name"], outline.room), *([figure] if rank else [])]
    top = outline.y - LINE * (len(written) - 1) / 2 + 4
    lines = [(round(top + LINE * place, 1), each) for place, each in enumerate(written)]
    return Spot(outline, commune, rank, lines, figure, words % told(commune))


def told(commune: Document) -> dict[str, str]:
    """All the figures of a commune, as people read them."""
    language = spoken()
    return {
        "name": commune["name"],
        "operations": counted(commune["operations"]),
        "amount": formats.euros(commune["committed_cents"], language),
        "each": formats.euros(commune["committed_per_inhabitant_cents"] or 0, language),
    }
