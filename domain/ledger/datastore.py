"""Connections of the ledger: few, bounded in every wait, opened at the first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import LockNotAvailable, QueryCanceled
from psycopg.rows import DictRow, dict_row
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from domain.ledger.connection import BoundedConnection, ServerSilent

P = ParamSpec("P")
T = TypeVar("T")

# Seconds. A caller that cannot be served is told so within three of them.
WAIT_FOR_CONNECTION = 1
WAIT_FOR_LOCK = 2
IDLE_IN_TRANSACTION = 10
STATEMENT = 5
RECONNECT = 1

# How many callers may queue for a connection; the next one is turned away at once.
WAITING = 32

# What says with certainty that nothing was done, so that there is nothing to look up.
NOTHING_DONE = (PoolTimeout, PoolClosed, TooManyRequests, LockNotAvailable)
# After these there is no use in asking at once whether something was done: a silent server does not say that either.
NOTHING_TO_ASK = (*NOTHING_DONE, ServerSilent)

SESSION = f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION}s'; SET statement_timeout = '{STATEMENT}s'"


class LedgerDatastore(PostgresDatastore):
    """The library's datastore, set by arguments alone: no environment variable reaches it.

    Nothing connects before the first use, so it may be built before a fork and while PostgreSQL is away.
    """

    def __init__(self, database_url: str, *, schema: str = "public", pool_size: int = 2) -> None:
        given = conninfo_to_dict(database_url)
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            connect_timeout=WAIT_FOR_CONNECTION,
            pool_size=pool_size,
            max_waiting=WAITING,
            lock_timeout=WAIT_FOR_LOCK,
            schema=schema,
            # A broken connection is found by using it: `once_more` heals a read, the command id an append.
            pre_ping=False,
        )
        self.pool.connection_class = BoundedConnection[DictRow]
        # The whole address, TLS and search path included; the library passes five parts of it on.
        self.pool.kwargs = {
            "connect_timeout": 2,
            "fallback_application_name": "jalon ledger",
            **given,
            "row_factory": dict_row,
        }
        # By default the pool tries again after 1, 2, 4... up to 128 s: a server that is back would go unnoticed.
        self.pool.reconnect_timeout = RECONNECT

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        def after_connect(connection: Connection[DictRow]) -> None:
            connection.autocommit = True
            connection.execute(SESSION)

        return after_connect

    def register_type_adapters(self) -> None:
        """Nothing: our statements use no composite types, and looking for them would connect."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        with super().get_connection() as connection:
            try:
                yield connection
            except psycopg.OperationalError:
                # After a restart of the server all pooled connections are dead: the next caller gets a fresh one.
                if connection.broken:
                    self.pool.drain()
                raise


def once_more(read: Callable[P, T]) -> Callable[P, T]:
    """Repeat a read whose connection turned out to be broken."""

    @wraps(read)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (InterfaceError, OperationalError) as error:
            if isinstance(error.__cause__, (*NOTHING_TO_ASK, QueryCanceled)):
                raise
        return read(*args, **kwargs)

    return repeated
