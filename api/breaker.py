"""Leaving alone what did not answer a moment ago: nobody waits for it until it was found back beside the requests."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread

PAUSE = 1.0
"""Seconds between two knocks."""

log = logging.getLogger(__name__)


class Breaker:
    """Stands before something that may be away.

    what: its name. without: what happens while it is away, for the log. knock: finds out whether it is back, and raises
    where it is not.
    """

    def __init__(self, what: str, without: str, knock: Callable[[], object]) -> None:
        self._what, self._without, self._knock = what, without, knock
        self._away, self._lock = False, Lock()
        self._knocker: Thread | None = None

    def lets_through(self) -> bool:
        """Whether to ask; what was away last time is asked by one thread alone, until it answers."""
        if self._away:
            self._keep_knocking()
        return not self._away

    def failed(self, error: Exception) -> None:
        """It did not answer."""
        with self._lock:
            if not self._away:
                log.warning("%s is away (%s): %s", self._what, type(error).__name__, self._without)
            self._away = True
        self._keep_knocking()

    def close(self) -> None:
        """Nobody will ask again."""
        self._away = False

    def _keep_knocking(self) -> None:
        with self._lock:
            if self._away and not (self._knocker and self._knocker.is_alive()):
                # A system that has no thread left has one later.
                with suppress(RuntimeError):
                    self._knocker = Thread(target=self._wait_for_it, daemon=True, name="knocking")
                    self._knocker.start()

    def _wait_for_it(self) -> None:
        while self._away:
            time.sleep(PAUSE)
            with suppress(Exception):
                self._knock()
                log.warning("%s is back", self._what)
                self._away = False
