"""Bodies: what happens on the ground."""

from __future__ import annotations

from marshmallow import fields

from api.http.fields import Cents, Day, Text
from api.v1.schemas.parts import Entry, Outputs, says


class AuthoriseEarlyStart(Entry):
    authority = Text(required=True, metadata=says("Who authorises it."))


class Start(Entry):
    order_ref = Text(allow_none=True, metadata=says("Reference of the works order (ordre de service)."))


class Deliver(Entry):
    outputs = fields.Nested(Outputs, allow_none=True, metadata=says("What was really built, demolished, rehoused."))


class Abandon(Entry):
    pass


class Suspend(Entry):
    expected_resume_on = Day(allow_none=True, metadata=says("When it is to go on; may lie ahead."))


class Resume(Entry):
    pass


class Close(Entry):
    final_cost_cents = Cents(
        least=0, required=True, metadata=says("What it cost in the end, in euro cents; 0 after an abandonment only.")
    )
