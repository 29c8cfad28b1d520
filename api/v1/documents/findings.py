"""Findings: what deserves an auditor's second look, each with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from marshmallow import Schema

from api.v1.documents.describing import NEXT, day, one_of, several, text, whole
from api.v1.documents.parts import Document
from domain.dates import PartialDate
from domain.french import euros
from projections.findings import Finding

SENTENCES: Final[dict[str, Callable[[Finding], str]]] = {
    "payment_without_document": lambda row: f"Versement de {money(row.amount_cents)} sans pièce.",
    "interim_above_ceiling": lambda row: (
        f"Avances et acomptes de {money(row.amount_cents)}, pour un plafond de {money(row.allowed_cents)}."
    ),
    "started_before_decision": lambda row: (
        f"Démarrage ({french(row.on)}) avant la première décision de financement ({french(row.against)})."
    ),
    "delivered_after_limit": lambda row: (
        f"Livraison ({french(row.on)}) après la date limite en vigueur ({french(row.against)})."
    ),
    "committed_and_paid_by_one": lambda row: (
        f"La même personne ({row.recorded_by}) a enregistré l'engagement (n° {row.other}) et le versement."
    ),
}


class FindingEntry(Schema):
    """Something that an auditor may want to look at again; nothing is refused for it."""

    kind = one_of(SENTENCES, "What was found.")
    operation = text("Operation in which it was found.")
    version = whole("Version of the entry.")
    line = text("Line of money.", allow_none=True)
    partner = text("Partner of the line.", allow_none=True)
    on = day("When it happened.")
    against = day("The day that it is held against.")
    amount_cents = whole("Amount that was paid.", allow_none=True)
    allowed_cents = whole("Amount that it was to stay within.", allow_none=True)
    recorded_by = text("Opaque id of who recorded the entry.")
    other = whole("Version of the entry that it does not go with.", allow_none=True)
    sentence = text("What was found, in French.")


class Findings(Schema):
    items = several(FindingEntry, "By operation.")
    next = text(NEXT, allow_none=True)


def finding(row: Finding) -> Document:
    """One of them."""
    return {**row._asdict(), "sentence": SENTENCES[row.kind](row)}


def money(cents: int | None) -> str:
    return euros(cents or 0)


def french(day: str | None) -> str:
    return PartialDate(day).french()
