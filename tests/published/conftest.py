"""The API with its published side: a publisher that looks when it is told to, on a shelf of its own for each test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from api.app import create_app
from api.published.publisher import Publisher
from api.published.shelf import Found, Key, Shelf
from tests.api.conftest import desk, funded, planned  # noqa: F401
from tests.api.desk import Desk


@dataclass
class House:
    """A publisher, the connection that it works on, and the shelf."""

    publisher: Publisher
    connection: Connection[Any]
    shelf: Shelf

    def publish(self) -> None:
        """Look until nothing is left to do."""
        while self.publisher.looked(self.connection):
            pass

    def lies(self, kind: str, name: str) -> Found:
        """What lies on the shelf."""
        found = self.shelf.find("", Key(kind, name))
        assert found is not None
        return found


@pytest.fixture
def shelf(servers: Any) -> Iterator[Shelf]:
    name = uuid4().hex
    shelf = Shelf(servers.redis_url, lambda: name, patience=2)
    yield shelf
    shelf.close()


@pytest.fixture
def house(shelf: Shelf, database_url: str) -> Iterator[House]:
    """A publisher that leads and has published nothing yet."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        publisher = Publisher(shelf)
        publisher.leads(connection)
        yield House(publisher, connection, shelf)


@pytest.fixture
def ready(desk: Desk, house: House) -> Iterator[Desk]:  # noqa: F811
    """The API over the same ledger, which answers with what lies ready."""
    made = replace(desk.app.extensions["jalon"], shelf=house.shelf)
    yield Desk(create_app(made), desk.ledger, desk.follower)
    made.waiting.stop()
