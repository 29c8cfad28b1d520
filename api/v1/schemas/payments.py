"""Bodies: money that moves."""

from __future__ import annotations

from api.http.fields import LINE, Cents, Choice, Formed, Text
from api.v1.schemas.parts import Entry, says
from domain.vocabulary import PAYMENT_KINDS


class RequestPayment(Entry):
    line = Formed(LINE, "L1", required=True, metadata=says("The commitment that it is asked on."))
    kind = Choice(PAYMENT_KINDS, required=True, metadata=says("Advance, interim payment or balance."))
    amount_cents = Cents(required=True, metadata=says("What is asked for, in euro cents."))


class Pay(Entry):
    line = Formed(LINE, "L1", required=True, metadata=says("The commitment that it is paid on."))
    kind = Choice(PAYMENT_KINDS, required=True, metadata=says("Advance, interim payment or balance."))
    amount_cents = Cents(required=True, metadata=says("What was paid, in euro cents."))
    external_ref = Text(required=True, metadata=says("The payment's reference at the partner's; one use a year."))


class Repay(Entry):
    line = Formed(LINE, "L1", required=True, metadata=says("The commitment that it was paid on."))
    amount_cents = Cents(required=True, metadata=says("What was given back, in euro cents."))
