"""Rebuilding all projections, against the library's runner, which commits each event by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL

import domain.ledger
import projections
from api.run.servers import Servers
from benchmarks import Figure
from benchmarks._seed import sow
from domain.ledger.mapper import PlainMapper
from projections.rebuild import rebuild

TURNS = 3

# Events that the library's runner takes in at each turn.
FEW = 1_000


class Stored(Application[UUID]):
    """Reads the ledger as an application of the library does; its table is `stored_events`."""

    name = "stored"

    def construct_mapper(self) -> PlainMapper:
        return PlainMapper()


class Rows(PostgresTrackingRecorder):
    """One row per event, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sql_create_statements.append(SQL("CREATE TABLE IF NOT EXISTS seen (id uuid, version bigint)").format())

    def add(self, event: Any, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("INSERT INTO seen VALUES (%s, %s)", (event.originator_id, event.originator_version))


class Seen(Projection[Rows]):
    """As little as a projection can do."""

    name = "seen"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.add(domain_event, tracking)


def measure(servers: Servers) -> Iterator[Figure]:
    """An agglomeration's record: 300 operations, 12,000 changes."""
    url = servers.database_url
    domain.ledger.create_tables(url)
    projections.create_tables(url)
    entries = sow(url)
    with psycopg.connect(url) as db:
        positions = [row[0] for row in db.execute("SELECT notification_id FROM stored_events ORDER BY 1")]
    with ProjectionRunner(application_class=Stored, projection_class=Seen, view_class=Rows, env=env(url)) as runner:
        runner.wait(positions[-1], timeout=120)
    ours, theirs = [], []
    for turn in range(TURNS):
        began = time.perf_counter()
        rebuild(url)
