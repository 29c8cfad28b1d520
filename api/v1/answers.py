"""The documents that readers get, as the description of the API tells them; `documents.py` makes them.

A test holds each document against its description.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from api.http.fields import PARTIAL_DATE
from api.v1.schemas import says
from domain import vocabulary


def text(words: str, **options: Any) -> fields.String:
    """A text that is always there, though it may be null where `allow_none` says so."""
    return fields.String(required=True, metadata=says(words), **options)


def whole(words: str, **options: Any) -> fields.Integer:
    """A whole number; amounts are euro cents."""
    return fields.Integer(required=True, metadata=says(words), **options)


def one_of(codes: Iterable[str], words: str, **options: Any) -> fields.String:
    """One of a closed list of codes."""
    return text(words, validate=validate.OneOf(list(codes)), **options)


def day(words: str) -> fields.String:
    """A date as precisely as it is known, or null."""
    return fields.String(required=True, allow_none=True, metadata=says(words, pattern=PARTIAL_DATE))


def instant(words: str) -> fields.String:
    """An instant, UTC."""
    return fields.String(required=True, metadata=says(words, format="date-time"))


def part(schema: type[Schema], words: str, **options: Any) -> fields.Nested:
    """A part with fields of its own."""
    return fields.Nested(schema, required=True, metadata=says(words), **options)


def several(each: type[Schema] | fields.Field[Any], words: str) -> fields.List[Any]:
    """A list."""
    inner = each if isinstance(each, fields.Field) else fields.Nested(each)
    return fields.List(inner, required=True, metadata=says(words))


def codes(words: str) -> fields.List[Any]:
    """A list of texts."""
    return several(fields.String(), words)


VERSION = "Its version; send it as `If-Match` to record only on what you have read."
POSITION = "Position of the last entry that touched this document."


class Figures(Schema):
    allocated_cents = whole("Set aside; loans apart.")
    committed_cents = whole("Committed by decision; loans apart.")
    paid_cents = whole("Paid; loans apart.")
    to_commit_cents = whole("Allocated and not yet committed, never below zero.")
    to_pay_cents = whole("Committed and not yet paid.")
    loans_cents = whole("Committed as loans; in none of the other figures.")


class Funding(Figures):
    cost_cents = whole("Cost of the operation; null while unknown.", allow_none=True)


class FundingOrNot(Schema):
    """Every figure is null where the token may not see the money of the operation."""

    cost_cents = whole("Cost of the operation; null while unknown.", allow_none=True)
    allocated_cents = whole("Set aside; loans apart.", allow_none=True)
    committed_cents = whole("Committed by decision; loans apart.", allow_none=True)
    paid_cents = whole("Paid; loans apart.", allow_none=True)
    to_commit_cents = whole("Allocated and not yet committed, never below zero.", allow_none=True)
    to_pay_cents = whole("Committed and not yet paid.", allow_none=True)
    loans_cents = whole("Committed as loans; in none of the other figures.", allow_none=True)
    undetermined_cents = whole("Part of the cost that no known line covers; null while unknown.", allow_none=True)


class Dates(Schema):
    initial = day("First promise.")
    current = day("Present promise.")
    actual = day("What happened.")
    slip_days = whole("From the first promise to what happened, or to the present promise.", allow_none=True)


class Schedule(Schema):
    start = part(Dates, "Start of works.")
    delivery = part(Dates, "Delivery.")


class Evidence(Schema):
    title = text("What it is.")
    ref = text("Where it is.", allow_none=True)
    sha256 = text("SHA-256 of its bytes.", allow_none=True)


class TimelineEntry(Schema):
    version = whole("Place of the entry in the history; it never changes.")
    kind = text("Kind of the fact, for programs.")
    label = text("Kind of the fact, in French.")
    on = day("When it happened or takes effect.")
    recorded_at = instant("When it was recorded.")
    recorded_by = text("Opaque id of who recorded it.")
    organisation = text("Partner code of whoever it was recorded for.")
    partner = text("Partner whose money it moves.", allow_none=True)
    amount_cents = whole("Amount that it moves, as it was first recorded.", allow_none=True)
    reason = text("Why.", allow_none=True)
    documents = several(Evidence, "The evidence.")
    corrects = whole("Version of the entry that it corrects or voids.", allow_none=True)
    voided_by = whole("Version of the entry that corrected or voided it.", allow_none=True)
    source = text("Where it came from: `api`, `cli`, `import:<sha256 of the file>/<line>`.")
    detail = text("What it says, in French.", allow_none=True)


class Timeline(Schema):
    reference = text("The operation's name.")
    title = text("What people call it.")
    phase = one_of(vocabulary.PHASES, "Where it stands; derived, never set.")
    version = whole(VERSION)
    position = whole(POSITION)
    to_complete = codes("What the record still lacks, by the name of the missing fact.")
    as_known_on = fields.Date(required=True, allow_none=True, metadata=says("Always null: the present."))
    as_true_on = fields.Date(required=True, allow_none=True, metadata=says("Always null: the present."))
    schedule = part(Schedule, "The calendar.")
    funding = part(Funding, "The money.")
    entries = several(TimelineEntry, "In the order in which things happened.")
