"""Words for describing documents: each field says what it holds and whether it may be null; it is always there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from api.http.fields import PARTIAL_DATE
from api.v1.schemas import says

VERSION = "Its version; send it as `If-Match` to record only on what you have read."
POSITION = "Position of the last entry that touched this document."
NEXT = "Send it as `cursor` for the next page; null on the last one."
PHASE = "Where it stands; derived, never set. null: nothing of it had happened yet on the day asked about."


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


def date(words: str) -> fields.String:
    """A whole day."""
    return fields.String(required=True, metadata=says(words, format="date"))


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


def flag(words: str) -> fields.Boolean:
    """true or false."""
    return fields.Boolean(required=True, metadata=says(words))
