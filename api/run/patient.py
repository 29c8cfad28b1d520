"""A log that writes the lines about answered requests together, some times a second; everything else at once."""

from __future__ import annotations

import logging
import threading
import time

PAUSE = 0.1
"""Seconds that a line may wait: what a killed process may fail to tell."""

MOST = 1_000
"""Lines that may wait."""


class Patient(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to a stream, in the order in which things were logged.

    Only a request that was answered as it was meant to be may wait: refusals and faults, and whatever is not about a
    request, are written before anything else happens, along with what waited.
    """

    def __init__(self, stream: object) -> None:
        super().__init__(stream)
        self._waiting: list[str] = []
        self._writer: threading.Thread | None = None
        self._begun = threading.Event()
        self._patient = True

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._waiting.append(self.format(record) + self.terminator)
            if self._patient and may_wait(record) and len(self._waiting) < MOST:
                self._write_soon()
            else:
                self.flush()
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        self.acquire()
        try:
            lines, self._waiting = self._waiting, []
            if lines:
                self.stream.write("".join(lines))
            super().flush()
        finally:
            self.release()

    def hurry(self) -> None:
        """Write every line at once from here on: the process is about to end."""
        self._patient = False
        self.flush()

    def _write_soon(self) -> None:
        if self._writer is None:
            # Not before it is needed: a process that forks its workers should have no threads.
            self._writer = threading.Thread(target=self._write, daemon=True, name="log")
            self._writer.start()
        if not self._begun.is_set():
            self._begun.set()

    def _write(self) -> None:
        while self._begun.wait():
            time.sleep(PAUSE)
            self._begun.clear()
            self.flush()


def may_wait(record: logging.LogRecord) -> bool:
    """Whether it tells of a request that was answered as it was meant to be."""
    status = getattr(record, "status", None)
    return status is not None and status < 400


def hurry() -> None:
    """From here on the log of this process writes every line at once."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Patient):
            handler.hurry()
