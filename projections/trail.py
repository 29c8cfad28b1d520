"""The trail: every entry of every record, who recorded it for whom, and what it changed; `trail_search.py` asks it.

A row holds what entries are searched by, and beside that the entry as it is answered, as the text of a JSON object:
nothing of it changes any more, but whether a later entry has corrected it. What proves it is read from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from psycopg import Cursor

from domain.agreement import Agreement
from domain.event import Document, Event
from domain.events.correcting import Correction, concerning
from domain.operation import Operation
from domain.partner import Partner
from domain.record import Record
from domain.shape import encode
from domain.vocabulary import Role
from projections.differences import differences, look
from projections.facts import Fact, counted, voided_by
from projections.projection import Projection, Told

LATE = 60
"""Days: a fact that is recorded later than that is marked late, not refused."""


class TrailRow(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One entry. record, kind: what it belongs to and what it says; together they are its topic.

    day: on which it was recorded, in Paris; it never goes back. true_from: the day that the fact counts from.
    delay: days from it to the day of recording. partner, amount_cents: whose money it moves, as first recorded; of an
    entry about a partner, that one. evidence: how many documents. corrects, voided_by: versions in the same record;
    voided_by as known now. line: the JSON of a `Line`, which does not know that yet.
    """

    record: str
    reference: str
    version: int
    position: int
    kind: str
    actor: str
    organisation: str
    credential: str | None = None
    day: date
    true_from: date
    delay: int
    partner: str | None = None
    amount_cents: int | None = None
    evidence: int
    corrects: int | None = None
    voided_by: int | None = None
    line: str


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A piece of evidence; nothing is left out of it, as it is of what is stored."""

    title: str
    ref: str | None
    sha256: str | None


class Line(msgspec.Struct, frozen=True, gc=False):
    """An entry as it is answered, by the names of the contract. on: `2010`, `2010-03` or `2010-03-09`, None: unknown.

    changes: see `differences.py`. voided_by: comes last, so that it can be put right in the text.
    """

    position: int
    record: str
    reference: str
    version: int
    type: str
    label: str
    on: str | None
    true_from: date
    recorded_at: datetime
    recorded_on: date
    delay_days: int
    late: bool
    recorded_by: str
    organisation: str
    role: Role
    on_behalf_of: str | None
    credential: str | None
    command: UUID
    correlation: UUID
    causation: UUID | None
    source: str
    partner: str | None
    amount_cents: int | None
    reason: str | None
    documents: list[Piece]
    corrects: int | None
    changes: msgspec.Raw
    voided_by: int | None = None


NOTHING: Final = msgspec.Raw(b"{}")
UNVOIDED: Final = "null}"
"""How the text of a line ends."""

read_line: Callable[[bytes | str], Line] = msgspec.json.Decoder(Line).decode

# Kind and name of a record, and the version of an entry: wherever its row is.
Place = tuple[str, str, int]

VOID = """
    UPDATE {schema}.entry AS e SET voided_by = voided.by
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS voided (record, reference, version, by)
    WHERE e.reference = voided.reference AND e.record = voided.record AND e.version = voided.version
