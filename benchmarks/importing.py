"""Appending many events at once, as an import does, against COPY of the same rows; encoding counted on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import psycopg

from api.run.servers import Servers
from benchmarks import Figure, medians
from benchmarks.histories import AUTHORITY
from domain.dates import PartialDate
from domain.event import Author, Entry, Event
from domain.ledger import create_tables
from domain.ledger.datastore import LedgerDatastore
from domain.ledger.mapper import PlainMapper
from domain.ledger.recorder import CommandRow, LedgerRecorder
from domain.operation import Operation

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TURNS, OPERATIONS, FACTS = 9, 100, 9

COPY = "COPY copied.stored_events (originator_id, originator_version, topic, state) FROM STDIN (FORMAT BINARY)"
TYPES = ("uuid", "bigint", "text", "bytea")


def measure(servers: Servers) -> Iterator[Figure]:
    """A thousand events of a hundred operations in one transaction."""
    create_tables(servers.database_url)
    mapper = PlainMapper()
    with psycopg.connect(servers.database_url, autocommit=True) as db:
        db.execute("CREATE SCHEMA copied")
        db.execute("CREATE TABLE copied.stored_events (LIKE public.stored_events INCLUDING ALL)")
        recorder = LedgerRecorder(LedgerDatastore(servers.database_url))
        turns = iter([told() for _ in range(2 * (TURNS + 1))])

        def append() -> None:
            stored = [mapper.to_stored_event(event) for event in next(turns)]
            recorder.insert_events(stored, command=CommandRow(uuid4(), bytes(32), "{}"))

        def copy() -> None:
            with db.cursor().copy(COPY) as rows:
                rows.set_types(TYPES)
                for event in next(turns):
                    stored = mapper.to_stored_event(event)
                    rows.write_row((stored.originator_id, stored.originator_version, stored.topic, stored.state))

        taken = medians({"append": append, "copy": copy}, turns=TURNS, calls=1)
        recorder.datastore.close()
    yield Figure("appends of many events per COPY of the same rows", taken["copy"] / taken["append"], 0.5)


def told() -> Sequence[Event]:
    """New operations, each with its milestones."""
    return [event for _ in range(OPERATIONS) for event in operation().pending_events]


def operation() -> Operation:
    command = uuid4()
    by = Author(
        actor="u-1", organisation=AUTHORITY, role="team", source="import:x/1", command=command, correlation=command
    )
    said = Entry(on=PartialDate.parse("2008-02"), at=NOW, by=by)
    name = uuid4().hex.upper()
    made = Operation.plan(authority=AUTHORITY, reference=name, title="Anzin : Carpeaux", communes=("59014",), **said)
    for number in range(FACTS):
        made.log_milestone(code=f"n-{number}", title="Réunion de chantier", **said)
    return made
