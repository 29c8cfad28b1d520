"""The trail: every entry of every record, who recorded it for whom, and what it changed; `trail_search.py` asks it.

A row holds what entries are searched by and what takes their history to know. Everything else of an entry is read from
the ledger by its position: to write it twice would make a rebuild slower by a third, and prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from psycopg import Cursor

from domain.agreement import Agreement
from domain.dates import paris_day
from domain.event import Event
from domain.events.correcting import Correction, concerning
from domain.operation import Operation
from domain.partner import Partner
from domain.record import Record
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
    voided_by as known now. changes: see `differences.py`.
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
    changes: str | None = None


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
            changes text
        )
    """
    # Whatever an auditor asks by, newest first, is one stretch of one of these.
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
        CREATE INDEX ON {{schema}}.entry (position) WHERE corrects IS NOT NULL
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


def row(told: Told, changes: str | None) -> TrailRow:
    """An entry as it is first known."""
    event, record, by = told.event, told.record, told.event.by
    day = paris_day(told.known)
    known = entry_fact(told)
    return TrailRow(
        record=record.TOPIC,
        reference=record.reference,
        version=event.version,
        position=told.position,
        kind=event.TOPIC.partition(".")[2],
        actor=by.actor,
        organisation=by.organisation,
        credential=by.credential,
        day=day,
        true_from=known["true_from"],
        delay=delay(event, day),
        partner=known["partner"],
        amount_cents=known["amount_cents"],
        evidence=len(event.documents),
        corrects=event.target if isinstance(event, Correction) else None,
        changes=changes,
    )


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
