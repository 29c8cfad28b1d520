"""Bodies: money planned, set aside, committed, and taken back."""

from __future__ import annotations

from marshmallow import fields

from api.http.fields import CODE, Cents, Choice, Formed, Several, Text
from api.v1.schemas.parts import TITLE, Entry, ScheduledPayment, Share, says
from domain.vocabulary import INSTRUMENTS


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


class ReviseCommitment(Entry):
    amount_cents = Cents(required=True, metadata=says("The new committed amount, in euro cents."))
    decision_ref = Text(TITLE, allow_none=True, metadata=says("Reference of the decision at the partner's."))


class Decommit(Entry):
    amount_cents = Cents(required=True, metadata=says("The part of the commitment that is given up, in euro cents."))


class TakeBack(Entry):
    amount_cents = Cents(required=True, metadata=says("The part of the allocation taken back, in euro cents."))


class ReviseSchedule(Entry):
    schedule = Several(
        fields.Nested(ScheduledPayment),
        60,
        required=True,
        metadata=says("Payments by year; they add up to what is committed."),
    )


class SetFinancingPlan(Entry):
    total_cents = Cents(required=True, metadata=says("What is to be financed, in euro cents."))
    shares = Several(
        fields.Nested(Share),
        60,
        metadata=says("Who is to bring what; together at most the total. The rest is undetermined."),
    )
