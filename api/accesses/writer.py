"""The background writer of the access log: those who answer requests append to a queue, a thread of its own writes.

A log that cannot be written stops nobody's work; what it lost is counted, and told where this service is watched.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import Connection

from api.accesses.noted import Noted, line
from api.accesses.table import write
from domain.ledger import BoundedConnection

EVERY: Final = 0.5
"""Seconds between two batches: a killed process loses no more than this."""

BATCH: Final = 1_000
"""Lines of one statement."""

MOST: Final = 20_000
"""Lines that wait at the most: some 25 MB, a minute of hard work while PostgreSQL is away."""

CONNECT: Final = 2
"""Seconds that the writer waits for a connection."""

RECENT: Final = 3600
"""Seconds for which a loss is a reason to look after this process."""

LOST: Final = (psycopg.OperationalError, psycopg.InterfaceError)
"""PostgreSQL does not answer, or has not answered."""

log = logging.getLogger(__name__)


class Writer:
    """Writes what one process notes. Nothing is started before the first line, so it may be built before a fork.

    It has a connection of its own: readers are not to wait for one that writes, nor to hear of its troubles.
    most: lines that wait at the most; what comes on top of them is lost.
    """

    def __init__(self, database_url: str, most: int = MOST) -> None:
        self._database_url = database_url
        self._connection: Connection[Any] | None = None
        self._most = most
        self._waiting: deque[Noted] = deque()
        self._batch: list[Noted] = []
        self._lost, self._told, self._lost_at = 0, 0, 0.0
        self._failing = False
        self._counting, self._writing, self._stop = threading.Lock(), threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def lost(self) -> int:
        """Lines that this process has lost since it began."""
        return self._lost

    @property
    def loses(self) -> bool:
        """It has lost some of late."""
        return self._lost > 0 and time.monotonic() - self._lost_at < RECENT

    def add(self, noted: Noted) -> None:
        """Note a request; costs its sender next to nothing. Lines that find no room are lost."""
        if len(self._waiting) >= self._most:
            self._lose(1)
            return
        self._waiting.append(noted)
        if self._thread is None:
            self._start()

    def write(self) -> None:
        """Write all that waits. What PostgreSQL cannot take at present waits on; what it refuses is lost."""
        with self._writing:
            while self._next():
                try:
                    self._append(self._batch)
                except LOST as error:
                    self._wait_on(error)
                    break
                except Exception:
                    self._append_singly()
                self._batch, self._failing = [], False
            self._tell()

    def close(self) -> None:
        """Write what waits, and end: this process is about to."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.write()
        if left := len(self._batch) + len(self._waiting):
            self._lose(left)
            self._tell()
        self._disconnect()

    def _start(self) -> None:
        with self._counting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="access-log")
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.write()

    def _append(self, noted: Sequence[Noted]) -> None:
        try:
            write(self._connected(), [line(each) for each in noted])
        except LOST:
            self._disconnect()
            raise

    def _connected(self) -> Connection[Any]:
        if self._connection is None:
            self._connection = BoundedConnection.connect(
                self._database_url, autocommit=True, connect_timeout=CONNECT, application_name="jalon-access-log"
            )
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _append_singly(self) -> None:
        """Find out which lines of a batch are refused: nobody is to take the lines of others out of the log."""
        for each in self._batch:
            try:
                self._append([each])
            except Exception:
                log.exception("A line of the access log is refused")
                self._lose(1)

    def _next(self) -> bool:
        """Take the next batch, unless one is in hand; False when there is none."""
        while self._waiting and len(self._batch) < BATCH:
            self._batch.append(self._waiting.popleft())
        return bool(self._batch)

    def _wait_on(self, error: Exception) -> None:
        if not self._failing:
            log.warning("The access log waits, since it cannot be written: %s", type(error).__name__)
        self._failing = True

    def _lose(self, lines: int) -> None:
        with self._counting:
            self._lost, self._lost_at = self._lost + lines, time.monotonic()

    def _tell(self) -> None:
        """Say what was lost since it was said last."""
        if (lost := self._lost) > self._told:
            log.error("%d lines of the access log are lost, %d since this process began", lost - self._told, lost)
            self._told = lost
