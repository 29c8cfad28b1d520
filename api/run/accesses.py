"""Purging the access log: from the terminal, and once a day beside the follower."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
import psycopg

from api.run.author import now

DAY = 24 * 3600.0
AGAIN = 3600.0
"""Seconds until the next try where PostgreSQL did not let it purge."""

log = logging.getLogger(__name__)


@click.group()
def accesses() -> None:
    """The access log: who read or exported what."""


@accesses.command("purge")
def accesses_purge() -> None:
    """Delete what is older than JALON_ACCESS_LOG_MONTHS; the follower does so once a day."""
    from api.run.settings import read_settings
    from api.run.wiring import ready

    settings = read_settings()
    with ready(settings) as servers:
        deleted = purge(servers.database_url, settings.access_log_months)
    click.echo(f"{deleted} lines older than {settings.access_log_months} months are deleted.", err=True)


def purge(database_url: str, months: int) -> int:
    """Delete the lines that are older than so many months; how many."""
    from api.accesses import table

    with psycopg.connect(
        database_url, autocommit=True, connect_timeout=5, application_name="jalon-access-log"
    ) as connection:
        return table.purge(connection, now(), months)


@contextmanager
def purged_daily(database_url: str, months: int) -> Iterator[None]:
    """The access log is purged at once and then every day, for as long as the context lasts.

    Several followers may do so at the same time: each takes what the others have not.
    """
    stop = threading.Event()
    thread = threading.Thread(target=keep_purging, args=(database_url, months, stop), daemon=True, name="purge")
    thread.start()
    try:
        yield
    finally:
        # Not waited for: what it deletes, it deletes batch by batch.
        stop.set()


def keep_purging(database_url: str, months: int, stop: threading.Event) -> None:
    """Purge every day until told to stop."""
    pause = 0.0
    while not stop.wait(pause):
        try:
            if deleted := purge(database_url, months):
                log.info("%d lines of the access log are purged", deleted)
            pause = DAY
        except psycopg.Error as error:
            log.warning("The access log is not purged (%s): trying again in an hour", type(error).__name__)
            pause = AGAIN
