"""Rebuilding all projections, against the library's runner, which commits each event by itself."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
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
from benchmarks.histories import AGGLO
from benchmarks.seed import sow
from domain.ledger import head
from domain.ledger.mapper import PlainMapper
from projections.rebuild import rebuild

TURNS = 3


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
    sow(url, AGGLO)
    ours = statistics.median(seconds(lambda: rebuild(url)) for _ in range(TURNS))
    theirs = len(projections.PROJECTIONS) * seconds(lambda: run_library(url))
    yield Figure("rebuilds of all projections per rebuild by the library's runners", theirs / ours, 40)


def seconds(act: Callable[[], None]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def run_library(url: str) -> None:
    """One projection of the library, from the first event to the last."""
    with psycopg.connect(url) as db:
        last = head(db.cursor())
    parts: dict[str, Any] = {"host": "", "port": "5432", "user": "", "password": "-"} | conninfo_to_dict(url)
    env = {f"POSTGRES_{name.upper()}": str(value) for name, value in parts.items()}
    env["PERSISTENCE_MODULE"] = "eventsourcing.postgres"
    with ProjectionRunner(application_class=Stored, projection_class=Seen, view_class=Rows, env=env) as runner:
        runner.wait(last, timeout=300)
