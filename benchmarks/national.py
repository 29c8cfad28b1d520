"""The record of a country, 20,000 operations and 1,000,000 changes: how soon it is there, and built again."""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

import domain.ledger
import projections
from api.run.servers import Servers
from api.run.wiring import create_tables
from benchmarks import Figure
from benchmarks.dated import measure_dated
from benchmarks.histories import AGGLO, NATIONAL
from benchmarks.rebuild import run_library, seconds
from benchmarks.seed import sow
from projections.rebuild import rebuild

PAGE = resource.getpagesize()


def measure(servers: Servers) -> Iterator[Figure]:
    """The library's runner takes the same time for each entry, so it is given the agglomeration's record alone."""
    url = servers.database_url
    create_tables(url)
    loading = seconds(lambda: sow(url, NATIONAL))
    yield Figure(f"times within 60 s: loading the record ({loading:.1f} s)", 60 / loading, 1)
    with watched("projections.part") as sizes:
        building = seconds(lambda: rebuild(url))
    yield Figure(f"times within 60 s: all projections ({building:.1f} s)", 60 / building, 1)
    largest = max(sizes)
    yield Figure(f"times within 100 MB: the largest process that built them ({largest:.0f} MB)", 100 / largest, 1)
    yield from measure_dated(servers)
    theirs = len(projections.PROJECTIONS) * by_the_library(url)
    yield Figure("rebuilds of all projections per rebuild by the library's runners", theirs / building, 40)


@contextmanager
def watched(module: str) -> Iterator[list[float]]:
    """The sizes of the processes that run a module, in MB, looked at every half second. Linux only."""
    over, sizes = threading.Event(), [0.0]

    def watch() -> None:
        while not over.wait(0.5):
            for process in Path("/proc").glob("[0-9]*"):
                # It may end while it is looked at.
                with suppress(OSError):
                    if module.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                        sizes.append(int((process / "statm").read_text().split()[1]) * PAGE / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield sizes
    finally:
        over.set()
        watcher.join()


def by_the_library(url: str) -> float:
    """Seconds that one projection of the library would take."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE DATABASE library")
    beside = make_conninfo(url, dbname="library")
    domain.ledger.create_tables(beside)
    sow(beside, AGGLO)
    return seconds(lambda: run_library(beside)) * NATIONAL.entries / AGGLO.entries
