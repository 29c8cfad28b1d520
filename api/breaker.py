"""Leaving alone what did not answer a moment ago, so that one request at a time finds out whether it is back."""

from __future__ import annotations

import logging
import time

PAUSE = 2.0
"""Seconds."""

log = logging.getLogger(__name__)


class Breaker:
    """Stands before something that may be away. what: its name, and what happens without it, for the log."""

    def __init__(self, what: str, without: str) -> None:
        self._what, self._without = what, without
        self._again_at = 0.0

    @property
    def is_open(self) -> bool:
        """It was away last time."""
        return self._again_at > 0

    def lets_through(self) -> bool:
        """Whether to ask; after a failure one request in two seconds may, and the others are spared the wait."""
        if not self.is_open:
            return True
        if time.monotonic() < self._again_at:
            return False
        self._again_at = time.monotonic() + PAUSE
        return True

    def failed(self, error: Exception) -> None:
        """It did not answer."""
        if not self.is_open:
            log.warning("%s is away (%s): %s", self._what, type(error).__name__, self._without)
        self._again_at = time.monotonic() + PAUSE

    def worked(self) -> None:
        """It answered."""
        if self.is_open:
            log.warning("%s is back", self._what)
            self._again_at = 0.0
