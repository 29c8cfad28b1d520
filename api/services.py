"""What the web application works with."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import current_app
from psycopg import Connection
from psycopg_pool import ConnectionPool

from api.accesses.writer import Writer
from api.counting import Counters
from api.exports.streams import Streams
from api.http.waiting import Waiting
from api.last_use import LastUse
from api.published.shelf import Shelf
from domain.ledger import Ledger

EXTENSION = "jalon"


@dataclass(frozen=True)
class Services:
    """Built by the composition root inside each process that serves, never before a fork.

    reads: connections in autocommit; whoever waits holds none. authority: partner code of the body that keeps this
    record. clock: the present instant, UTC. threads: requests that this process answers at once.
    waiting: the requests that wait for something; never more than half of the threads. streams: the exports that are
    being sent; never more than a quarter. last_use: of each token.
    rate_limit: requests a minute for one token, and for one address among those who send none. refused_tokens: those
    that one address may try a minute. None: any number. shelf: what lies ready; None where nothing is published.
    accesses: writes down who read what; None where nobody asks for that.
    secret: signs the forms of pages; the same for all processes that serve one record.
    """

    ledger: Ledger
    reads: ConnectionPool[Connection[Any]]
    authority: str
    clock: Callable[[], datetime]
    threads: int = 4
    counters: Counters = field(default_factory=Counters)
    rate_limit: int | None = None
    refused_tokens: int | None = None
    last_use: LastUse = field(default_factory=LastUse)
    shelf: Shelf | None = None
    accesses: Writer | None = None
    secret: str = field(default_factory=secrets.token_hex, repr=False)
    waiting: Waiting = field(init=False)
    streams: Streams = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "waiting", Waiting(cast(str, self.reads.conninfo), self.threads // 2))
        object.__setattr__(self, "streams", Streams(max(self.threads // 4, 1)))


def services() -> Services:
    """Those of the application that answers the present request."""
    return cast(Services, current_app.extensions[EXTENSION])
