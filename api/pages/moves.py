"""What changed in a partner's money between two moments: figures before and after, and the lines that entries moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from api.exports.table import Column, Table
from api.pages import formats
from api.pages.language import spoken
from api.pages.visit import Document, Visit
from api.v1 import changes as api

SHOWN: Final = 50
"""Entries on the page; the file has them all."""

LEVELS: Final[dict[str, LazyString]] = {
    "allocated_cents": _("Affecté"),
    "committed_cents": _("Engagé"),
    "paid_cents": _("Payé"),
    "to_commit_cents": _("À engager"),
    "to_pay_cents": _("À payer"),
    "loans_cents": _("Prêts (à part)"),
}


class Move(NamedTuple):
    """One figure before and after. line: None where it is of all lines together."""

    line: str | None
    level: str
    before: int
    after: int

    @property
    def words(self) -> str:
        """What the figure is."""
        return str(LEVELS[self.level])

    @property
    def more(self) -> str:
        """What lies between: `+ 2 000 000 €`."""
        return formats.gain(self.after - self.before, spoken())


def of_totals(changes: Iterable[Mapping[str, Any]]) -> list[Move]:
    """The figures in all that changed."""
    found = ((each["field"].split("."), each) for each in changes)
    return [move(None, place[1], each) for place, each in found if place[0] == "totals" and place[1] in LEVELS]


def of_lines(changes: Iterable[Mapping[str, Any]]) -> list[Move]:
    """The figures of lines that an entry moved; a line that it opens had nothing before."""
    found = ((each["field"].split("."), each) for each in changes)
    moved = [move(place[1], place[2], each) for place, each in found if place[0] == "lines" and len(place) == 3]
    return [each for each in moved if each.before != each.after]


def move(line: str | None, level: str, change: Mapping[str, Any]) -> Move:
    return Move(line, level, change["before"] or 0, change["after"] or 0)


def looked_at(visit: Visit) -> str | None:
    """The statement or the day whose knowledge the page speaks of; None: the present one."""
    day = visit.sent.get("as_known_on")
    return visit.sent.get("statement") or (day if day != visit.today.isoformat() else None)


def asked(visit: Visit, position: int) -> dict[str, str | None] | None:
    """The two moments that are compared: those that are asked for, else the last statement and the page's own.

    position: up to which the page speaks. None: nothing is stated yet.
    """
    since, until = visit.sent.get("since"), visit.sent.get("until")
    if since is None and until is None:
        last = visit.last_statement(position)
        if last is None:
            return None
        since = last["code"]
    return {"since": since, "until": until or looked_at(visit), "cursor": None, "limit": str(SHOWN)}


def since(visit: Visit, code: str, told: Document) -> Document | None:
    """What changed in the money of a partner, the oldest entries first. told: its commitments."""
    both = asked(visit, told["position"] if looked_at(visit) else visit.position)
    return None if both is None else visit.ask_with(api.partner_changes, both, code=code)


def every(visit: Visit, code: str, told: Document) -> Iterator[Document]:
    """All the entries that moved the money of a partner between the two moments, line by line."""
    both = asked(visit, told["position"] if looked_at(visit) else visit.position)
    while both is not None:
        page = visit.ask_with(api.partner_changes, both, code=code)
        for entry in page["items"]:
            for each in of_lines(entry["changes"]):
                yield entry | {
                    "line": each.line,
                    "level": each.level.removesuffix("_cents"),
                    "level_label": each.words,
                    "before_cents": each.before,
                    "after_cents": each.after,
                }
        both = both | {"cursor": page["next"]} if page["next"] else None


def named(visit: Visit, moment: str | None) -> str | None:
    """A day, or what people call a statement; None: the beginning, or the present."""
    return None if moment is None else dict(visit.statements).get(moment) or formats.partial(moment, spoken())


def table(visit: Visit, code: str, told: Document) -> Table:
    """The same as a file."""
    return Table(
        [
            Column("position", gettext("Écriture n°"), "number"),
            Column("recorded_at", gettext("Enregistrée le")),
            Column("organisation", gettext("Par")),
            Column("label", gettext("Écriture")),
            Column("on", gettext("Date"), "date"),
            Column("reference", gettext("Référence")),
            Column("title", gettext("Titre")),
            Column("line", gettext("Ligne")),
            Column("level", gettext("Code niveau")),
            Column("level_label", gettext("Niveau")),
            Column("before_cents", gettext("Avant"), "cents"),
            Column("after_cents", gettext("Après"), "cents"),
            Column("reason", gettext("Motif")),
        ],
        every(visit, code, told),
    )
