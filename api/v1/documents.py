"""What readers get: each document is made by one function, from the rows of the projections, keys in contract order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.money import Figures
from projections.standing import Standing
from projections.timeline import EntryRow, HeadRow

Document = dict[str, Any]


def timeline(head: HeadRow, entries: Sequence[EntryRow]) -> Document:
    """The timeline of an operation. entries: in the order in which things happened."""
    return {
        "reference": head.reference,
        "title": head.title,
        "phase": head.phase,
        "version": head.version,
        "position": head.position,
        "to_complete": list(head.to_complete),
        "as_known_on": None,
        "as_true_on": None,
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
        "recorded_at": instant(row.recorded_at),
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


def schedule(calendar: Mapping[str, Any]) -> Document:
    """The calendar: first promise, current one, what happened, and the days in between."""
    keys = ("initial", "current", "actual", "slip_days")
    return {step: {key: calendar[step][key] for key in keys} for step in ("start", "delivery")}


def funding(row: Standing) -> Document:
    """The money of an operation, against its cost."""
    return {"cost_cents": row.cost_cents, **figures(row.figures)}


def figures(sums: Figures) -> Document:
    """What a committee asks; loans stand apart."""
    return {
        "allocated_cents": sums.allocated_cents,
        "committed_cents": sums.committed_cents,
        "paid_cents": sums.paid_cents,
        "to_commit_cents": sums.to_commit_cents,
        "to_pay_cents": sums.to_pay_cents,
        "loans_cents": sums.loans_cents,
    }


def evidence(document: Mapping[str, Any]) -> Document:
    """A piece of evidence."""
    return {key: document[key] for key in ("title", "ref", "sha256")}


def instant(at: datetime) -> datetime:
    """An instant as it is written: UTC, whatever the time zone of the connection that read it."""
    return at.astimezone(UTC)
