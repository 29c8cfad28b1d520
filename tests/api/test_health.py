"""For machines that watch: is this process alive, can it answer."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from api.app import Services, create_app
from api.counting import Counters
from tests.api.desk import CARPEAUX, Desk
from tests.story import AUTHORITY, NOW


def test_the_process_answers(desk: Desk):
    assert desk.get("/healthz", None).json == {"status": "ok"}


def test_without_a_follower_the_service_is_degraded(planned: Desk):
    planned.post(f"{CARPEAUX}/abandon", {"on": "2010", "reason": "Recours"})
    response = planned.get("/readyz", None)
    assert (response.status_code, response.json["status"]) == (200, "degraded")
    assert response.json["reasons"] == ["no-follower"]
    assert response.json["position"] == planned.ledger.head()
    assert response.json["lag"] == response.json["projections"]["timeline"] == 1


def test_with_a_follower_the_service_is_ready(desk: Desk):
    stop = threading.Event()
    following = threading.Thread(target=desk.follower.run, args=(stop,))
    following.start()
    try:
        while desk.get("/readyz", None).json["status"] != "ready":
            stop.wait(0.01)
    finally:
        stop.set()
        following.join()
    # PostgreSQL notices a moment later that the connection, and so the lock, is gone.
    while desk.get("/readyz", None).json["reasons"] != ["no-follower"]:
        time.sleep(0.01)


def test_an_entry_that_waits_for_long_is_told(planned: Desk, services: Services):
    planned.post(f"{CARPEAUX}/abandon", {"on": "2010", "reason": "Recours"})
    later = create_app(replace(services, clock=lambda: NOW + timedelta(seconds=11))).test_client()
    assert later.get("/readyz").json["reasons"] == ["no-follower", "behind"]
    planned.follower.catch_up()
    assert later.get("/readyz").json["reasons"] == ["no-follower"]


def test_a_redis_that_is_away_is_told_and_stops_nobody(desk: Desk, services: Services):
    client = create_app(replace(services, counters=Counters("redis://127.0.0.1:1"))).test_client()
    response = client.get("/readyz")
    assert (response.status_code, response.json["status"]) == (200, "degraded")
    assert response.json["reasons"] == ["no-follower", "redis-away"]


def test_a_frozen_projection_is_told_with_its_event(planned: Desk, tables):
    planned.post(f"{CARPEAUX}/abandon", {"on": "2010", "reason": "Recours"})
    with psycopg.connect(tables, autocommit=True) as db:
        db.execute("UPDATE projection SET error = 'broken by a secret' WHERE name = 'commitments'")
    response = planned.get("/readyz", None)
    assert (response.status_code, response.json["status"]) == (503, "frozen")
    assert response.json["frozen"] == [
        {"projection": "commitments", "position": planned.ledger.head(), "event": "operation.abandoned"}
    ]
    assert "secret" not in response.get_data(as_text=True)


@pytest.fixture
def away(services: Services):
    """A client of the application, where PostgreSQL cannot be reached for reading."""
    nowhere = "postgresql://127.0.0.1:1/nowhere?connect_timeout=1"
    with ConnectionPool(nowhere, min_size=0, max_size=1, timeout=0.2, open=True) as reads:
        app = create_app(Services(ledger=services.ledger, reads=reads, authority=AUTHORITY, clock=lambda: NOW))
        yield app.test_client()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_where_postgresql_is_away_the_answer_is_to_come_back(away):
    response = away.get(CARPEAUX, headers={"Authorization": "Bearer jal_lea_x"})
    assert (response.status_code, response.json["code"]) == (503, "store-unavailable")
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_where_postgresql_is_away_the_service_is_down(away):
    response = away.get("/readyz")
    assert (response.status_code, response.json) == (503, {"status": "down", "reasons": ["postgresql-away"]})
    assert int(response.headers["Retry-After"]) > 0


def test_whoever_watches_is_answered_whatever_hangs(desk: Desk, tables):
    with psycopg.connect(tables) as other:
        other.execute("LOCK TABLE projection IN ACCESS EXCLUSIVE MODE")
        # The lock is held until both are answered, so nobody is answered who waits for it.
        assert [desk.get("/readyz", None).json["status"] for _ in range(2)] == ["down", "down"]
        looking = [thread for thread in threading.enumerate() if thread.name == "question"]
        assert len(looking) == 1
    looking[0].join()
    assert desk.get("/readyz", None).json["status"] == "degraded"
