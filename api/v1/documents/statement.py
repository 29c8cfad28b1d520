"""A statement: what was known at one position, under a name."""

from __future__ import annotations

from marshmallow import Schema

from api.v1.documents.describing import NEXT, day, instant, several, text, whole
from api.v1.documents.parts import Document, utc
from projections.moments import StatementRow


class Statement(Schema):
    code = text("The statement's name; every dated read takes it as `statement`.")
    title = text("What people call it.")
    on = day("The day that it is of.")
    position = whole("The last position that it takes in.")
    recorded_at = instant("When it was recorded.")
    recorded_by = text("Opaque id of who recorded it.")
    organisation = text("Partner code of whoever it was recorded for.")
    reason = text("Why.", allow_none=True)


class Statements(Schema):
    items = several(Statement, "Statements, by code.")
    next = text(NEXT, allow_none=True)


def statement(row: StatementRow) -> Document:
    """A statement."""
    return {
        "code": row.statement,
        "title": row.title,
        "on": row.on,
        "position": row.stated,
        "recorded_at": utc(row.recorded_at),
        "recorded_by": row.recorded_by,
        "organisation": row.organisation,
        "reason": row.reason,
    }
