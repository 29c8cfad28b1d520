"""What the stories of the projections need: to record, to let the projections catch up, and to read."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Cursor

from domain.ledger import Ledger
from domain.record import Record
from tests.kept import Nearby
from tests.projections.rows import record


@pytest.fixture
def cursor(database_url: str) -> Iterator[Cursor[Any]]:
    """A reader."""
    with psycopg.connect(database_url, autocommit=True) as connection, connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def told(ledger: Ledger, database_url: str) -> Callable[..., int]:
    """Record what these records say that is new, and let every projection take it in; the position reached."""
    follower = Nearby(database_url)

    def tell(*records: Record) -> int:
        position = record(ledger, *records)
        follower.catch_up()
        return position

    return tell
