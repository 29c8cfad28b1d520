"""The page of an entry of an operation: all that it says, what became of it, and the forms that put it right.

The form of a correction shows the entry as it stands; what differs when it is sent is the correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields

from api.exports.table import Column, Table
from api.http.access import AUDITORS, READERS
from api.http.problems import Absent
from api.pages import changed, typed
from api.pages.commands_differing import differing, stated
from api.pages.commands_inputs import Input, Lists, Said, in_order, inputs, made
from api.pages.commands_panel import places
from api.pages.forms import Inputs
from api.pages.labels import label, word
from api.pages.nav import partner_name
from api.pages.operations import operation
from api.pages.routes import form, page
from api.pages.visit import Document, Shown, Visit
from api.services import services
from api.v1 import changes as api
from api.v1 import corrections, timeline
from domain.event import Event
from domain.events.correcting import standing
from domain.offering import why_not_corrected, why_not_voided
from domain.operation import Operation
from domain.territory import commune
from domain.vocabulary import ASSISTANCE_KINDS, PAYMENT_KINDS

ADDRESS: Final = "/operations/<reference:reference>/entries/<version:version>"


@page(ADDRESS, title=_("Écriture"), template="entry.html", roles=READERS)
def entry(visit: Visit, reference: str, version: int) -> Shown:
    """One entry of an operation."""
    told = visit.ask(timeline.timeline, reference=reference)
    one = next((each for each in told["entries"] if each["version"] == version), None)
    if one is None:
        raise Absent("Cette opération n'a pas d'écriture de ce numéro.")
    record = visit.recordable(reference)
    columns = [
        Column("field", gettext("Champ")),
        Column("name", gettext("Intitulé")),
        Column("value", gettext("Valeur")),
    ]

    def more() -> dict[str, Any]:
        found = recorded(visit, reference, version)
        return {
            "entry": one,
            "after": after(told, version),
            "changes": in_words(found),
            # Whoever reads the trail finds there who else it is about, and what proves it.
            "position": found["position"] if found and visit.reader.role in AUDITORS else None,
            **putting_right(visit, told, record, version),
        }

    def changes() -> Table:
        return Table(changed.columns(), [each._asdict() for each in in_words(recorded(visit, reference, version))])

    return Shown(told, tables={"entry": lambda: Table(columns, facts(one)), "changes": changes}, more=more)


def recorded(visit: Visit, reference: str, version: int) -> Document | None:
    """What the entry changed when it was recorded; None where that is not known yet."""
    entries = visit.ask(api.operation_changes, reference=reference)["entries"]
    return next((each for each in entries if each["version"] == version), None)


def in_words(found: Document | None) -> list[changed.Said]:
    """Each value that it changed, before and after, as the trail words it."""
    return changed.said(found["changes"], {}) if found else []


def facts(one: Document) -> list[Document]:
    """All that an entry tells, field by field."""
    return [{"field": name, "name": label(name), "value": value} for name, value in one.items() if name != "documents"]


def after(told: Document, version: int) -> list[Document]:
    """The entries that correct or void this one."""
    return [each for each in told["entries"] if each["corrects"] == version]


def putting_right(visit: Visit, told: Document, record: Operation | None, version: int) -> dict[str, Any]:
    """The forms that put an entry right, each with what it asks, or why there is none; nothing for who may not."""
    if record is None or version > record.version:
        return {"may": False}
    named, at = {"reference": told["reference"], "version": version}, services().clock()
    no_correction, no_voiding = why_not_corrected(record, version, at), why_not_voided(record, version, at)
    correct = None if no_correction else visit.form(corrections.correct, told["version"], **named)
    void = None if no_voiding else visit.form(corrections.void, told["version"], **named)
    lists = Lists(visit)
    return {
        "may": True,
        "correct": correct,
        "restated": correct and restating(correct, lists, record, version, told),
        "decided": correct and inputs(correct, lists, deciding(), without=("changes",)),
        "void": void,
        "undone": void and inputs(void, lists, deciding()),
        "no_correction": no_correction and str(no_correction),
        "no_voiding": no_voiding and str(no_voiding),
    }


def deciding() -> Said:
    """How putting right asks when and why it was decided."""
    return Said(
        words={"on": gettext("Date de la rectification"), "reason": gettext("Motif de la rectification")},
        hints={"on": gettext("Aujourd'hui si elle reste vide."), "reason": gettext("Aucun nom de personne.")},
        needed=frozenset({"reason"}),
    )


def restating(form: Inputs, lists: Lists, record: Operation, version: int, told: Document) -> list[Input]:
    """An input for each fact of the entry that can be corrected, with what it says as it stands."""
    now = standing(record.entries[: told["version"]], version)
    has = stated(now)
    said = Said(
        options={
            "line": [(code, f"{code} · {partner_name(line.partner)}") for code, line in record.money.lines.items()],
            "kind": [(kind, word(kind)) for kind in kinds(now)],
            "commune": places(record),
        },
        defaults=has,
        words={"on": gettext("Date du fait"), "reason": gettext("Motif de l'écriture")},
        hints=standing_hints(form, has),
    )
    schema = changes_of(form.schema)
    shown = [made(form, schema, name, lists, said, "changes.") for name in in_order(has)]
    # What the record lacks may stay out: a correction says only what it changes.
    return [replace(each, needed=None if each.default is not None else False, marked=False) for each in shown]


def standing_hints(form: Inputs, has: Mapping[str, Any]) -> dict[str, str]:
    """What stands beside an input of a correction."""
    named = ", ".join(found.name for insee in has.get("communes") or () if (found := commune(insee)))
    order = {"weights": gettext("Dans l'ordre des communes : %(communes)s.", communes=named)} if named else {}
    if form.mine is None:
        return order
    # Somebody else may have corrected meanwhile what was typed from an older page.
    stood = {name: shown_as(form, name, value) for name, value in has.items() if not isinstance(value, (list, dict))}
    return order | {
        name: gettext("Enregistré : %(value)s", value=value or "–")
        for name, value in stood.items()
        if form.value(f"changes.{name}") != value
    }


def shown_as(form: Inputs, name: str, value: Any) -> str:
    """A value that the record has, as somebody would type it."""
    return typed.shown(form.field(f"changes.{name}"), value)


def kinds(entry: Event) -> Sequence[str]:
    """The kinds that an entry of this sort can have."""
    return list(PAYMENT_KINDS if hasattr(entry, "line") else ASSISTANCE_KINDS)


def changes_of(schema: Schema) -> Schema:
    """What a correction may say is right."""
    nested = schema.fields["changes"]
    assert isinstance(nested, fields.Nested)
    return nested.schema


form("/correct", corrections.correct, on=entry, to=operation, reads=differing)
form("/void", corrections.void, on=entry, to=operation)
