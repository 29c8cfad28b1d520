"""The record of a country, 20,000 operations and 1,000,000 changes: how soon it is there, and built again."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import make_conninfo

import domain.ledger
import projections
from api.run.servers import Servers
from benchmarks import Figure
from benchmarks.histories import AGGLO, NATIONAL
from benchmarks.rebuild import run_library, seconds
from benchmarks.seed import sow
from projections.rebuild import rebuild


def measure(servers: Servers) -> Iterator[Figure]:
    """The library's runner takes the same time for each entry, so it is given the agglomeration's record alone."""
    url = servers.database_url
    domain.ledger.create_tables(url)
    projections.create_tables(url)
    loading = seconds(lambda: sow(url, NATIONAL))
    yield Figure(f"times within 60 s: loading the record ({loading:.1f} s)", 60 / loading, 1)
    building = seconds(lambda: rebuild(url))
    yield Figure(f"times within 60 s: all projections ({building:.1f} s)", 60 / building, 1)
    # Of the children that have ended: those that built.
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Figure(f"times within 100 MB: the largest process that built them ({largest:.0f} MB)", 100 / largest, 1)
    theirs = len(projections.PROJECTIONS) * by_the_library(url)
    yield Figure("rebuilds of all projections per rebuild by the library's runners", theirs / building, 40)


def by_the_library(url: str) -> float:
    """Seconds that one projection of the library would take."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE DATABASE library")
    beside = make_conninfo(url, dbname="library")
    domain.ledger.create_tables(beside)
    sow(beside, AGGLO)
    return seconds(lambda: run_library(beside)) * NATIONAL.entries / AGGLO.entries
