"""The dashboard: where a reader arrives, and sees what stands where, what is late, what comes next and what is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from api.exports.table import Column, Table
from api.http.access import EVERYONE
from api.pages.calendar import group
from api.pages.labels import label, word
from api.pages.routes import page
from api.pages.visit import Document, Shown, Visit
from api.v1 import dashboard as api
from api.v1.dated import Dated
from domain.dates import PartialDate

MONEY: Final = ("cost_cents", "allocated_cents", "committed_cents", "paid_cents", "to_commit_cents", "to_pay_cents")
STEPS: Final = ("start", "delivery")


@page("/", title=_("Tableau de bord"), template="home.html", roles=EVERYONE, query=Dated, data="/home")
def home(visit: Visit) -> Shown:
    """What somebody looks at first."""
    told = visit.ask(api.dashboard)
    day = PartialDate.parse(told["day"]).latest
    late = [each | {"behind": list(behind(each, day)), "commune": group(each)} for each in told["late"]]
    accounts = list(moneys(told, whole=visit.reader.reads_all))
    return Shown(
        told,
        tables={
            "phases": lambda: Table(phase_columns(), map(Phase.row, phases(told))),
            "late": lambda: Table(late_columns(), late),
            "next": lambda: Table(step_columns(), map(named, told["next"])),
            "changes": lambda: Table(money_columns(), (row for each in accounts for row in each.rows())),
            "latest": lambda: Table(entry_columns(), told["since"]["latest"] if told["since"] else []),
        },
        more={
            "phases": phases(told),
            "accounts": accounts,
            "late": late,
            "step_name": step_name,
            "mine": None if visit.reader.reads_all else "true",
        },
    )


@dataclass(frozen=True)
class Phase:
    """How many operations stand there, and stood there at the last statement. width: per cent of the longest bar."""

    code: str
    now: int
    then: int | None
    width: float

    def row(self) -> Document:
        """As a line of a file."""
        return {"phase": self.code, "phase_label": word(self.code), "operations": self.now, "then": self.then}


def phases(told: Document) -> list[Phase]:
    """The phases where operations stand or stood, in the order of an operation's life."""
    now = {each["phase"]: each["operations"] for each in told["totals"]["by_phase"]}
    since = told["since"]
    then = {each["phase"]: each["operations"] for each in since["totals"]["by_phase"]} if since else {}
    longest = max([1, *now.values()])
    return [
        Phase(code, count, then.get(code), round(100 * count / longest, 1))
        for code, count in now.items()
        if count or then.get(code)
    ]


@dataclass(frozen=True)
class Money:
    """Amounts now and at the last statement. partner: code of whose they are; None: all that the reader reads."""

    name: str
    partner: str | None
    now: Document
    then: Document | None

    @property
    def levels(self) -> list[str]:
        """The amounts that are told."""
        return [name for name in MONEY if name in self.now]

    def changed(self, name: str) -> int | None:
        """By how much an amount changed since the last statement; None: there is none."""
        return None if self.then is None else self.now[name] - self.then[name]

    def rows(self) -> Iterator[Document]:
        """As lines of a file."""
        for name in self.levels:
            amounts = {"now_cents": self.now[name], "then_cents": self.then and self.then[name]}
            changed = {"changed_cents": self.changed(name)}
            yield {"partner": self.partner, "name": self.name, "level": label(name), **amounts, **changed}


def moneys(told: Document, *, whole: bool) -> Iterator[Money]:
    """The amounts that a reader looks at first: of all operations, or of its own organisations."""
    since = told["since"]
    if whole:
        yield Money(gettext("Toutes les opérations"), None, told["totals"], since and since["totals"])
        return
    before = {each["partner"]["code"]: each["totals"] for each in since["own"]} if since else {}
    for each in told["own"]:
        code, name = each["partner"]["code"], each["partner"]["name"]
        yield Money(name, code, each["totals"], before.get(code))


def behind(item: Document, day: date) -> Iterator[tuple[str, Document]]:
    """The steps of an operation that lie behind a day and have not happened."""
    begun = item["phase"] == "started"
    for name in STEPS:
        dates = item["schedule"][name]
        waits = dates["current"] and not dates["actual"] and not (begun and name == "start")
        if waits and PartialDate.parse(dates["current"]).latest < day:
            yield name, dates


def step_name(step: Document) -> str:
    """What a step is called."""
    return str(step["label"] or {"start": gettext("Démarrage"), "delivery": gettext("Livraison")}[step["kind"]])


def named(step: Document) -> Document:
    """A step as a line of a file."""
    return step | {"label": step_name(step)}


def phase_columns() -> Sequence[Column]:
    """Of operations by phase."""
    return [
        Column("phase", gettext("Code phase")),
        Column("phase_label", label("phase")),
        Column("operations", gettext("Opérations"), "number"),
        Column("then", gettext("Au dernier arrêté"), "number"),
    ]


def late_columns() -> Sequence[Column]:
    """Of what is late."""
    plain = [Column(name, label(name)) for name in ("reference", "title", "commune")]
    return [*plain, *(Column(name, label(name), "number") for name in ("days_late", "days_late_initially"))]


def step_columns() -> Sequence[Column]:
    """Of what comes next."""
    plain = [Column(name, label(name)) for name in ("reference", "title", "kind", "code", "label")]
    return [*plain, Column("due_on", label("due_on"), "date")]


def money_columns() -> Sequence[Column]:
    """Of amounts, then and now."""
    return [
        Column("partner", label("partner")),
        Column("name", label("name")),
        Column("level", gettext("Montant")),
        Column("then_cents", gettext("Au dernier arrêté"), "cents"),
        Column("now_cents", gettext("À la date de la page"), "cents"),
        Column("changed_cents", gettext("Différence"), "cents"),
    ]


def entry_columns() -> Sequence[Column]:
    """Of what was recorded since."""
    names = ("position", "reference", "title", "version", "label", "detail", "organisation", "partner", "reason")
    dated = [Column(name, label(name), "date") for name in ("on", "recorded_at")]
    return [
        *(Column(name, label(name)) for name in names),
        *dated,
        Column("amount_cents", label("amount_cents"), "cents"),
    ]
