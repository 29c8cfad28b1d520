"""The application of the API tests: real, over the real ledger and projections, at a fixed instant."""

from collections.abc import Iterator

import pytest
from flask import Flask
from psycopg_pool import ConnectionPool

from api.app import Services, create_app
from domain.ledger import Ledger
from projections.follower import Follower
from tests.api.desk import AGREEMENT, CARPEAUX, CORRIDOR, GRANT, PLAN, Desk, partners, tokens
from tests.conftest import empty
from tests.story import AUTHORITY, NOW


@pytest.fixture(scope="session")
def services(tables: str) -> Iterator[Services]:
    """What a serving process works with, four threads strong."""
    ledger = Ledger(tables, authority=AUTHORITY)
    with ConnectionPool(tables, min_size=1, max_size=5, timeout=5, kwargs={"autocommit": True}, open=True) as reads:
        yield Services(ledger=ledger, reads=reads, authority=AUTHORITY, clock=lambda: NOW, threads=4)
    ledger.close()


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    """The application, built once: its description takes a tenth of a second."""
    return create_app(services)


def opened(app: Flask, services: Services, database_url: str) -> Desk:
    """The desk of an authority that knows five partners and six tokens, and has recorded nothing else yet."""
    desk = Desk(app, services.ledger, Follower(database_url))
    desk.save(*partners(), *tokens())
    return desk


@pytest.fixture
def desk(database_url: str, app: Flask, services: Services) -> Desk:
    """The API, before anything happened."""
    return opened(app, services, database_url)


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
