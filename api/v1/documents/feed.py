"""The feed: entries as they are announced to programs, each a CloudEvent 1.0 in its JSON form."""

from __future__ import annotations

import msgspec
from marshmallow import Schema

from api.v1.documents.describing import day, flag, instant, one_of, part, several, text, whole
from api.v1.documents.parts import Document, utc
from domain.event import Event
from domain.events.correcting import Correction
from projections.announced import NONE, Money, Place

BATCH_SCHEMA = {"type": "array", "items": {"$ref": "#/components/schemas/CloudEvent"}}
"""CloudEvents have a form of their own for several at once: a bare list."""

# Nobody's domain name: the record is kept by whoever runs it, and its facts are called the same everywhere.
PREFIX = "jalon."


class Announced(Schema):
    reference = text("The record that it belongs to.")
    version = whole("Place of the entry in its record's history.")
    position = whole("Place of the entry in the ledger.")
    label = text("Kind of the fact, in French.")
    on = day("When it happened or takes effect.")
    recorded_by = text("Opaque id of who recorded it.")
    organisation = text("Partner code of whoever it was recorded for.")
    partner = text("Partner whose money it moves; null where there is none, and for `admin`.", allow_none=True)
    amount_cents = whole("Amount that it moves, as it was first recorded; null as `partner` is.", allow_none=True)
    corrects = whole("Version of the entry that it corrects or voids.", allow_none=True)
    source = text("Where it came from: `api`, `page`, `cli`, `import:<sha256 of the file>/<line>`.")


class CloudEvent(Schema):
    specversion = one_of(["1.0"], "Version of CloudEvents.")
    id = text("Place of the entry in the ledger, as text: no other entry has it.")
    source = text("Address of the record that the entry belongs to, below that of this service.")
    type = text("Stable name of the kind of fact: `jalon.operation.started`.")
    subject = text("The record's name.")
    time = instant("When it was recorded.")
    datacontenttype = one_of(["application/json"], "Media type of `data`.")
    data = part(Announced, "The entry.")


class Feed(Schema):
    items = several(CloudEvent, "Entries, in the order of the ledger.")
    next = whole("Send it as `after` next time.")
    more = flag("There is more already.")


class Entry(msgspec.Struct, frozen=True):
    """An entry as the feed keeps it. kind, reference: of its record. event: the CloudEvent, money included."""

    position: int
    kind: str
    reference: str
    event: Document

    def shown(self, money: bool) -> Document:
        """The CloudEvent, for a reader who is told of money or not."""
        return self.event if money else {**self.event, "data": {**self.event["data"], **NONE._asdict()}}


def entry(event: Event, place: Place, money: Money = NONE) -> Entry:
    """An entry as the feed keeps it."""
    return Entry(place.position, place.holder, place.reference, told(event, place, money))


def told(event: Event, place: Place, money: Money = NONE) -> Document:
    """An entry as the feed announces it."""
    return {
        "specversion": "1.0",
        "id": str(place.position),
        "source": f"/v1/{place.holder}s/{place.reference}",
        "type": PREFIX + event.TOPIC,
        "subject": place.reference,
        "time": utc(event.timestamp),
        "datacontenttype": "application/json",
        "data": {
            "reference": place.reference,
            "version": place.version,
            "position": place.position,
            "label": event.label,
            "on": event.on.text,
            "recorded_by": event.by.actor,
            "organisation": event.by.organisation,
            "partner": money.partner,
            "amount_cents": money.amount_cents,
            "corrects": event.target if isinstance(event, Correction) else None,
            "source": event.by.source,
        },
    }
