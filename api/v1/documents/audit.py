"""Entries of the trail: who recorded what, for whom, when and why, and what it changed."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache

import msgspec
from eventsourcing.utils import resolve_topic
from marshmallow import Schema, fields

from api.v1.documents.describing import NEXT, date, day, flag, instant, one_of, part, several, text, whole
from api.v1.documents.parts import Document
from api.v1.documents.timeline import Evidence
from api.v1.schemas import says
from domain import vocabulary
from domain.ledger.merkle import entry as bytes_of
from domain.ledger.merkle import leaf_hash
from domain.ledger.metadata import metadata
from projections.trail_search import Entry, Stored

RECORDS = ("operation", "agreement", "partner", "account", "token", "statement")

CHANGES = (
    "What it changed of its record, by field: before and after; of a correction, the fields of what it puts right."
)


class AuditEntry(Schema):
    """An entry of the trail."""

    position = whole("Place of the entry in the ledger.")
    record = one_of(RECORDS, "Kind of the record that it belongs to.")
    reference = text("Name of the record.")
    version = whole("Place of the entry in its record's history.")
    type = text("Stable name of the kind of fact: `operation.started`.")
    label = text("Kind of the fact, in French.")
    on = day("When it happened or takes effect.")
    true_from = date("The day that it counts from: the last of a month or a year.")
    recorded_at = instant("When it was recorded.")
    recorded_on = date("The day on which it was recorded, in Paris; it never goes back.")
    delay_days = whole("Days from when it certainly had happened to the day of recording.")
    late = flag("Recorded more than 60 days after it happened.")
    recorded_by = text("Opaque id of who recorded it.")
    organisation = text("Partner code of whoever it was recorded for.")
    role = one_of(vocabulary.ROLES, "Role of who recorded it, at that time.")
    on_behalf_of = text("Opaque id of whoever it was recorded on behalf of.", allow_none=True)
    credential = text("Public id of the token that was used.", allow_none=True)
    command = text("Id of the command.")
    correlation = text("Id of the whole undertaking.")
    causation = text("Id of what led to it.", allow_none=True)
    source = text("Where it came from: `api`, `cli`, `import:<sha256 of the file>/<line>`.")
    partner = text("Partner whose money it moves, or whom it is about.", allow_none=True)
    amount_cents = whole("Amount that it moves, as it was first recorded.", allow_none=True)
    reason = text("Why.", allow_none=True)
    documents = several(Evidence, "The evidence.")
    corrects = whole("Version of the entry that it corrects or voids.", allow_none=True)
    voided_by = whole("Version of the entry that corrected or voided it, as known now.", allow_none=True)
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw()), required=True, metadata=says(CHANGES))


class StoredEntry(Schema):
    """What is stored of an entry."""

    position = whole("Place of the entry in the ledger.")
    originator_id = text("Id of the record.")
    originator_version = whole("Place of the entry in its record's history.")
    topic = text("Stable name of the kind of fact.")
    state = text("The stored bytes, in base64: what the leaf is made of, with all above.")
    content = text("The stored bytes, as text.")
    sha256 = text("SHA-256 of the stored bytes, in hex.")
    leaf = text("Its leaf in the tree over the ledger, in base64; see `GET /v1/audit/inclusion`.")


class WholeEntry(AuditEntry):
    """An entry of the trail with what is stored of it."""

    waived = several(fields.String(), "Codes of the rules that imported history was not held to.")
    stored = part(StoredEntry, "What is stored of it, to be checked by whoever doubts.")


class AuditTrail(Schema):
    items = several(AuditEntry, "Entries, newest first.")
    next = text(NEXT, allow_none=True)
    previous = text("Send it as `cursor` for the page of what is newer; null where nothing is.", allow_none=True)


def line(row: Entry) -> msgspec.Raw:
    """An entry of the trail, which is kept as it is answered: nobody reads it on the way."""
    return msgspec.Raw(row.text.encode())


def entry(row: Entry) -> Document:
    """The same, by name."""
    return msgspec.structs.asdict(row.read())


def whole_entry(row: Stored) -> Document:
    """An entry with what is stored of it."""
    leaf = leaf_hash(bytes_of(row.entry.position, row.originator_id, row.version, row.topic, row.state))
    stored = {
        **as_stored(row),
        "content": row.state.decode(),
        "sha256": hashlib.sha256(row.state).hexdigest(),
        "leaf": b64encode(leaf).decode(),
    }
    return {**entry(row.entry), "waived": list(metadata(row.state).waived), "stored": stored}


def as_stored(row: Stored) -> Document:
    """What is stored of an entry, as `jalon export events` writes it and `docs/verifier.py` reads it."""
    return {
        "position": row.entry.position,
        "originator_id": str(row.originator_id),
        "originator_version": row.version,
        "topic": row.topic,
        "state": b64encode(row.state).decode(),
    }


@cache
def label(topic: str) -> str:
    """A kind of fact, in French."""
    return str(resolve_topic(topic).label)
