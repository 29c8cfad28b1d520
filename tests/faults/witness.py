"""What somebody meets who asks PostgreSQL itself, on the same machine at the same time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import psycopg

# Seconds.
PAUSE = 0.1
STILL = 0.5
"""Half of what a web process waits for a connection."""

# It connects and commits, as a reader's request may: where the disk stands still, so does a commit.
ASKED = "SELECT pg_logical_emit_message(true, 'witness', '')"


@dataclass
class Witness:
    """Connects and commits again and again. longest: seconds that this took at most, its own waiting left out.

    Excuses nothing: it tells whoever reads the table, or a failure, whether PostgreSQL or the machine stood still.
    """

    database_url: str
    longest: float = 0.0

    def look(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.is_set():
            began = time.monotonic()
            try:
                with psycopg.connect(self.database_url, autocommit=True, connect_timeout=20) as db:
                    db.execute(ASKED)
            except psycopg.OperationalError:
                pass  # Where PostgreSQL is stopped on purpose, that is what is tried.
            stop.wait(PAUSE)
            # From turn to turn: a machine that stands still does so at any moment.
            self.longest = max(self.longest, time.monotonic() - began - PAUSE)

    @property
    def stood_still(self) -> bool:
        """Whether that is worth telling."""
        return self.longest > STILL
