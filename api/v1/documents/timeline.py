"""The timeline of an operation: its head and its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema

from api.v1.documents.dated import PRESENT, AsOf, Looking
from api.v1.documents.describing import (
    PHASE,
    POSITION,
    VERSION,
    codes,
    day,
    instant,
    one_of,
    part,
    several,
    text,
    whole,
)
from api.v1.documents.parts import Document, Figures, Schedule, figures, schedule, utc
from domain import vocabulary
from projections.standing import Standing
from projections.timeline import EntryRow, HeadRow


class Funding(Figures):
    cost_cents = whole("Cost of the operation; null while unknown.", allow_none=True)


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
    source = text("Where it came from: `api`, `page`, `cli`, `import:<sha256 of the file>/<line>`.")
    detail = text("What it says, in French.", allow_none=True)


class Timeline(Looking):
    reference = text("The operation's name.")
    title = text("What people call it.")
    phase = one_of(vocabulary.PHASES, PHASE, allow_none=True)
    version = whole(VERSION)
    position = whole(POSITION)
    to_complete = codes("What the record still lacks, by the name of the missing fact.")
    schedule = part(Schedule, "The calendar.")
    funding = part(Funding, "The money.")
    entries = several(TimelineEntry, "In the order in which things happened.")


def timeline(head: HeadRow, entries: Sequence[EntryRow], asked: AsOf = PRESENT, *, happened: bool = True) -> Document:
    """The timeline of an operation. entries: in the order in which things happened. happened: something of it had."""
    return {
        "reference": head.reference,
        "title": head.title,
        "phase": head.phase if happened else None,
        "version": head.version,
        "position": head.position,
        "to_complete": list(head.to_complete),
        **asked.said,
        "schedule": schedule(head.schedule),
        "funding": funding(head),
        "entries": [entry(each) for each in entries],
    }


def entry(row: EntryRow) -> Document:
    """One entry of a timeline."""
    return {
        "version": row.version,
        "kind": row.kind,
        "label": row.label,
        "on": row.on,
        "recorded_at": utc(row.recorded_at),
        "recorded_by": row.recorded_by,
        "organisation": row.organisation,
        "partner": row.partner,
        "amount_cents": row.amount_cents,
        "reason": row.reason,
        "documents": [evidence(each) for each in row.documents],
        "corrects": row.corrects,
        "voided_by": row.voided_by,
        "source": row.source,
        "detail": row.detail,
    }


def funding(row: Standing) -> Document:
    """The money of an operation, against its cost."""
    return {"cost_cents": row.cost_cents, **figures(row.figures)}


def evidence(document: Mapping[str, Any]) -> Document:
    """A piece of evidence."""
    return {key: document[key] for key in ("title", "ref", "sha256")}
