"""The connections that a web process reads by: no restart of PostgreSQL is met by a reader who comes after it."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from api.run.reads import WAIT_FOR_CONNECTION, Reads

SIZE = 3


@pytest.fixture
def reads(database_url: str) -> Iterator[Reads]:
    with Reads(database_url, size=SIZE) as reads:
        yield reads


def process_ids(reads: Reads) -> set[int]:
    """The connections that the pool holds, all of them open."""
    held = [reads.getconn() for _ in range(SIZE)]
    for connection in held:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        reads.putconn(connection)
    return {connection.info.backend_pid for connection in held}


def test_the_dead_are_not_handed_out(reads, database_url):
    before = process_ids(reads)
    with psycopg.connect(database_url, autocommit=True) as db:
        for process in before:
            db.execute("SELECT pg_terminate_backend(%s, 1000)", (process,))
    after = process_ids(reads)
    assert len(after) == SIZE
    assert not after & before


def test_where_one_is_lost_in_use_all_are_replaced(reads):
    before = process_ids(reads)
    with pytest.raises(psycopg.OperationalError), reads.connection() as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert not process_ids(reads) & before


def test_a_refused_query_costs_no_connection(reads):
    before = process_ids(reads)
    with pytest.raises(psycopg.errors.UndefinedTable), reads.connection() as connection:
        connection.execute("SELECT FROM nowhere")
    assert process_ids(reads) == before


def test_the_server_ends_what_takes_too_long(reads):
    with reads.connection() as connection:
        assert connection.autocommit
        assert connection.execute("SHOW statement_timeout").fetchone() == ("5s",)


def test_a_server_that_is_away_is_said_within_its_time():
    with Reads("postgresql://nobody@/nothing?host=/nowhere", size=SIZE) as reads, pytest.raises(PoolTimeout):
        reads.getconn()


def test_nobody_waits_as_long_for_a_server_that_is_known_to_be_away():
    with Reads("postgresql://nobody@/nothing?host=/nowhere", size=SIZE) as reads:
        waited = []
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(PoolTimeout):
                reads.getconn()
            waited.append(time.monotonic() - began)
    assert waited[1] < waited[0] / 2


def test_a_pool_that_is_merely_busy_is_waited_for(reads):
    held = [reads.getconn() for _ in range(SIZE)]
    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(PoolTimeout):
            reads.getconn()
        assert time.monotonic() - began > WAIT_FOR_CONNECTION / 2
    for connection in held:
        reads.putconn(connection)
    assert process_ids(reads)
