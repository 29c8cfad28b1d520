"""How many streams one process sends at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.http.problems import TooManyExports


class Streams:
    """The streams of one process, at most `most` at once: each holds a thread and a connection as long as it lasts."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among them, for as long as the context lasts. Raises TooManyExports."""
        if not self._free.acquire(blocking=False):
            raise TooManyExports("Trop d'exports sont en cours : recommencez dans quelques secondes.")
        try:
            yield
        finally:
            self._free.release()
