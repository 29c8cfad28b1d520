"""Connections that the tests keep: whoever makes one for every look pays more for it than for what is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from projections.follower import Follower
from projections.passing import Pass

POOLS: dict[str, ConnectionPool[Connection[Any]]] = {}
"""By the address of the database."""


@contextmanager
def kept(database_url: str) -> Iterator[Connection[Any]]:
    """A connection to a database, used before and after this by others."""
    if database_url not in POOLS:
        POOLS[database_url] = ConnectionPool(
            database_url,
            min_size=1,
            max_size=4,
            kwargs={"autocommit": True, "application_name": "jalon-tests"},
            # Some tests end every connection that they find.
            check=ConnectionPool.check_connection,
            open=True,
        )
    with POOLS[database_url].connection() as connection:
        yield connection


def give_back() -> None:
    """Close all of them."""
    while POOLS:
        POOLS.popitem()[1].close()


class Nearby(Follower):
    """A follower that catches up on a connection that is kept."""

    def catch_up(self) -> None:
        with kept(self._database_url) as connection:
            ahead = Pass(connection, self._projections)
            while ahead.step():
                pass
