"""What the web application works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any, cast

from flask import current_app
from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.ledger import Ledger

EXTENSION = "jalon"


@dataclass(frozen=True)
class Services:
    """Built by the composition root inside each process that serves, never before a fork.

    reads: connections in autocommit, as many as `threads` at least. authority: partner code of the body that keeps this
    record. clock: the present instant, UTC. threads: requests that this process answers at once.
    waiting: room for the requests that wait for something; never more than half of the threads.
    """

    ledger: Ledger
    reads: ConnectionPool[Connection[Any]]
    authority: str
    clock: Callable[[], datetime]
    threads: int = 4
    waiting: BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "waiting", BoundedSemaphore(self.threads // 2))


def services() -> Services:
    """Those of the application that answers the present request."""
    return cast(Services, current_app.extensions[EXTENSION])
