"""Waiting for what others bring about: one watcher per process asks PostgreSQL for all requests that wait in it.

A request that waits asks nothing and holds no connection. Never more than half of a process's threads wait: better an
early answer than a service that hangs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection

from domain.ledger import BoundedConnection
from projections.progress import MOVED, Progress, positions

# Seconds between two looks at the positions when no notice comes: a lost notice costs no more than this.
POLL = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0

Seen = dict[str, Progress]
"""How far each projection had come when the watcher looked last, by its name."""

log = logging.getLogger(__name__)


class Waiting:
    """The requests of one process that wait, at most `most` at once, and what they wait for.

    Nothing is started before the first of them comes, so it may be built before a fork and while PostgreSQL is away.
    """

    def __init__(self, database_url: str, most: int) -> None:
        self._database_url = database_url
        self._most = most
        self._news = threading.Condition()
        self._count = 0
        self._seen: Seen = {}
        self._stopping = False
        self._watcher: threading.Thread | None = None

    @property
    def count(self) -> int:
        """How many wait at this moment."""
        return self._count

    @property
    def stopping(self) -> bool:
        """Nobody waits any more."""
        return self._stopping

    @contextmanager
    def place(self) -> Iterator[bool]:
        """A place among those who wait, for as long as the context lasts; False when there is none.

        Take it before looking at what is there: what comes after that look is then noticed.
        """
        with self._news:
            free = not self._stopping and self._count < self._most
            self._count += free
            if free and self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, daemon=True, name="watcher")
                self._watcher.start()
        try:
            yield free
        finally:
            with self._news:
                self._count -= free

    def until(self, come: Callable[[Seen], object], deadline: float) -> bool:
        """Wait for the projections to come that far; False at the deadline, or when this process stops.

        For whoever has a place. deadline: monotonic seconds.
        """
        with self._news:
            left = deadline - time.monotonic()
            came = self._news.wait_for(lambda: self._stopping or come(self._seen), max(left, 0))
            return bool(came) and not self._stopping

    def rest(self, seconds: float) -> None:
        """Let time pass, unless this process stops. For whoever has a place."""
        with self._news:
            self._news.wait_for(lambda: self._stopping, max(seconds, 0))

    def stop(self) -> None:
        """Nobody waits any more: this process is about to end."""
        with self._news:
            self._stopping = True
            self._news.notify_all()

    def _watch(self) -> None:
        """Look for news as long as this process lives; a lost connection is made again after a growing pause."""
        pause = FIRST_PAUSE
        while not self._stopping:
            try:
                with BoundedConnection.connect(
                    self._database_url, autocommit=True, connect_timeout=5, application_name="jalon-watcher"
                ) as connection:
                    connection.execute(f"LISTEN {MOVED}")
                    pause = FIRST_PAUSE
                    self._listen(connection)
            except psycopg.Error as error:
                if self._stopping:
                    return
                log.warning("The watcher lost PostgreSQL (%s): trying again in %.1f s", type(error).__name__, pause)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self, connection: Connection[Any]) -> None:
        """LISTEN comes before the first look, so that nothing is missed in between."""
        cursor = connection.cursor()
        while not self._stopping:
            if self._count:
                self._tell({each.name: each for each in positions(cursor)})
            for _ in connection.notifies(timeout=POLL, stop_after=1):
                pass

    def _tell(self, seen: Seen) -> None:
        if seen != self._seen:
            with self._news:
                self._seen = seen
                self._news.notify_all()
