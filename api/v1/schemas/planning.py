"""Bodies: what is decided of an operation."""

from __future__ import annotations

from marshmallow import fields

from api.http.fields import CODE, INSEE, REFERENCE, Cents, Choice, Count, Day, Flag, Formed, Several, Text
from api.v1.schemas.parts import TITLE, Entry, Outputs, says
from domain.vocabulary import COST_BASES, FAMILIES, THEMES


class Plan(Entry):
    reference = Formed(REFERENCE, "ANZ-CARPEAUX", required=True, metadata=says("The operation's name, for ever."))
    title = Text(TITLE, required=True, metadata=says("What people call it, in French."))
    communes = Several(
        Formed(INSEE, "59014"), 60, metadata=says("INSEE codes of the communes that it covers.", uniqueItems=True)
    )
    weights = Several(
        Count(1, 10_000),
        60,
        metadata=says("Part of each commune, in the same order, in ten-thousandths: 10,000 in all. Equal if left out."),
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


class ChangeOwner(Entry):
    owner = Formed(CODE, "cavm", required=True, metadata=says("Partner code of the new owner."))
