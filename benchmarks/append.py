"""Appending one event with its command, against a bare INSERT of the same bytes and against the library's defaults."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from api.run.migrating import make_durable
from api.run.servers import LocalServers
from benchmarks import Figure, medians
from domain.ledger.datastore import LedgerDatastore
from domain.ledger.recorder import CommandRow, LedgerRecorder

TURNS, CALLS = 40, 75

# An operation planned with a few facts: 410 bytes, as most events are.
STATE = (
    b'{"timestamp":"2026-11-22T10:00:00Z","on":"2008-02","by":{"actor":"u-1","organisation":"cavm","role":"team",'
    b'"source":"api","command":"00000000-0000-4000-8000-000000000001",'
    b'"correlation":"00000000-0000-4000-8000-000000000001"},"reason":"Comit\xc3\xa9 de pilotage",'
    b'"reference":"ANZ-CARPEAUX","title":"Anzin : Carpeaux","communes":["59014"],"theme":"social_housing",'
    b'"cost_cents":5600000000,"starts_on":"2008-09"}'
)
ANSWER = '{"reference":"ANZ-CARPEAUX","version":1}'
FINGERPRINT = bytes(32)

BARE = b"INSERT INTO bare.stored_events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)"


def event() -> StoredEvent:
    return StoredEvent(uuid4(), 1, "operation.planned", STATE)


def library(database_url: str) -> PostgresApplicationRecorder:
    """The library's recorder as it comes, in a schema of its own."""
    parts: dict[str, Any] = {"host": "", "port": "", "user": "", "password": ""} | conninfo_to_dict(database_url)
    recorder = PostgresApplicationRecorder(PostgresDatastore(**parts, schema="library", pool_size=5, max_overflow=10))
    recorder.create_table()
    return recorder


def measure(servers: LocalServers) -> Iterator[Figure]:
    """One writer, each append in its own transaction; ours as the application's role, the others as the superuser."""
    make_durable(servers.database_url, servers.application_url)
    with psycopg.connect(servers.database_url, autocommit=True) as db:
        db.execute("CREATE SCHEMA library")
        db.execute("CREATE SCHEMA bare")
        db.execute("CREATE TABLE bare.stored_events (LIKE public.stored_events INCLUDING ALL)")
        ours = LedgerRecorder(LedgerDatastore(servers.application_url))
        theirs = library(servers.database_url)

        def insert() -> None:
            e = event()
            db.execute(BARE, (e.originator_id, e.originator_version, e.topic, e.state), prepare=True)

        taken = medians(
            {
                "bare": insert,
                "library": lambda: theirs.insert_events([event()]),
                "ours": lambda: ours.insert_events([event()], command=CommandRow(uuid4(), FINGERPRINT, ANSWER)),
            },
            turns=TURNS,
            calls=CALLS,
        )
        ours.datastore.close()
        theirs.datastore.close()
    yield Figure("appends per bare INSERT, one event with its command", taken["bare"] / taken["ours"], 0.55)
    yield Figure("appends per append of the library's, which keeps no command", taken["library"] / taken["ours"], 2)
