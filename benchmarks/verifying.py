"""Reading a ledger of 100,000 entries again, and holding it against its tree and a checkpoint."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import psycopg

import domain.ledger
import projections
from api.run.servers import Servers
from benchmarks import Figure
from benchmarks.histories import NATIONAL
from benchmarks.rebuild import seconds
from benchmarks.seed import sow
from domain.ledger.notes import SecretKey
from projections.checkpoints import begin
from projections.rebuild import rebuild
from projections.verifying import verify

SCALE = NATIONAL._replace(operations=2_000)
TURNS = 3


def measure(servers: Servers) -> Iterator[Figure]:
    """All agrees, so that nothing is left out."""
    url = servers.database_url
    domain.ledger.create_tables(url)
    projections.create_tables(url)
    sow(url, SCALE)
    rebuild(url, "tree")
    with psycopg.connect(url) as db:
        begin(db.cursor(), SecretKey.make("jalon/cavm/benchmark"))
    taken = statistics.median(seconds(lambda: verified(url)) for _ in range(TURNS))
    yield Figure(f"times within 5 s: {SCALE.entries:,} entries verified ({taken:.2f} s)", 5 / taken, 1)


def verified(url: str) -> None:
    """Read all of it again."""
    with psycopg.connect(url) as db:
        report = verify(db.cursor())
    assert (report.good, report.entries, report.covered[0]) == (True, SCALE.entries, SCALE.entries)
