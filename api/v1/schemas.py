"""The bodies of commands, written out: the contract is read here. A test holds them against the commands themselves."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from api.http.fields import (
    CODE,
    INSEE,
    REFERENCE,
    SIREN,
    Cents,
    Choice,
    Count,
    Day,
    Flag,
    Form,
    Formed,
    Part,
    Several,
    Text,
)
from domain import event, outputs
from domain.events.funding import Instalment
from domain.vocabulary import AGREEMENT_KINDS, COST_BASES, FAMILIES, INSTRUMENTS, PARTNER_KINDS, THEMES

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
    structure = Instalment

    year = Count(1900, 2199, required=True, metadata=says("Calendar year of payment."))
    amount_cents = Cents(required=True, metadata=says("Euro cents to be paid in that year."))


class Undated(Form):
    """What a command may say besides its own facts, where it may leave the day out: it is today then."""

    on = Day(metadata=says("When it happened or takes effect; never in the future. Today where it is left out."))
    reason = Text(allow_none=True, metadata=says("Why, in French. No names of people."))
    documents = Several(fields.Nested(Document), 50, metadata=says("The evidence."))


class Entry(Undated):
    """What every other command says besides its own facts."""

    on = Day(required=True, metadata=says("When it happened or takes effect; never in the future."))


class Plan(Entry):
    reference = Formed(REFERENCE, "ANZ-CARPEAUX", required=True, metadata=says("The operation's name, for ever."))
    title = Text(TITLE, required=True, metadata=says("What people call it, in French."))
    communes = Several(
        Formed(INSEE, "59014"), 60, metadata=says("INSEE codes of the communes that it covers.", uniqueItems=True)
    )
    territory_wide = Flag(metadata=says("It covers the whole territory; communes are left out then."))
    owner = Formed(CODE, "cavm", allow_none=True, metadata=says("Partner code of its owner (maître d'ouvrage)."))
    family = Choice(FAMILIES, allow_none=True, metadata=says("What it does."))
    theme = Choice(THEMES, allow_none=True, metadata=says("The kind of territory; totals go by theme."))
    other_themes = Several(
        Choice(THEMES), 4, metadata=says("Further themes; they count in no total.", uniqueItems=True)
    )
    site = Text(TITLE, allow_none=True, metadata=says("District or site."))
    programme = Formed(REFERENCE, "NPNRU", allow_none=True, metadata=says("PNRU, PNRQAD, OPAH-RU, NPNRU or ERBM."))
    agreement = Formed(REFERENCE, "PNRU-2008", allow_none=True, metadata=says("Agreement that contains it."))
    part_of = Formed(
        REFERENCE,
        "PNRU-2008-CORRIDOR",
        allow_none=True,
        metadata=says("Operation that contains it; totals never count both costs. Its agreement is inherited."),
    )
    cost_cents = Cents(allow_none=True, metadata=says("Cost in euro cents; left out while unknown."))
    cost_basis = Choice(COST_BASES, metadata=says("Tax basis of every amount of the operation."))
    starts_on = Day(allow_none=True, metadata=says("Planned start; may lie ahead."))
    delivers_on = Day(allow_none=True, metadata=says("Planned delivery; may lie ahead."))
    outputs = fields.Nested(Outputs, allow_none=True, metadata=says("What it is to produce."))


class Reschedule(Entry):
    starts_on = Day(allow_none=True, metadata=says("New planned start; unchanged where it is left out."))
    delivers_on = Day(allow_none=True, metadata=says("New planned delivery; unchanged where it is left out."))


class ReviseCost(Entry):
    cost_cents = Cents(required=True, metadata=says("The new cost in euro cents."))
    cost_basis = Choice(COST_BASES, allow_none=True, metadata=says("Its tax basis; unchanged where it is left out."))


class Start(Entry):
    order_ref = Text(allow_none=True, metadata=says("Reference of the works order (ordre de service)."))


class Deliver(Entry):
    outputs = fields.Nested(Outputs, allow_none=True, metadata=says("What was really built, demolished, rehoused."))


class Abandon(Entry):
    pass


class AuthoriseEarlyStart(Entry):
    authority = Text(required=True, metadata=says("Who authorises it."))


class ChangeOwner(Entry):
    owner = Formed(CODE, "cavm", required=True, metadata=says("Partner code of the new owner."))


class Attach(Entry):
    programme = Formed(REFERENCE, "NPNRU", required=True, metadata=says("PNRU, PNRQAD, OPAH-RU, NPNRU or ERBM."))
    agreement = Formed(
        REFERENCE, "NPNRU-2019", allow_none=True, metadata=says("Agreement that it joins; unchanged if left out.")
    )


class Detach(Entry):
    pass


class Allocate(Entry):
    partner = Formed(CODE, "anru", required=True, metadata=says("Partner code of whoever bears the amount."))
    instrument = Choice(INSTRUMENTS, required=True, metadata=says("How the money is brought; loans stand apart."))
    amount_cents = Cents(required=True, metadata=says("Euro cents on the operation's tax basis."))
    scheme = Text(TITLE, allow_none=True, metadata=says("The partner's budget line: DETR, FEDER, France Relance."))
    decision_ref = Text(TITLE, allow_none=True, metadata=says("Reference of the decision at the partner's."))


class Commit(Allocate):
    schedule = Several(
        fields.Nested(ScheduledPayment), 60, metadata=says("Payments by year; where given, they add up to the amount.")
    )


class Milestone(Undated):
    """Scheduled where it has `due_on`, logged as reached where it has `on`; one of them is needed."""

    on = Day(metadata=says("When it was reached; left out for a milestone that lies ahead."))
    code = Formed(CODE, "permis", required=True, metadata=says("The milestone's name within the operation."))
    label = Text(TITLE, required=True, metadata=says("What people call it, in French."))
    due_on = Day(allow_none=True, metadata=says("When it is due; may lie ahead."))

    @validates_schema(skip_on_field_errors=True)
    def dated(self, values: dict[str, Any], **_: Any) -> None:
        if not (values.get("on") or values.get("due_on")):
            raise ValidationError("Donnez on (jalon atteint) ou due_on (jalon prévu).", "due_on")


class ReachMilestone(Entry):
    pass


class RescheduleMilestone(Entry):
    due_on = Day(required=True, metadata=says("The new date; may lie ahead."))


class DropMilestone(Entry):
    pass


class Changes(Plan, Reschedule, ReviseCost, Start, Deliver, AuthoriseEarlyStart, Commit):
    """Right values by field name; an entry takes only the fields that it has."""

    label = Text(TITLE, metadata=says("The milestone's label."))
    due_on = Day(metadata=says("When the milestone is due."))


class Correct(Undated):
    changes = fields.Nested(
        Changes(partial=True, exclude=("reference", "documents")),
        required=True,
        metadata=says("The right values. The entry keeps its own day unless `on` is among them."),
    )


class Void(Undated):
    pass


class SignAgreement(Entry):
    reference = Formed(REFERENCE, "PNRU-2008", required=True, metadata=says("The agreement's name, for ever."))
    title = Text(TITLE, required=True, metadata=says("What people call it, in French."))
    kind = Choice(AGREEMENT_KINDS, required=True, metadata=says("What it is."))
    leader = Formed(CODE, "cavm", required=True, metadata=says("Partner code of whoever leads it."))
    signatories = Several(
        Formed(CODE, "anru"), 60, metadata=says("Partner codes of those who signed.", uniqueItems=True)
    )
    programme = Formed(REFERENCE, "NPNRU", allow_none=True, metadata=says("PNRU, PNRQAD, OPAH-RU, NPNRU or ERBM."))
    theme = Choice(THEMES, allow_none=True, metadata=says("The kind of territory."))
    communes = Several(
        Formed(INSEE, "59014"), 60, metadata=says("INSEE codes of the communes that it covers.", uniqueItems=True)
    )
    site = Text(TITLE, allow_none=True, metadata=says("District or site."))
    cost_cents = Cents(allow_none=True, metadata=says("What all its operations are to cost; never added to theirs."))
    cost_basis = Choice(COST_BASES, metadata=says("Tax basis of its amounts."))


class RegisterPartner(Undated):
    code = Formed(CODE, "anru", required=True, metadata=says("The partner's name, for ever."))
    name = Text(TITLE, required=True, metadata=says("What people call it, in French."))
    kind = Choice(PARTNER_KINDS, required=True, metadata=says("What it is."))
    siren = Formed(SIREN, "245901160", allow_none=True, metadata=says("SIREN number, 9 digits."))
    other_names = Several(Text(TITLE), 20, metadata=says("Former and usual names."))
