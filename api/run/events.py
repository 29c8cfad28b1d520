"""The ledger as a file: JSON Lines that anybody can read, and from which the same ledger is made again.

One line an entry: where it stands, what it says (`event`), the version of its class that wrote it (`schema`), its
stored bytes (`state`, base64), and a digest of all lines so far. The last line says how many there were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.persistence import MapperDeserialisationError
from psycopg import Connection, IsolationLevel

from api import people
from api.run.erased import Erased, erased
from domain.event import Event
from domain.ledger import RawEntry, Seal, checkpoints, count_all, read_raw

FORMAT = 1
NO_EVENT = msgspec.Raw(b"null")

Progressed = Callable[[int, int], None]


class Line(msgspec.Struct):
    """One entry."""

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    schema: int | None
    state: bytes
    event: msgspec.Raw
    digest: str


class Summary(msgspec.Struct):
    """What the last line says of all before it. erased: people whose names may not come back."""

    format: int
    jalon: str
    authority: str
    at: datetime
    entries: int
    position: int
    digest: str
    erased: list[Erased]


class End(msgspec.Struct, omit_defaults=True):
    """The last line. checkpoint: the signed note of exactly these entries, where there is one."""

    end: Summary
    checkpoint: str | None = None


class BadLine(SystemExit):
    """A file that is not as it was exported; a SystemExit, so that one line is shown and no traceback."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"Line {number}: {problem} Nothing was imported.")


@contextmanager
def standing_still(database_url: str) -> Iterator[Connection[Any]]:
    """A connection that sees the record as it is at this moment, whatever is recorded meanwhile."""
    with psycopg.connect(database_url, connect_timeout=5) as db:
        db.isolation_level, db.read_only = IsolationLevel.REPEATABLE_READ, True
        # One that waits for another program is not idle.
        db.execute("SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0")
        yield db


def exported(database_url: str, authority: str, at: datetime, progress: Progressed) -> Iterator[bytes]:
    """The lines of the file, each with its end, in constant memory."""
    encoder = msgspec.json.Encoder()
    with standing_still(database_url) as db:
        seal, of = Seal(), count_all(db.cursor())
        for entry in read_raw(db):
            digest = seal.add(entry)
            yield encoder.encode(Line(*entry[:4], entry.schema, entry.state, event_of(entry), digest)) + b"\n"
            progress(seal.entries, of)
        summary = Summary(
            *(FORMAT, version("jalon"), authority, at),
            *(seal.entries, seal.position, seal.digest.hex(), erased(db.cursor())),
        )
        signed = checkpoints.latest(db.cursor())
        yield encoder.encode(End(summary, signed.note if signed and signed.size == seal.entries else None)) + b"\n"


def event_of(entry: RawEntry) -> msgspec.Raw:
    """What an entry says, as JSON within a line; null where it could not stand there."""
    return NO_EVENT if entry.schema is None or b"\n" in entry.state else msgspec.Raw(entry.state)


class Reading:
    """Reads a file line by line, and holds each of them against what was exported.

    end: the last line, once it was read. note: the checkpoint there, if any. highest: the largest number of a person
    that any entry names.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.end: Summary | None = None
        self.note: str | None = None
        self.highest = 0

    def entries(self) -> Iterator[RawEntry]:
        """The entries, in order. Raises BadLine."""
        seal, number = Seal(), 0
        for number, text in enumerate(self._lines, 1):
            if self.end is not None:
                raise BadLine(number, "it stands after the last one.")
            line = read_line(number, text)
            if isinstance(line, End):
                self.end, self.note = checked_end(number, line.end, seal), line.checkpoint
            else:
                entry = checked(number, line, seal)
                self._notice(read_event(number, entry))
                yield entry
        if self.end is None:
            raise BadLine(number + 1, "the file ends here, without its last line.")

    def _notice(self, event: Event) -> None:
        """A number that is taken is given to nobody else: accounts are named before anybody does anything by them."""
        for id in (getattr(event, "account", None), getattr(event, "holder", None), event.by.actor):
            self.highest = max(self.highest, people.number(id or "") or 0)


def read_line(number: int, text: bytes) -> Line | End:
    """A line by its form. Raises BadLine."""
    try:
        kind: type[Line | End] = End if text.startswith(b'{"end"') else Line
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadLine(number, f"it is no line of an export of events ({error}).") from error


def checked(number: int, line: Line, seal: Seal) -> RawEntry:
    """The entry of a line, as it was exported after those before it. Raises BadLine."""
    entry = RawEntry(line.position, line.originator_id, line.originator_version, line.topic, line.state)
    if entry.position <= seal.position or seal.add(entry) != line.digest:
        raise BadLine(number, "it was changed, or is not the one that followed: what stood before it is missing.")
    if entry.schema != line.schema or (event_of(entry) is not NO_EVENT and not same(line.event, entry.state)):
        raise BadLine(number, "what it says in `event` or `schema` is not what its stored bytes say.")
    return entry


def same(one: bytes | msgspec.Raw, other: bytes) -> bool:
    return one == other or msgspec.json.decode(one) == msgspec.json.decode(other)


def read_event(number: int, entry: RawEntry) -> Event:
    """The event, brought up to date by this release. Raises BadLine."""
    try:
        return entry.read()
    except MapperDeserialisationError as error:
        raise BadLine(number, f"this release of Jalon cannot read it: {error}.") from error


def checked_end(number: int, end: Summary, seal: Seal) -> Summary:
    """The last line, if it speaks of those before it. Raises BadLine."""
    if end.format != FORMAT:
        raise BadLine(number, f"the file has format {end.format}, this release reads {FORMAT}.")
    if (end.entries, end.position, end.digest) != (seal.entries, seal.position, seal.digest.hex()):
        raise BadLine(number, f"{end.entries} entries were exported, and {seal.entries} stand before this line.")
    return end
