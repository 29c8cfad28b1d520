"""The writer of the access log: it loses nothing that it can keep, stops nobody's work, and says what it lost."""

import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from api.accesses import writer as writers
from api.accesses.writer import Writer
from api.app import Services, create_app
from tests.api.conftest import until
from tests.api.test_accesses import noted
from tests.story import AUTHORITY, NOW


@pytest.fixture
def connections(database_url: str) -> Iterator[ConnectionPool[Any]]:
    with ConnectionPool(database_url, min_size=1, max_size=2, kwargs={"autocommit": True}, open=True) as pool:
        yield pool


@pytest.fixture
def still(monkeypatch: Any) -> None:
    """Nothing is written before the test says so."""
    monkeypatch.setattr(writers, "EVERY", 3600.0)


@pytest.fixture
def away(database_url: str) -> Iterator[ConnectionPool[Any]]:
    """Connections to a PostgreSQL that is not there."""
    nowhere = "postgresql://127.0.0.1:1/none?connect_timeout=1"
    with ConnectionPool(nowhere, min_size=0, max_size=1, timeout=0.1, open=True) as pool:
        yield pool


def kept(database_url: str) -> int:
    """The lines that are in the table."""
    with psycopg.connect(database_url) as db:
        (count,) = db.execute("SELECT count(*) FROM access_log").fetchone() or (0,)
    return int(count)


def test_lines_are_written_in_the_background(connections, database_url):
    made = Writer(connections)
    made.add(noted())
    until(lambda: kept(database_url) == 1)
    made.close()


def test_many_lines_go_in_several_batches(connections, database_url, still, monkeypatch):
    monkeypatch.setattr(writers, "BATCH", 3)
    made = Writer(connections)
    for _ in range(10):
        made.add(noted())
    made.write()
    assert (kept(database_url), made.lost) == (10, 0)


def test_what_waits_is_written_when_the_process_ends(connections, database_url, still):
    made = Writer(connections)
    for _ in range(5):
        made.add(noted())
    assert kept(database_url) == 0
    made.close()
    assert (kept(database_url), made.lost) == (5, 0)


def test_what_postgresql_cannot_take_now_is_written_once_it_can(connections, away, database_url, still, monkeypatch):
    made = Writer(away)
    made.add(noted())
    made.write()
    made.add(noted())
    made._connections = connections
    made.write()
    assert (kept(database_url), made.lost, made.loses) == (2, 0, False)


def test_a_batch_whose_acknowledgement_was_lost_is_not_doubled(connections, database_url, still):
    made, again = Writer(connections), noted()
    made.add(again)
    made.write()
    made.add(again)
    made.add(noted())
    made.write()
    assert (kept(database_url), made.lost) == (2, 0)


def test_lines_past_the_bound_are_lost_counted_and_said(away, still, caplog):
    made = Writer(away, most=3)
    for _ in range(8):
        made.add(noted())
    with caplog.at_level(logging.ERROR, logger="api.accesses.writer"):
        made.write()
    assert (made.lost, made.loses) == (5, True)
    assert "5 lines of the access log are lost, 5 since this process began" in caplog.text


def test_what_postgresql_refuses_is_lost_alone(connections, database_url, still, caplog):
    made = Writer(connections)
    for status in (200, 10**9, 200):
        made.add(noted(status=status))
    made.write()
    made.add(noted())
    made.write()
    assert (kept(database_url), made.lost) == (3, 1)
    assert "A line of the access log is refused" in caplog.text


def test_what_cannot_be_written_when_the_process_ends_is_said(away, still, caplog):
    made = Writer(away)
    made.add(noted(request_id=uuid4().hex))
    made.close()
    assert made.lost == 1
    assert "1 lines of the access log are lost" in caplog.text


def test_ready_says_how_much_was_lost(database_url, services):
    given = Services(ledger=services.ledger, reads=services.reads, authority=AUTHORITY, clock=lambda: NOW)
    client = create_app(given).test_client()
    told = client.get("/readyz").json
    assert (told["accesses_lost"], "accesses-lost" in told["reasons"]) == (0, False)
    given.accesses._lose(7)
    told = client.get("/readyz").json
    assert (told["accesses_lost"], "accesses-lost" in told["reasons"], told["status"]) == (7, True, "degraded")
