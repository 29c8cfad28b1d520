"""Bodies: putting an entry right."""

from __future__ import annotations

from marshmallow import fields

from api.http.fields import Cents, Choice, Day, Text
from api.v1.schemas import agreements, frame, funding, payments, people, planning, works
from api.v1.schemas.parts import TITLE, Undated, says
from domain.vocabulary import ASSISTANCE_KINDS, PAYMENT_KINDS


class Changes(
    planning.Plan,
    planning.Reschedule,
    planning.ReviseCost,
    works.Start,
    works.Deliver,
    works.AuthoriseEarlyStart,
    works.Suspend,
    works.Close,
    funding.Commit,
    funding.SetFinancingPlan,
    payments.Pay,
    people.ReportRehousing,
    people.Assist,
    frame.AssessCoherence,
    frame.AssessPriorityArea,
):
    """Right values by field name; an entry takes only the fields that it has."""

    label = Text(TITLE, metadata=says("The milestone's label."))
    due_on = Day(metadata=says("When the milestone is due."))
    kind = Choice([*PAYMENT_KINDS, *ASSISTANCE_KINDS], metadata=says("The kind of payment, or of assistance."))
    amount_cents = Cents(allow_none=True, metadata=says("Euro cents; null for an assistance counted in days."))


class Correct(Undated):
    changes = fields.Nested(
        Changes(partial=True, exclude=("reference", "documents")),
        required=True,
        metadata=says("The right values. The entry keeps its own day unless `on` is among them."),
    )


class Void(Undated):
    pass


class AgreementChanges(agreements.SignAgreement, funding.Allocate):
    """Right values by field name; an entry takes only the fields that it has."""

    due_on = Day(allow_none=True, metadata=says("What a note announces; may lie ahead."))
    authority = Text(metadata=says("Who authorises the early start."))
    amount_cents = Cents(allow_none=True, metadata=says("Euro cents; null for a note that expects none."))


class CorrectAgreement(Undated):
    changes = fields.Nested(
        AgreementChanges(partial=True, exclude=("reference", "documents")),
        required=True,
        metadata=says("The right values. The entry keeps its own day unless `on` is among them."),
    )
