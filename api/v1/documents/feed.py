"""The feed: entries as they are announced to programs."""

from __future__ import annotations

from marshmallow import Schema

from api.v1.documents.describing import day, flag, instant, several, text, whole
from api.v1.documents.parts import Document, utc
from domain.event import Event


class FeedEntry(Schema):
    position = whole("Place of the entry in the ledger.")
    type = text("Stable name of the kind of fact: `operation.started`.")
    reference = text("The record that it belongs to.")
    version = whole("Place of the entry in its record's history.")
    label = text("Kind of the fact, in French.")
    on = day("When it happened or takes effect.")
    recorded_at = instant("When it was recorded.")
    recorded_by = text("Opaque id of who recorded it.")
    organisation = text("Partner code of whoever it was recorded for.")
    source = text("Where it came from.")


class Feed(Schema):
    items = several(FeedEntry, "Entries, in the order of the ledger.")
    next = whole("Send it as `after` next time.")
    more = flag("There is more already.")


def told(position: int, event: Event, reference: str) -> Document:
    """An entry as the feed announces it."""
    return {
        "position": position,
        "type": event.TOPIC,
        "reference": reference,
        "version": event.version,
        "label": event.label,
        "on": event.on.text,
        "recorded_at": utc(event.timestamp),
        "recorded_by": event.by.actor,
        "organisation": event.by.organisation,
        "source": event.by.source,
    }
