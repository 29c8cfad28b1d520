"""The writer of the access log: it loses nothing that it can keep, stops nobody's work, and says what it lost."""

import logging
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.accesses import writer as writers
from api.accesses.writer import Writer
from api.app import Services, create_app
from tests.api.conftest import until
from tests.api.test_accesses import MADE_UP, noted
from tests.story import AUTHORITY, NOW

NOWHERE = "postgresql://127.0.0.1:1/none"
"""PostgreSQL is away."""


@pytest.fixture
def still(monkeypatch: Any) -> None:
    """Nothing is written before the test says so."""
    monkeypatch.setattr(writers, "EVERY", 3600.0)


def kept(database_url: str) -> int:
    """Our lines that are in the table."""
    with psycopg.connect(database_url) as db:
        (count,) = db.execute("SELECT count(*) FROM access_log WHERE user_agent = %s", (MADE_UP,)).fetchone() or (0,)
    return int(count)


def test_lines_are_written_in_the_background(database_url):
    made = Writer(database_url)
    made.add(noted())
    until(lambda: kept(database_url) == 1)
    made.close()


def test_many_lines_go_in_several_batches(database_url, still, monkeypatch):
    monkeypatch.setattr(writers, "BATCH", 3)
    made = Writer(database_url)
    for _ in range(10):
        made.add(noted())
    made.write()
    assert (kept(database_url), made.lost) == (10, 0)


def test_what_waits_is_written_when_the_process_ends(database_url, still):
    made = Writer(database_url)
    for _ in range(5):
        made.add(noted())
    assert kept(database_url) == 0
    made.close()
    assert (kept(database_url), made.lost) == (5, 0)


def test_what_postgresql_cannot_take_now_is_written_once_it_can(database_url, still, monkeypatch):
    made = Writer(NOWHERE)
    made.add(noted())
    made.write()
    made.add(noted())
    made._database_url = database_url
    made.write()
    assert (kept(database_url), made.lost, made.loses) == (2, 0, False)


def test_a_batch_whose_acknowledgement_was_lost_is_not_doubled(database_url, still):
    made, again = Writer(database_url), noted()
    made.add(again)
    made.write()
    made.add(again)
    made.add(noted())
    made.write()
    assert (kept(database_url), made.lost) == (2, 0)


def test_lines_past_the_bound_are_lost_counted_and_said(still, caplog):
    made = Writer(NOWHERE, most=3)
    for _ in range(8):
        made.add(noted())
    with caplog.at_level(logging.ERROR, logger="api.accesses.writer"):
        made.write()
    assert (made.lost, made.loses) == (5, True)
    assert "5 lines of the access log are lost, 5 since this process began" in caplog.text


def test_a_connection_that_was_cut_is_made_again(database_url, still):
    made = Writer(database_url)
    made.add(noted())
    made.write()
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jalon-access-log'")
    made.add(noted())
    made.write()
    made.write()
    assert (kept(database_url), made.lost) == (2, 0)
    made.close()


def test_what_postgresql_refuses_is_lost_alone(database_url, still, caplog):
    made = Writer(database_url)
    for status in (200, 10**9, 200):
        made.add(noted(status=status))
    made.write()
    made.add(noted())
    made.write()
    assert (kept(database_url), made.lost) == (3, 1)
    assert "A line of the access log is refused" in caplog.text


def test_what_cannot_be_written_when_the_process_ends_is_said(still, caplog):
    made = Writer(NOWHERE)
    made.add(noted(request_id=uuid4().hex))
    made.close()
    assert made.lost == 1
    assert "1 lines of the access log are lost" in caplog.text


def test_ready_says_how_much_was_lost(database_url, services):
    lossy = Writer(database_url)
    given = Services(
        ledger=services.ledger, reads=services.reads, authority=AUTHORITY, clock=lambda: NOW, accesses=lossy
    )
    client = create_app(given).test_client()
    told = client.get("/readyz").json
    assert (told["accesses_lost"], "accesses-lost" in told["reasons"]) == (0, False)
    lossy._lose(7)
    told = client.get("/readyz").json
    assert (told["accesses_lost"], "accesses-lost" in told["reasons"], told["status"]) == (7, True, "degraded")
