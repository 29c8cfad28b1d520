"""The servers of the tests: a real PostgreSQL and a real Valkey, shared by the whole run, emptied after each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from psycopg_pool import ConnectionPool

from api.run.servers import FOR_TESTS, LocalServers
from domain.ledger import Ledger
from tests.kept import give_back, kept
from tests.story import AUTHORITY, NOW

if TYPE_CHECKING:
    from flask import Flask

    from api.services import Services

# One statement, which PostgreSQL plans once: it runs after each of some thousand tests.
EMPTY = """
    SELECT 'WITH ' || string_agg(format('%I AS (DELETE FROM %I.%I)', 'of_' || number, schemaname, tablename), ', ')
        || ' UPDATE projection SET position = 0, error = NULL'
    FROM (
        SELECT schemaname, tablename, row_number() OVER (ORDER BY schemaname, tablename) AS number FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename NOT IN ('projection', 'publishing')
    ) AS made
"""


LONGEST = ("tests/api/test_schemathesis.py", "tests/browser/", "tests/faults/", "tests/run/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first: none of them is left to one process while the others have nothing to do."""
    items.sort(
        key=lambda item: next((n for n, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))
    )


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What a test hands down to programs that it starts stays its own."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """`database_url` and `redis_url`, of our own start code unless TEST_DATABASE_URL and TEST_REDIS_URL say where.

    Never DATABASE_URL: the tests delete every row they find.
    """
    if "TEST_DATABASE_URL" in os.environ:
        yield type("Given", (), {n: os.environ[f"TEST_{n.upper()}"] for n in ("database_url", "redis_url")})
        return
    with LocalServers(tmp_path_factory.mktemp("servers"), **FOR_TESTS) as servers:
        yield servers
    servers.erase()


@pytest.fixture(scope="session")
def tables(servers: Any) -> Iterator[str]:
    """A database with every table of Jalon; its address."""
    from api.run.wiring import create_tables

    create_tables(servers.database_url)
    yield str(servers.database_url)
    give_back()


@pytest.fixture
def database_url(tables: str) -> Iterator[str]:
    """The address of an empty database with every table; emptied again after the test."""
    yield tables
    empty(tables)


def empty(database_url: str) -> None:
    """Every table as it was made."""
    with kept(database_url) as db:
        (statement,) = db.execute(EMPTY, prepare=True).fetchone() or ()
        db.execute(statement, prepare=True)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """An empty ledger."""
    ledger = Ledger(database_url, authority=AUTHORITY)
    yield ledger
    ledger.close()


@pytest.fixture(scope="session")
def services(tables: str) -> Iterator[Services]:
    """What a serving process works with, four threads strong.

    One for all folders: of two, one would write its readers down while the tests of the other look who has read.
    """
    from api.accesses.writer import Writer
    from api.services import Services

    ledger = Ledger(tables, authority=AUTHORITY)
    with ConnectionPool(tables, min_size=1, max_size=5, timeout=5, kwargs={"autocommit": True}, open=True) as reads:
        accesses = Writer(tables)
        made = Services(
            ledger=ledger, reads=reads, authority=AUTHORITY, clock=lambda: NOW, threads=4, accesses=accesses
        )
        yield made
        made.waiting.stop()
        accesses.close()
    ledger.close()


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    """The application, built once: its description takes a tenth of a second."""
    from api.app import create_app

    return create_app(services)
