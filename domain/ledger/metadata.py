"""What every stored entry says whatever its kind: who, when, why, on what evidence; read without the rest of it.

These names are stored for ever, in every version of every kind of event: see `domain/event.py`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.event import Document
from domain.vocabulary import Role


class By(msgspec.Struct, frozen=True, gc=False):
    """Who recorded, as `Author` says it; ids stay texts, which nobody counts with."""

    actor: str
    organisation: str
    role: Role
    source: str
    command: str
    correlation: str
    credential: str | None = None
    on_behalf_of: str | None = None
    causation: str | None = None


class Metadata(msgspec.Struct, frozen=True, gc=False):
    """on: the day, month or year that it happened, None where unknown. timestamp: when it was recorded (UTC)."""

    on: str | None
    timestamp: datetime
    by: By
    reason: str | None = None
    documents: tuple[Document, ...] = ()
    waived: tuple[str, ...] = ()


_read = msgspec.json.Decoder(Metadata).decode


def metadata(state: bytes) -> Metadata:
    """Of the stored bytes of an entry. Several times as quick as to read the whole fact."""
    return _read(state)
