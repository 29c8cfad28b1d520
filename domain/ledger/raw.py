"""Entries as they are stored, byte for byte: for archives, which give the same ledger back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection, Cursor

from domain.event import Event
from domain.ledger import statements
from domain.ledger.mapper import PlainMapper
from domain.ledger.statements import statement

AT_ONCE = 2_000

_ALL = statement(statements.ALL)
_COUNT_ALL = statement(statements.COUNT_ALL)
_HEAD = statement(statements.HEAD)
_LOCK = statement(statements.LOCK)
_PUT_BACK = statement(statements.PUT_BACK)
_GO_ON = statement(statements.GO_ON)
TYPES = ("int8", "uuid", "int8", "text", "bytea")


class Versioned(msgspec.Struct):
    """What the stored bytes say of their own form; the first one has no number."""

    class_version: int = 1


_versioned = msgspec.json.Decoder(Versioned).decode
_event = PlainMapper().read


class RawEntry(NamedTuple):
    """One row of the ledger. state: the stored column as it is."""

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes

    @property
    def schema(self) -> int | None:
        """The version of its event's class that wrote it; None where that cannot be read."""
        try:
            return _versioned(self.state).class_version
        except msgspec.DecodeError:
            return None

    def read(self) -> Event:
        """The event, brought up to date. Raises MapperDeserialisationError."""
        return _event(*self[1:])


class Seal:
    """A digest of all entries so far, each with its place: what is changed, left out or moved breaks it from there."""

    def __init__(self) -> None:
        self.digest = bytes(32)
        self.entries = 0
        self.position = 0

    def add(self, entry: RawEntry) -> str:
        """Take the next one in; the digest up to it, in hex."""
        place = f"{entry.position} {entry.originator_id} {entry.originator_version} {entry.topic} ".encode()
        self.digest = sha256(self.digest + place + entry.state).digest()
        self.entries, self.position = self.entries + 1, entry.position
        return self.digest.hex()


def read_raw(connection: Connection[Any]) -> Iterator[RawEntry]:
    """Every entry in the order of the ledger, in constant memory. The connection must be in a transaction."""
    with connection.cursor("raw_entries", binary=True) as stream:
        stream.itersize = AT_ONCE
        for row in stream.execute(_ALL):
            yield RawEntry(*row)


def count_all(cursor: Cursor[Any]) -> int:
    """How many entries there are."""
    return int(cursor.execute(_COUNT_ALL).fetchall()[0][0])


def put_back(connection: Connection[Any], entries: Iterable[RawEntry]) -> None:
    """Fill an empty ledger with entries at the positions that they had; later ones go on from there.

    connection: the owner's, in a transaction; the table is locked until its end. Raises NotEmpty.
    """
    connection.execute(_LOCK)
    refuse_filled(connection.cursor())
    with connection.cursor().copy(_PUT_BACK) as copy:
        copy.set_types(TYPES)
        for entry in entries:
            copy.write_row(entry)
    connection.execute(_GO_ON)


class NotEmpty(Exception):
    """There is a record already; nothing is put in its place."""


def refuse_filled(cursor: Cursor[Any]) -> None:
    """Raises NotEmpty."""
    ((position,),) = cursor.execute(_HEAD).fetchall()
    if position:
        raise NotEmpty(f"This record is not empty: its last position is {position}.")
