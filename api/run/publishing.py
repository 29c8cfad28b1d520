"""The shelf that a process outside the web works with: the publisher's, or a command's that must be published."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from api.published import leadership
from api.published.shelf import Shelf
from api.run.servers import Servers

PATIENCE = 0.5
"""Seconds that Redis has to answer: many documents are put there at once, and nobody waits behind them."""


@contextmanager
def shelf(servers: Servers) -> Iterator[Shelf]:
    """Where the documents of a record lie ready, for as long as the context lasts."""
    with psycopg.connect(servers.database_url) as db, db.cursor() as cursor:
        ledger = leadership.ledger_id(cursor)
    with closing(Shelf(servers.redis_url, lambda: ledger, patience=PATIENCE)) as made:
        yield made
