"""What bodies have in common: the words for a field, the parts, what every entry says."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api.http.fields import CODE, Cents, Choice, Count, Day, Form, Formed, Part, Several, Text
from domain import event, money, outputs
from domain.vocabulary import INSTRUMENTS

TITLE = 300


def says(words: str, **more: Any) -> dict[str, Any]:
    """What a field means, for whoever reads the description of the API."""
    return {"description": words, **more}


class Document(Part):
    structure = event.Document

    title = Text(TITLE, required=True, metadata=says("What the piece of evidence is."))
    ref = Text(allow_none=True, metadata=says("Where it is: an address, a register number."))
    sha256 = Formed("^[0-9a-f]{64}$", "64 hex digits", allow_none=True, metadata=says("SHA-256 of its bytes."))


class Outputs(Part):
    structure = outputs.Outputs

    demolished = Count(0, 10**6, allow_none=True, metadata=says("Dwellings taken down."))
    built = Count(0, 10**6, allow_none=True, metadata=says("Dwellings built or rebuilt."))
    rehabilitated = Count(0, 10**6, allow_none=True, metadata=says("Dwellings renovated."))
    residentialised = Count(0, 10**6, allow_none=True, metadata=says("Dwellings whose plot was defined."))
    facilities = Count(0, 10**6, allow_none=True, metadata=says("Public facilities."))
    households_to_rehouse = Count(0, 10**6, allow_none=True, metadata=says("Households to rehouse, running total."))
    households_rehoused = Count(0, 10**6, allow_none=True, metadata=says("Households rehoused, running total."))


class ScheduledPayment(Part):
    structure = money.Instalment

    year = Count(1900, 2199, required=True, metadata=says("Calendar year of payment."))
    amount_cents = Cents(required=True, metadata=says("Euro cents to be paid in that year."))


class Share(Part):
    structure = money.PlannedShare

    partner = Formed(CODE, "anru", required=True, metadata=says("Partner code of whoever is to bring it."))
    amount_cents = Cents(required=True, metadata=says("Euro cents on the operation's tax basis."))
    instrument = Choice(INSTRUMENTS, required=True, metadata=says("How the money is to be brought."))


class Undated(Form):
    """What a command may say besides its own facts, where it may leave the day out: it is today then."""

    on = Day(metadata=says("When it happened or takes effect; never in the future. Today where it is left out."))
    reason = Text(allow_none=True, metadata=says("Why, in French. No names of people."))
    documents = Several(fields.Nested(Document), 50, metadata=says("The evidence."))


class Entry(Undated):
    """What every other command says besides its own facts."""

    on = Day(required=True, metadata=says("When it happened or takes effect; never in the future."))
