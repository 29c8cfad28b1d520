"""The timeline of an operation as a page tells it: in either order, with what each entry changed, late ones marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext

from api.pages import changed
from api.pages.changed import Said
from api.pages.steps import known
from domain.dates import paris_day
from projections.trail import LATE

Document = dict[str, Any]

ORDERS: Final = ("newest", "oldest")
USUAL: Final = 40
"""Entries that are shown unless all are asked for."""


@dataclass(frozen=True)
class Told:
    """An entry, and what the page says of it besides.

    changes: facts that it changed, before and after. after: how long after the fact it was recorded, if that was late.
    came: how it came into the record.
    """

    entry: Document
    changes: Sequence[Said]
    after: str | None
    came: str


@dataclass(frozen=True)
class History:
    """What is shown of a timeline. hidden: how many entries are not. versions: those that are."""

    entries: Sequence[Told]
    hidden: int

    @property
    def versions(self) -> set[int]:
        return {each.entry["version"] for each in self.entries}


def history(
    entries: Sequence[Document],
    changes: Mapping[int, Sequence[Document]],
    names: changed.Names,
    query: Mapping[str, str],
) -> History:
    """The entries of a timeline. changes: by version. names: of lines and milestones. query: `order`, `entries`."""
    ordered = list(entries) if query.get("order") == "oldest" else list(reversed(entries))
    shown = ordered if query.get("entries") == "all" else ordered[:USUAL]
    return History([told(each, changes.get(each["version"], ()), names) for each in shown], len(ordered) - len(shown))


def told(entry: Document, changes: Iterable[Document], names: changed.Names) -> Told:
    """An entry in words. What its own words say before and after is not said twice."""
    turned = changed.turned(changes, names)
    others = [each for each in turned if f"{each.before} → {each.after}" not in (entry["detail"] or "")]
    return Told(entry, others, after(entry), came(entry["source"]))


def late_days(entry: Mapping[str, Any]) -> int | None:
    """Days from when it certainly had happened to its recording, where they are more than the trail lets pass."""
    days = (paris_day(entry["recorded_at"]) - known(entry["on"]).latest).days if entry["on"] else 0
    return days if days > LATE else None


def after(entry: Document) -> str | None:
    """How late it was recorded, in words: `3 mois`, `18 ans`."""
    days = late_days(entry)
    if days is None:
        return None
    if days < DAYS_OF_A_YEAR * 2:
        return str(gettext("%(months)s mois", months=round(days / DAYS_OF_A_YEAR * 12)))
    return str(gettext("%(years)s ans", years=int(days / DAYS_OF_A_YEAR)))


DAYS_OF_A_YEAR: Final = 365.25


def came(source: str) -> str:
    """How an entry came into the record, as people say it."""
    way, _, where = source.partition(":")
    if way == "import":
        file, _, line = where.partition("/")
        return str(gettext("reprise d'un fichier (%(file)s…), ligne %(line)s", file=file[:8], line=line))
    words = {"api": gettext("par un logiciel"), "page": gettext("sur une page"), "cli": gettext("en ligne de commande")}
    return str(words.get(way, source))
