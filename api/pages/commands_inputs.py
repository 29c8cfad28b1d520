"""What the form of a command asks: its inputs in order, made from the command's schema, with what the record offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from flask_babel import gettext
from marshmallow import Schema, fields

from api.http.fields import Flag
from api.pages.formats import euros, partial
from api.pages.forms import Inputs
from api.pages.labels import word
from api.pages.language import spoken
from api.pages.nav import partner_name
from api.pages.visit import Document, Visit
from api.v1 import agreements, partners
from domain.programmes import programmes
from domain.territory import communes
from domain.vocabulary import THEMES

Option = tuple[str, str]
FIRST: Final = ("title", "label", "reference", "code", "on")
LAST: Final = ("reason", "documents")
"""What is asked before and after what a command is about."""

SPARE_ROWS: Final = {"schedule": 4, "shares": 3, "documents": 1}
"""Blank rows of a list, for what is to be added."""


@dataclass(frozen=True)
class Input:
    """An input, or several that belong together.

    name: dotted, as the body has it. kind: `one`; `group`, of its parts; `rows`, of parts row by row; `several` of the
    options. default: what the record has. needed: None: as the schema says. marked: what may be left out says so.
    """

    name: str
    kind: str = "one"
    words: str | None = None
    hint: str | None = None
    default: Any = None
    options: list[Option] | None = None
    needed: bool | None = None
    marked: bool = True
    parts: list[Input] = field(default_factory=list)
    rows: int = 0


@dataclass
class Lists:
    """What a form lets choose from, read when it is asked for."""

    visit: Visit

    @cached_property
    def partners(self) -> list[Option]:
        return by_words((each["code"], each["name"]) for each in self.visit.choices(partners.partners))

    @cached_property
    def agreements(self) -> list[Option]:
        return [(each["reference"], each["title"]) for each in self.visit.choices(agreements.agreements)]

    @property
    def programmes(self) -> list[Option]:
        return [(each.code, f"{each.code} : {each.name}") for each in programmes()]

    @property
    def communes(self) -> list[Option]:
        """The members of today."""
        return by_words((each.insee, each.name) for each in communes() if each.is_member(self.visit.today))

    @property
    def themes(self) -> list[Option]:
        return [(code, word(code)) for code in THEMES]

    def of(self, name: str) -> list[Option] | None:
        """The options of a field by its name; None: those of its schema, or none."""
        made: dict[str, Callable[[], list[Option]]] = {
            "partner": lambda: self.partners,
            "owner": lambda: self.partners,
            "agreement": lambda: self.agreements,
            "programme": lambda: self.programmes,
            "communes": lambda: self.communes,
            "other_themes": lambda: self.themes,
        }
        return made[name]() if name in made else None


def by_words(options: Iterable[Option]) -> list[Option]:
    return sorted(options, key=lambda each: each[1].casefold())


@dataclass(frozen=True)
class Said:
    """What is known besides the schema: options, what the record has, hints, and what has to be said, by field."""

    options: Mapping[str, list[Option]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()


def inputs(form: Inputs, lists: Lists, said: Said, *, without: Iterable[str] = ()) -> list[Input]:
    """All that the form of a command asks: names and the day, what it is about, then the reason and the evidence."""
    names = [name for name in in_order(form.schema.fields) if name not in without]
    return [made(form, form.schema, name, lists, said) for name in names]


def in_order(names: Iterable[str]) -> list[str]:
    """As people fill a form in; otherwise as the schema has them."""
    known = list(names)
    between = [name for name in known if name not in (*FIRST, *LAST)]
    first, last = ([name for name in several if name in known] for several in (FIRST, LAST))
    return [*first, *between, *last]


def made(form: Inputs, schema: Schema, name: str, lists: Lists, said: Said, before: str = "") -> Input:
    """The input of one field. before: the dotted name of what holds it."""
    each, path = schema.fields[name], f"{before}{name}"
    default, hint = said.defaults.get(name), said.hints.get(name)
    common: dict[str, Any] = {"words": said.words.get(name), "hint": hint, "default": default}
    options = said.options.get(name) or lists.of(name)
    if isinstance(each, fields.List) and isinstance(each.inner, fields.Nested):
        filled = max(len(default or ()), form.rows(path))
        inner = Said(options=said.options)
        parts = [made(form, each.inner.schema, part, lists, inner) for part in each.inner.schema.fields]
        return Input(path, "rows", **common, parts=parts, rows=filled + SPARE_ROWS[name])
    if isinstance(each, fields.Nested):
        inner = Said(defaults=default or {}, hints=within(said.hints, name))
        parts = [made(form, each.schema, part, lists, inner, f"{path}.") for part in each.schema.fields]
        return Input(path, "group", words=common["words"], hint=hint, parts=parts)
    if isinstance(each, fields.List):
        return Input(path, "several", **common, options=options)
    if isinstance(each, Flag):
        options = [("true", gettext("Oui")), ("false", gettext("Non"))]
    return Input(path, **common, options=options, needed=True if name in said.needed else None)


def within(hints: Mapping[str, str], name: str) -> dict[str, str]:
    """The hints of the parts of a field."""
    return {each.partition(".")[2]: hint for each, hint in hints.items() if each.startswith(f"{name}.")}


# What the record has


def line_words(line: Mapping[str, Any]) -> str:
    """A line of money, as one chooses among them."""
    names = [line["line"], partner_name(line["partner"]), word(line["instrument"])]
    amounts = {
        "allocated_cents": gettext("affectés"),
        "committed_cents": gettext("engagés"),
        "paid_cents": gettext("payés"),
    }
    said = [f"{euros(line[name], spoken())} {words}" for name, words in amounts.items() if line[name]]
    return " · ".join([*names, line["scheme"] or "", ", ".join(said)]).replace(" ·  · ", " · ").strip(" ·")


def step_words(step: Mapping[str, Any]) -> str:
    """A milestone, as one chooses among them."""
    due = step["due_on"]
    return f"{step['label']} ({partial(due, spoken())})" if due else str(step["label"])


def today(value: Any) -> str:
    """What stands today, beside an input that would change it."""
    return str(gettext("Aujourd'hui : %(value)s. Vide : inchangé.", value=partial(value, spoken())))


def defaults(name: str, told: Document, choice: str | None) -> dict[str, Any]:
    """What the record has already of what a command would change, by field."""
    line = next((each for each in told["lines"] if each["line"] == choice), None)
    plan = told["financing_plan"]
    cost = told["funding"]["cost_cents"]
    known: dict[str, dict[str, Any]] = {
        "revise_cost": {"cost_cents": cost, "cost_basis": told["cost_basis"]},
        "close": {"final_cost_cents": cost},
        "revise_commitment": {"amount_cents": line and line["committed_cents"]},
        "revise_schedule": {"schedule": line and line["schedule"]},
        "report_rehousing": told["rehousing"] or {},
        "set_financing_plan": plan or {"total_cents": cost},
    }
    return {field: value for field, value in known.get(name, {}).items() if field != "on"}


def hints(name: str, told: Document) -> dict[str, str]:
    """What helps to fill a form in, by field."""
    schedule, planned = told["schedule"], told["planned_outputs"] or {}
    known: dict[str, dict[str, str]] = {
        "reschedule": {
            "starts_on": today(schedule["start"]["current"]),
            "delivers_on": today(schedule["delivery"]["current"]),
        },
        "deliver": {
            f"outputs.{each}": gettext("prévu : %(count)s", count=count)
            for each, count in planned.items()
            if count is not None
        },
        "milestone": {
            "code": gettext("Un nom court et sans accent, pour les adresses : « permis », « cao-2 »."),
            "on": gettext("S'il est déjà atteint ; vide s'il est à venir."),
            "due_on": gettext("S'il est à venir, ou s'il avait été promis."),
        },
        "assess_priority_area": {"code": gettext("Vide : hors de tout quartier prioritaire.")},
        "attach": {"agreement": gettext("Vide : inchangée.")},
        "assist": {
            "days": gettext("Par demi-journées, par exemple 2.5 ; pour une assistance opérationnelle."),
            "amount_cents": gettext("En euros ; pour une assistance financière."),
        },
    }
    return known.get(name, {})
