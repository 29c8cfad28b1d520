"""Changes in words: what a document says as `field`, `before`, `after`, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from api.exports.table import Column
from api.pages import formats
from api.pages.labels import WORDS, label, word
from api.pages.language import colon, spoken
from api.pages.nav import partner_name
from domain.territory import commune

Document = Mapping[str, Any]
Names = Mapping[tuple[str, str], str]
"""What members of lists are called: `("lines", "L1")`, `("milestones", "permis")`."""


class Said(NamedTuple):
    """A change in words."""

    what: str
    before: str
    after: str


def columns() -> list[Column]:
    """Changes in words as a table."""
    return [
        Column("what", gettext("Ce qui change")),
        Column("before", gettext("Avant")),
        Column("after", gettext("Après")),
    ]


NOTHING: Final = "–"
UNSAID: Final[tuple[Any, ...]] = (None, [], 0, False, "0")
"""What says no more than nothing does, where something is told for the first time."""

MISSING: Final[dict[str, LazyString]] = {
    "theme": _("le thème"),
    "owner": _("le maître d'ouvrage"),
    "planned_on": _("la date de programmation"),
    "cost": _("le coût"),
    "start": _("la date de démarrage, l'opération étant livrée"),
    "start_funding": _("ce qui permettait de démarrer : un financement, ou une autorisation de démarrage anticipé"),
}
"""What a record lacks, by its name in `to_complete`."""

MEMBERS: Final[dict[str, LazyString]] = {
    "lines": _("Ligne"),
    "milestones": _("Jalon"),
    "communes": _("Commune"),
    "coherence": _("Cohérence"),
}
"""Lists whose members have names."""

SECTIONS: Final[dict[str, LazyString | None]] = {
    "funding": None,
    "schedule": None,
    "rehousing": None,
    "planned_outputs": _("Prévu"),
    "outputs": _("Réalisé"),
    "financing_plan": _("Plan de financement"),
    "suspension": _("Suspension"),
    "priority_area": _("Quartier prioritaire"),
    "assistance": _("Assistance"),
}
"""Parts with facts of their own; None: these speak for themselves."""

PLACES: Final[dict[str, LazyString]] = {
    "abandoned_on": _("Abandonnée le"),
    "actual": _("réalisé"),
    "allocated_cents": _("Affecté"),
    "closed_on": _("Clôturée le"),
    "committed_cents": _("Engagé"),
    "current": _("calendrier actuel"),
    "delivery": _("Livraison"),
    "dropped": _("Supprimé"),
    "early_start": _("Démarrage anticipé autorisé"),
    "funders": _("Financeurs"),
    "initial": _("premier calendrier"),
    "initial_due_on": _("Première échéance"),
    "loans_cents": _("Prêts (à part)"),
    "outside": _("Hors de l'agglomération"),
    "paid_cents": _("Payé"),
    "planned_by": _("Programmée par"),
    "planned_on": _("Programmée le"),
    "reached_on": _("Atteint le"),
    "schedule": _("Crédits de paiement"),
    "slip_days": _("écart"),
    "start": _("Démarrage"),
    "to_commit_cents": _("À engager"),
    "to_complete": _("À compléter"),
    "to_pay_cents": _("À payer"),
    "undetermined_cents": _("Sans financement connu"),
    "weight": _("Poids"),
}
"""What facts are called here, where `labels.py` has no word or another one."""

PARTNERS: Final = frozenset({"owner", "partner", "planned_by", "funders"})
DAYS: Final = frozenset({"initial", "current", "actual", "since", "on"})
FOLLOWING: Final = frozenset({"funders", "to_complete", "slip_days"})
"""What follows from other facts: an entry of the timeline says those."""


def said(changes: Iterable[Document], names: Names) -> list[Said]:
    """Changes in words; all that came with a new member of a list, or went with it, is one of them."""
    found: list[Said] = []
    telling = (each for each in changes if not (each["before"] in UNSAID[:2] and each["after"] in UNSAID))
    for place, grouped in groupby(telling, key=lambda each: whole(each["field"])):
        together = list(grouped)
        new, gone = (all(each[end] in (None, []) for each in together) for end in ("before", "after"))
        if len(together) > 1 and (new or gone):
            facts = summed(together, "after" if new else "before", len(place), names)
            found.append(Said(what(place, names), *((NOTHING, facts) if new else (facts, NOTHING))))
        else:
            found.extend(one(each, names) for each in together)
    return found


def turned(changes: Iterable[Document], names: Names) -> list[Said]:
    """The facts that one entry turned from something into something else; those that follow from them are left out."""
    return [
        one(each, names)
        for each in changes
        if each["before"] not in (None, [], False, "0")
        and not (each["field"].startswith("funding.") and each["field"] != "funding.cost_cents")
        and each["field"].rpartition(".")[2] not in FOLLOWING
    ]


def one(change: Document, names: Names) -> Said:
    """One change."""
    place = change["field"].split(".")
    name = place[-1]
    return Said(what(place, names), *(value(name, change[end]) for end in ("before", "after")))


def whole(field: str) -> list[str]:
    """The place of what a fact is a part of: `lines.L1` of `lines.L1.paid_cents`."""
    place = field.split(".")
    parts = 2 if place[0] in MEMBERS else 1 if SECTIONS.get(place[0]) else len(place)
    return place[:parts]


def summed(changes: Sequence[Document], end: str, depth: int, names: Names) -> str:
    """What a member of a list says, in one line; what it does not say is left out."""
    known = [each for each in changes if each[end] not in UNSAID]
    parts = ((each["field"].split("."), each[end]) for each in known)
    return " ; ".join(f"{what(place, names, depth)}{colon()}{value(place[-1], told)}" for place, told in parts)


def what(place: Sequence[str], names: Names, depth: int = 0) -> str:
    """What a place is called. depth: parts that have been said already."""
    head, rest = place[0], list(place[1:])
    words = [str(SECTIONS.get(head) or "")]
    if head in MEMBERS and rest:
        name = rest.pop(0)
        words = [f"{MEMBERS[head]} {names.get((head, name)) or member(head, name)}"]
    elif head not in SECTIONS:
        rest = [head]
    # Of a year, the amount needs no name.
    rest = rest[:-1] if len(rest) > 2 and rest[-1] == "amount_cents" else rest
    said = [*([] if depth else words), *(named(part) for part in rest)]
    return " · ".join(filter(None, said))


def member(head: str, name: str) -> str:
    """A member of a list, where nobody says what it is called."""
    found = commune(name) if head == "communes" else None
    return found.name if found else name


def named(part: str) -> str:
    """One part of a place."""
    return str(PLACES.get(part) or label(part))


def value(name: str, told: Any) -> str:
    """What a fact says, as people read it."""
    if told is None or told in ([], ""):
        return NOTHING
    if isinstance(told, list):
        return ", ".join(value(name, each) for each in told)
    if isinstance(told, Mapping):
        return " ; ".join(f"{named(key)}{colon()}{value(key, each)}" for key, each in told.items())
    if isinstance(told, bool):
        return str(gettext("oui") if told else gettext("non"))
    if isinstance(told, int):
        return figure(name, told)
    return worded(name, str(told))


def figure(name: str, told: int) -> str:
    """A number: euros, days of a slip, a part of a whole, a count."""
    if name.endswith("_cents"):
        return formats.euros(told, spoken())
    if name == "slip_days":
        return formats.slip(told, spoken())
    return formats.percent(told, spoken()) if name == "weight" else formats.number(told, spoken())


def worded(name: str, told: str) -> str:
    """A text: a date, a partner, a code of a closed list, or what somebody wrote."""
    if name.endswith("_on") or name in DAYS:
        return formats.partial(told, spoken())
    if name in PARTNERS:
        return partner_name(told)
    if name == "to_complete":
        return str(MISSING.get(told, told))
    if name == "days":
        return formats.number(float(told), spoken())
    return word(told) if told in WORDS else told
