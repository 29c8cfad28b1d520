"""The command line, on the servers of the tests."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import Cursor
from psycopg_pool import ConnectionPool

from api.app import Services, create_app
from api.run.cli import main
from api.run.wiring import register_reference_partners
from domain.ledger import Ledger
from tests.api.desk import Desk, tokens
from tests.kept import Nearby
from tests.run.houses import NAME, Base, Bases, bases
from tests.story import AUTHORITY, NOW

Jalon = Callable[..., Result]


@pytest.fixture
def jalon(servers: Any, database_url: str, ledger: Ledger) -> Jalon:
    """Runs `jalon ...` on an empty record that knows the usual partners."""
    register_reference_partners(ledger)
    Nearby(database_url).catch_up()
    environ = {"DATABASE_URL": database_url, "REDIS_URL": servers.redis_url}

    def run(*words: str, answers: str | None = None) -> Result:
        return CliRunner().invoke(main, words, input=answers, env=environ)

    return run


@pytest.fixture
def cursor(database_url: str) -> Iterator[Cursor[Any]]:
    """A reader of the database, with its owner's rights."""
    with psycopg.connect(database_url, autocommit=True) as connection, connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def desk_of(ledger: Ledger, database_url: str) -> Iterator[Callable[[], Callable[[str], str]]]:
    """Answers of the API to an auditor, as text; made once the record is there."""
    with ConnectionPool(database_url, min_size=1, max_size=2, kwargs={"autocommit": True}, open=True) as reads:
        made = Services(ledger=ledger, reads=reads, authority=AUTHORITY, clock=lambda: NOW)

        def open_desk() -> Callable[[str], str]:
            desk = Desk(create_app(made), ledger, Nearby(database_url))
            desk.save(*tokens())
            return lambda path: desk.get(path, by="auditor").get_data(as_text=True)

        yield open_desk
        made.waiting.stop()


@pytest.fixture(scope="session")
def make_base(servers: Any) -> Iterator[Bases]:
    """Makes databases with an owner and an application."""
    with bases(servers) as make:
        yield make


@pytest.fixture(scope="session")
def first_start(make_base: Bases) -> Base:
    """A database as `jalon migrate` leaves it; to be copied."""
    base = make_base()
    base.done("migrate")
    return base


@pytest.fixture
def base(make_base: Bases) -> Base:
    """A new database without any table."""
    return make_base()


@pytest.fixture(scope="session")
def one_person(make_base: Bases, first_start: Base) -> Base:
    """A record that knows one person; to be copied."""
    base = make_base(first_start)
    base.done("token", "create", "--name", NAME, "--role", "team")
    return base


@pytest.fixture
def named(make_base: Bases, one_person: Base) -> Base:
    """A record that knows one person."""
    return make_base(one_person)
