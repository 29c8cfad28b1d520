"""How soon a partner can read what was just recorded, at 100 writes a second, the follower in its own process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median, quantiles
from uuid import uuid4

import psycopg

import domain.ledger
import projections
from api.run.servers import Servers
from benchmarks import Figure
from benchmarks.histories import AGGLO, AUTHORITY
from benchmarks.seed import sow
from domain.dates import PartialDate
from domain.event import Author, Entry
from domain.ledger import Command, Done, Ledger
from projections.follower import Follower, is_followed, position

FOLLOW = (
    "import sys, threading; from projections.follower import Follower; Follower(sys.argv[1]).run(threading.Event())"
)
SCALE = AGGLO._replace(operations=50)
WRITES, EVERY = 400, 0.01


def measure(servers: Servers) -> Iterator[Figure]:
    """Milliseconds from the acknowledgement of a write to the position of all projections."""
    url = servers.database_url
    domain.ledger.create_tables(url)
    projections.create_tables(url)
    sow(url, SCALE)
    Follower(url).catch_up()
    with subprocess.Popen([sys.executable, "-c", FOLLOW, url]) as follower:
        try:
            lags = sorted(lag * 1000 for lag in observed(url))
        finally:
            follower.terminate()
    yield Figure(f"times within 10 ms, median ({median(lags):.1f} ms)", 10 / median(lags), 1)
    yield Figure(
        f"times within 100 ms, 99th of 100 ({quantiles(lags, n=100)[98]:.1f} ms)", 100 / quantiles(lags, n=100)[98], 1
    )


def observed(url: str) -> Iterator[float]:
    """Seconds of each write."""
    ledger = Ledger(url, authority=AUTHORITY)
    with psycopg.connect(url, autocommit=True) as db:
        cursor = db.cursor()
        while not is_followed(cursor):
            time.sleep(0.05)
        due = time.perf_counter()
        for number in range(WRITES):
            time.sleep(max(due - time.perf_counter(), 0))
            due += EVERY
            written = log(ledger, number)
            began = time.perf_counter()
            while position(cursor) < written:
                time.sleep(0.0002)
            yield time.perf_counter() - began
    ledger.close()


def log(ledger: Ledger, number: int) -> int:
    """Log a milestone; the position."""
    command = Command(uuid4())
    by = Author(
        actor="u-1", organisation=AUTHORITY, role="team", source="api", command=command.id, correlation=command.id
    )
    operation = ledger.operation(f"OP-{1 + number % SCALE.operations}")
    at = operation.entries[-1].timestamp
    said = Entry(on=PartialDate.of(at.date()), at=at, by=by)
    operation.log_milestone(code=f"n-{number}", title="Réunion de chantier", **said)
    return ledger.run(command, lambda: Done(operation)).position
