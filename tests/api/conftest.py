"""The application of the API tests: real, over the real ledger and projections, at a fixed instant."""

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask

from api.services import Services
from domain.ledger import CHANNEL
from projections.follower import Follower, is_followed
from tests.api.desk import AGREEMENT, CARPEAUX, CORRIDOR, GRANT, PLAN, Desk, partners, tokens
from tests.conftest import empty
from tests.kept import Nearby, kept


def opened(app: Flask, services: Services, database_url: str) -> Desk:
    """The desk of an authority that knows five partners and six tokens, and has recorded nothing else yet."""
    unread(services, database_url)
    desk = Desk(app, services.ledger, Nearby(database_url))
    desk.save(*partners(), *tokens())
    return desk


def unread(services: Services, database_url: str) -> None:
    """Nobody has read anything yet: what the writer still held of an earlier test is gone too."""
    services.accesses.write()
    with kept(database_url) as db:
        db.execute("DELETE FROM access_log")


@pytest.fixture
def desk(database_url: str, app: Flask, services: Services) -> Desk:
    """The API, before anything happened."""
    return opened(app, services, database_url)


@pytest.fixture
def followed(desk: Desk, database_url: str) -> Iterator[Desk]:
    """The desk, with a follower at work: nobody brings the projections up by hand."""
    stop = threading.Event()
    follower = threading.Thread(target=Follower(database_url).run, args=(stop,))
    follower.start()
    with psycopg.connect(database_url, autocommit=True) as db:
        until(lambda: is_followed(db.cursor()))
        yield desk
        stop.set()
        # It looks up at once where there is news.
        db.execute(f"NOTIFY {CHANNEL}")
        follower.join()
        # The lock goes when PostgreSQL has noticed that the connection is gone.
        until(lambda: not is_followed(db.cursor()))


def until(true: Callable[[], bool]) -> None:
    """Wait for what others bring about."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """The desk, with one operation planned."""
    desk.record("/v1/operations", PLAN)
    return desk


@pytest.fixture
def funded(planned: Desk) -> Desk:
    """The desk, with one operation that ANRU funds by line L1 (entry 2)."""
    planned.record(f"{CARPEAUX}/commitments", GRANT)
    return planned


@pytest.fixture
def corridor(desk: Desk) -> Desk:
    """An agreement that a landlord leads, with two operations that ANRU funds by 100 € each (entry 2)."""
    desk.record("/v1/agreements", AGREEMENT)
    for name in CORRIDOR:
        desk.record("/v1/operations", PLAN | {"reference": name, "agreement": "PNRU-2008"})
        desk.record(f"/v1/operations/{name}/commitments", GRANT | {"amount_cents": 100_00})
    return desk


@pytest.fixture(scope="module")
def started(tables: str, app: Flask, services: Services) -> Iterator[Desk]:
    """The desk, with one operation whose works began in November 2008 (entry 3).

    Shared by the tests of a file, all of which leave everything as it is.
    """
    desk = opened(app, services, tables)
    desk.record("/v1/operations", PLAN)
    desk.record(f"{CARPEAUX}/commitments", GRANT)
    desk.record(f"{CARPEAUX}/start", {"on": "2008-11-20"})
    yield desk
    empty(tables)
