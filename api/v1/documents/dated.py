"""What a dated document says of the moment that it speaks of."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from api.v1.schemas import says


class AsOf(NamedTuple):
    """What was asked of the past; each None where it was not."""

    as_known_on: date | None = None
    as_true_on: date | None = None
    statement: str | None = None

    @property
    def looks_back(self) -> bool:
        """An earlier knowledge was asked for."""
        return self.as_known_on is not None or self.statement is not None

    @property
    def said(self) -> dict[str, Any]:
        """As documents say it."""
        return self._asdict()

    @property
    def key(self) -> list[str | None]:
        """As cursors keep it, so that every page of a list is of one moment."""
        return [each if each is None else str(each) for each in self]


PRESENT = AsOf()


class Looking(Schema):
    """The moment that a document speaks of; all null: the present."""

    as_known_on = fields.Date(
        required=True, allow_none=True, metadata=says("Made of what was recorded by the end of that day; null: of all.")
    )
    as_true_on = fields.Date(
        required=True, allow_none=True, metadata=says("Made of what had happened by that day; null: of all.")
    )
    statement = fields.String(
        required=True, allow_none=True, metadata=says("Made of what was known at that statement; null: of all.")
    )
