"""The two JSON columns of a register: what was decided in money, and what happened or was announced."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from api.imports.cells import Unreadable, cents, chosen, json_list, note, partial_date, shown
from domain.dates import PartialDate
from domain.french import euros
from domain.vocabulary import INSTRUMENTS, Instrument

Level = Literal["allocation", "commitment"]
LEVELS: Final[dict[str, Level]] = {"allocation": "allocation", "commitment": "commitment"}
FindPartner = Callable[[str], tuple[str, str | None] | None]
"""A name as people write it -> the partner's code and its budget line; None for an unknown name."""

# These words are stored: once reworded, a file that was imported before would seem to differ.
KINDS: Final[dict[str, str]] = {
    "planned": "Programmation",
    "rescheduled": "Calendrier révisé",
    "started": "Démarrage",
    "delivered": "Livraison",
    "abandoned": "Abandon",
    "owner_changed": "Changement de maître d'ouvrage",
    "early_start_authorised": "Démarrage anticipé autorisé",
    "agreement_signed": "Signature de la convention",
    "draft_issued": "Version de travail de la convention",
    "cost_announced": "Coût annoncé",
    "funding_expected": "Financement attendu",
    "funded": "Financement",
    "inaugurated": "Inauguration",
    "studies": "Études",
    "permit_refused": "Permis refusé",
    "permit_granted": "Permis accordé",
    "progress_reported": "Avancement",
    "outputs_reported": "Bilan",
}
_OTHER_PERMIT = re.compile(r"permit(_[a-z]+){1,3}")
_DAY_ONLY = ("started", "delivered", "abandoned", "owner_changed", "early_start_authorised", "agreement_signed")


@dataclass(frozen=True, slots=True)
class Decision:
    """Money set aside or committed by a partner. scheme: its budget line. amount_cents: euro cents, > 0."""

    level: Level
    partner: str
    scheme: str | None
    instrument: Instrument
    amount_cents: int
    on: PartialDate
    decision_ref: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated fact as its source tells it. number: place among those of its kind, from 1. due: a date it announces."""

    kind: str
    number: int
    on: PartialDate
    note: str | None
    due: PartialDate | None
    amount_cents: int | None

    @property
    def code(self) -> str:
        """Its name within the row: `permit-refused-1`."""
        return f"{self.kind.replace('_', '-')}-{self.number}"

    @property
    def title(self) -> str:
        """What it is, in French, with its amount where it has one."""
        name = KINDS.get(self.kind, "Permis de construire")
        if self.kind == "planned" and self.due:
            name = "Échéance annoncée"
        return f"{name} : {euros(self.amount_cents)}" if self.amount_cents else name

    @property
    def step(self) -> str:
        """The name of a promised step: that of its source, where it is short enough for a name."""
        return self.note if self.note and len(self.note) <= 200 and not self.amount_cents else self.title


def decisions(text: str, find: FindPartner) -> tuple[Decision, ...]:
    """The column `commitments`: who, how much, at which level. Raises Unreadable.

    `[{"partner": "État (DETR)", "amount_eur": 59165, "decided_on": null, "reference": "DETR", "level": "commitment",
    "instrument": "grant"}]`; text in parentheses is the partner's budget line.
    """
    found = []
    for number, item in enumerate(json_list(text), 1):
        with _within(f"engagement n° {number}"):
            _only(item, ("partner", "amount_eur", "decided_on", "reference", "level", "instrument"))
            code, scheme = partner(item.get("partner"), find)
            found.append(
                Decision(
                    level=chosen(item.get("level"), LEVELS),
                    partner=code,
                    scheme=scheme,
                    instrument=chosen(item.get("instrument"), {each: each for each in INSTRUMENTS}),
                    amount_cents=cents(item.get("amount_eur")),
                    on=partial_date(item.get("decided_on")),
                    decision_ref=note(item.get("reference")),
                )
            )
    return tuple(found)


def facts(text: str) -> tuple[Fact, ...]:
    """The column `milestones`, in source order. Raises Unreadable.

    `[{"kind": "planned", "on": "2018-02-12", "note": "Fin annoncée", "due": "2018-06"}]`; `on` null: undated. `due` and
    `amount_eur` only where the source gives them and the kind has a place for them.
    """
    found = []
    counts: Counter[str] = Counter()
    for number, item in enumerate(json_list(text), 1):
        with _within(f"jalon n° {number}"):
            _only(item, ("kind", "on", "note", "due", "amount_eur"))
            kind = _kind(item)
            counts[kind] += 1
            found.append(
                Fact(
                    kind=kind,
                    number=counts[kind],
                    on=partial_date(item.get("on")),
                    note=note(item.get("note")),
                    due=partial_date(item["due"]) if item.get("due") is not None else None,
                    amount_cents=cents(item["amount_eur"]) if item.get("amount_eur") is not None else None,
                )
            )
    return tuple(found)


def partner(name: object, find: FindPartner) -> tuple[str, str | None]:
    """Code and budget line of a partner named as people write it. Raises Unreadable."""
    text = note(name)
    found = find(text) if text else None
    if found is None:
        raise Unreadable(f"« {shown(text or '')} » n'est pas un partenaire connu")
    return found


def _kind(item: dict[str, Any]) -> str:
    """A kind that can be told, with nothing that its fact has no place for."""
    kind = item.get("kind")
    if not isinstance(kind, str) or not (kind in KINDS or _OTHER_PERMIT.fullmatch(kind)):
        raise Unreadable(f"« {shown(kind)} » n'est pas un genre de jalon connu")
    due, amount = item.get("due") is not None, item.get("amount_eur") is not None
    if kind in _DAY_ONLY and (due or amount):
        raise Unreadable(f"« {kind} » n'a ni échéance (due) ni montant (amount_eur)")
    if kind == "cost_announced" and (due or not amount):
        raise Unreadable("« cost_announced » a un montant (amount_eur) et pas d'échéance (due)")
    return kind


def _only(item: dict[str, Any], names: Collection[str]) -> None:
    for name in item:
        if name not in names:
            raise Unreadable(f"« {shown(name)} » est inconnu : {', '.join(names)} sont attendus")


@contextmanager
def _within(place: str) -> Iterator[None]:
    try:
        yield
    except Unreadable as error:
        raise Unreadable(f"{place} : {error}") from error
