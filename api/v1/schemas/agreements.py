"""Bodies: agreements, and their amendments."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow import post_load

from api.http.fields import CODE, INSEE, LINE, REFERENCE, Cents, Choice, Count, Day, Formed, OneOf, Part, Several, Text
from api.v1.schemas.parts import TITLE, Entry, says
from domain import amending
from domain.vocabulary import AGREEMENT_KINDS, COST_BASES, THEMES


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


class Change(Part):
    """What an amendment changes. Each has its `kind` besides, which the domain knows by the class of the change."""

    reason = Text(allow_none=True, metadata=says("Why, where it is not the reason of the amendment."))

    @post_load
    def structured(self, values: dict[str, Any], **_: Any) -> msgspec.Struct:
        del values["kind"]
        return self.structure(**values)


class RescheduleChange(Change):
    """The calendar of an operation moves."""

    structure = amending.Reschedule

    kind = Choice(("reschedule",), required=True, metadata=says("The calendar of an operation moves."))
    operation = Formed(REFERENCE, "ANZ-CARPEAUX", required=True, metadata=says("The operation."))
    starts_on = Day(allow_none=True, metadata=says("New planned start; unchanged where it is left out."))
    delivers_on = Day(allow_none=True, metadata=says("New planned delivery; unchanged where it is left out."))


class ReviseChange(Change):
    """A commitment becomes another amount."""

    structure = amending.Revise

    kind = Choice(("revise",), required=True, metadata=says("A commitment becomes another amount."))
    operation = Formed(REFERENCE, "ANZ-CARPEAUX", required=True, metadata=says("The operation."))
    line = Formed(LINE, "L1", required=True, metadata=says("The commitment."))
    amount_cents = Cents(required=True, metadata=says("The new committed amount, in euro cents."))
    decision_ref = Text(TITLE, allow_none=True, metadata=says("Reference of the decision at the partner's."))


class TransferChange(Change):
    """Committed money moves to another operation."""

    structure = amending.Transfer

    kind = Choice(("transfer",), required=True, metadata=says("Committed money moves to another operation."))
    from_operation = Formed(REFERENCE, "ANZ-CARPEAUX", required=True, metadata=says("The operation that gives."))
    from_line = Formed(LINE, "L1", required=True, metadata=says("Its commitment."))
    to_operation = Formed(REFERENCE, "ANZ-JAURES", required=True, metadata=says("The operation that receives."))
    to_line = Formed(LINE, "L1", required=True, metadata=says("Its commitment, of the same partner and instrument."))
    amount_cents = Cents(required=True, metadata=says("What moves, in euro cents."))


CHANGES = {"reschedule": RescheduleChange, "revise": ReviseChange, "transfer": TransferChange}


class Amend(Entry):
    number = Count(1, 9_999, required=True, metadata=says("Number of the amendment, rising within the agreement."))
    title = Text(TITLE, allow_none=True, metadata=says("What people call it, in French."))
    changes = Several(
        OneOf(CHANGES), 200, required=True, metadata=says("What it changes; recorded whole or not at all.")
    )