"""


class Trail(Projection):
    """Entries of all records, for auditors."""

    name = "trail"
    version = 2
    tables = """
        CREATE TABLE {schema}.entry (
            record text COLLATE "C" NOT NULL,
            reference text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            position bigint NOT NULL,
            kind text COLLATE "C" NOT NULL,
            actor text COLLATE "C" NOT NULL,
            organisation text COLLATE "C" NOT NULL,
            credential text COLLATE "C",
            day date NOT NULL,
            true_from date NOT NULL,
            delay int NOT NULL,
            partner text COLLATE "C",
            amount_cents bigint,
            evidence int NOT NULL,
            corrects bigint,
            voided_by bigint,
            line text NOT NULL
        );
        -- Nobody looks for it.
        ALTER TABLE {schema}.entry ALTER line SET STATISTICS 0
    """
    # Whatever an auditor asks by, newest first, is one stretch of one of these. The last: who committed, and who paid.
    indexes = f"""
        ALTER TABLE {{schema}}.entry ADD PRIMARY KEY (reference, record, position);
        CREATE UNIQUE INDEX ON {{schema}}.entry (position);
        CREATE INDEX ON {{schema}}.entry (actor, position);
        CREATE INDEX ON {{schema}}.entry (credential, position) WHERE credential IS NOT NULL;
        CREATE INDEX ON {{schema}}.entry (organisation, position);
        CREATE INDEX ON {{schema}}.entry (partner, position) WHERE partner IS NOT NULL;
        CREATE INDEX ON {{schema}}.entry (kind, position);
        CREATE INDEX ON {{schema}}.entry (true_from, position);
        CREATE INDEX ON {{schema}}.entry (position) WHERE delay > {LATE};
        CREATE INDEX ON {{schema}}.entry (position) WHERE corrects IS NOT NULL;
        CREATE INDEX ON {{schema}}.entry (kind, reference, version) INCLUDE (actor)
            WHERE record = 'operation' AND kind IN ('funding_committed', 'payment_recorded')
    """

    def clear(self) -> None:
        self._rows: dict[Place, TrailRow] = {}
        self._before: tuple[Any, ...] | None = None

    def clear_sums(self) -> None:
        self._voided: dict[Place, int | None] = {}

    def before(self, record: Record) -> None:
        self._before = look(record)

    def fold(self, told: Told) -> None:
        event, record = told.event, told.record
        before = self._before if event.version > 1 else None
        self._rows[record.TOPIC, record.reference, event.version] = row(told, differences(event, record, before))
        if isinstance(event, Correction):
            for version, by in unsettled(event, record):
                self._void((record.TOPIC, record.reference, version), by)

    def _void(self, where: Place, by: int | None) -> None:
        """An earlier entry stands no more, or again: in this batch, or in the table."""
        if known := self._rows.get(where):
            known.voided_by = by
        else:
            self._voided[where] = by

    def flush(self, cursor: Cursor[Any]) -> None:
        self.write(cursor, "entry", self._rows.values())

    def settle(self, cursor: Cursor[Any]) -> None:
        # In the end: while a rebuild fills the table, there is no index by which to find a row.
        if self._voided:
            voided = [(*where, by) for where, by in self._voided.items()]
            cursor.execute(self.sql(VOID), [list(column) for column in zip(*voided, strict=True)])


def row(told: Told, changes: bytes | None) -> TrailRow:
    """An entry as it is first known."""
    event, by = told.event, told.event.by
    known = line(told, changes)
    return TrailRow(
        record=known.record,
        reference=known.reference,
        version=known.version,
        position=known.position,
        kind=event.TOPIC.partition(".")[2],
        actor=by.actor,
        organisation=by.organisation,
        credential=by.credential,
        day=known.recorded_on,
        true_from=known.true_from,
        delay=known.delay_days,
        partner=known.partner,
        amount_cents=known.amount_cents,
        evidence=len(event.documents),
        corrects=known.corrects,
        line=encode(known).decode(),
    )


def line(told: Told, changes: bytes | None) -> Line:
    """An entry as it is answered."""
    event, record, by = told.event, told.record, told.event.by
    known, days = entry_fact(told), delay(event, told.day)
    return Line(
        told.position,
        record.TOPIC,
        record.reference,
        event.version,
        event.TOPIC,
        event.label,
        event.on.text,
        known["true_from"],
        event.timestamp.astimezone(UTC),
        told.day,
        days,
        days > LATE,
        by.actor,
        by.organisation,
        cast(Role, by.role),
        by.on_behalf_of,
        by.credential,
        by.command,
        by.correlation,
        by.causation,
        by.source,
        known["partner"],
        known["amount_cents"],
        event.reason,
        [piece(each) for each in event.documents] if event.documents else [],
        event.target if isinstance(event, Correction) else None,
        msgspec.Raw(changes) if changes else NOTHING,
    )


def piece(document: Document) -> Piece:
    """A piece of evidence, with all that might be said of it."""
    return Piece(document.title, document.ref, document.sha256)


def entry_fact(told: Told) -> Fact:
    """When the fact of an entry counts from, and whose money it moves or whom it is about."""
    if isinstance(told.record, (Operation, Agreement)):
        return told.fact
    partner = told.record.reference if isinstance(told.record, Partner) else None
    return {"true_from": counted(told.event), "partner": partner, "amount_cents": None}


def delay(event: Event, day: date) -> int:
    """Days from when the fact certainly had happened to the day of its recording; none where that is unknown."""
    return max((day - event.on.latest).days, 0) if event.on.known else 0


def unsettled(event: Correction, record: Record) -> Iterator[tuple[int, int | None]]:
    """The earlier entries that stand no more because of a correction, or stand again: (version, voided by)."""
    about = concerning(record.entries, event.puts_right_of(record))
    before, after = voided_by(about[:-1]), voided_by(about)
    for entry in about[:-1]:
        if before.get(entry.version) != after.get(entry.version):
            yield entry.version, after.get(entry.version)
