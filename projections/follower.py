"""The follower: keeps the projections up to date with the ledger, one process at a time, whatever breaks in between."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.ledger import CHANNEL
from projections.catalogue import named
from projections.parts import TRANSIENT
from projections.passing import Pass
from projections.progress import FOLLOWER_LOCK, Progress, is_followed, position, positions, wait_for
from projections.projection import Projection

__all__ = ["Follower", "Progress", "is_followed", "position", "positions", "wait_for"]

# Seconds between two looks at the ledger when no notice comes: a lost notice costs no more than this.
POLL = 0.5
# Seconds. What a batch costs besides its entries is shared by all of them, so the quicker they come, the longer the
# follower lets them gather; nobody who reads what was just written notices the longest rest.
GATHERING, LONGEST_REST = 0.003, 0.04
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0

# A follower that was stopped, not killed, would keep its connection and so its lock: PostgreSQL ends both for it.
# In the middle of a pipeline it is idle to nobody but us, so that the whole transaction has an end too.
SESSION = """
    SET idle_session_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s'; SET transaction_timeout = '30s'
"""

# No timeout ends the session of a leader that was stopped while PostgreSQL sends it more than the socket takes. Whoever
# stands by does: nobody who is awake leaves an answer unread for so long.
STUCK = "20s"
END_STUCK = """
    SELECT pg_terminate_backend(a.pid) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.classid::bigint << 32 | l.objid::bigint = %s AND a.datname = current_database()
        AND a.state = 'active' AND a.wait_event_type = 'Client' AND a.query_start < clock_timestamp() - %s::interval
"""

log = logging.getLogger(__name__)


class Audience(Protocol):
    """Who goes on from what the leading follower wrote; it works on the follower's connection, which holds the lock."""

    def leads(self, connection: Connection[Any]) -> None:
        """The follower leads from now on."""

    def looked(self, connection: Connection[Any]) -> bool:
        """The follower has looked at the ledger, and written what there was. Whether to come back at once."""

    def ends(self) -> None:
        """The follower leads no more."""


class Nobody:
    """No audience."""

    def leads(self, connection: Connection[Any]) -> None:
        pass

    def looked(self, connection: Connection[Any]) -> bool:
        return False

    def ends(self) -> None:
        pass


class Audiences:
    """Several, each told in its turn."""

    def __init__(self, *audiences: Audience) -> None:
        self._audiences = audiences

    def leads(self, connection: Connection[Any]) -> None:
        for each in self._audiences:
            each.leads(connection)

    def looked(self, connection: Connection[Any]) -> bool:
        told = [each.looked(connection) for each in self._audiences]
        return any(told)

    def ends(self) -> None:
        for each in self._audiences:
            each.ends()


class Follower:
    """Follows the ledger of one database. projections: all of them unless told otherwise."""

    def __init__(
        self, database_url: str, projections: Sequence[Projection] | None = None, *, audience: Audience | None = None
    ) -> None:
        self._database_url = database_url
        self._audience = audience or Nobody()
        self._projections = [make() for make in named()] if projections is None else list(projections)

    def catch_up(self) -> None:
        """Take in what is there and return; harmless beside a running follower."""
        with self._connection() as connection:
            ahead = Pass(connection, self._projections)
            while ahead.step():
                pass

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop. A lost connection is made again after a growing pause, another fault is raised."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                with self._connection() as connection:
                    while not stop.is_set():
                        if leads(connection):
                            pause = FIRST_PAUSE
                            self._follow(connection, stop)
                        else:
                            stop.wait(POLL)
            except TRANSIENT as error:
                log.warning("PostgreSQL is away (%s): trying again in %.1f s", str(error).strip(), pause)
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _follow(self, connection: Connection[Any], stop: threading.Event) -> None:
        # Notices come on a connection of their own. Sent to a process that stands still, they fill its socket; the
        # server then waits for room, ends no idle session meanwhile, and nobody else would get the lock.
        with self._connected("jalon-listener") as listening:
            # LISTEN comes before the first look, and what is announced during a batch is kept for later.
            listening.execute(SQL("LISTEN {}").format(Identifier(CHANNEL)))
            ahead = Pass(connection, self._projections)
            self._audience.leads(connection)
            try:
                while not stop.is_set():
                    # Each look is one by the connection that holds the lock: once that is lost, nothing is written.
                    moved = ahead.step()
                    more = self._audience.looked(connection) or ahead.behind
                    stop.wait(rest(moved))
                    for _ in listening.notifies(timeout=0 if more else POLL, stop_after=1):
                        pass
            finally:
                self._audience.ends()

    def _connection(self) -> Connection[Any]:
        connection = self._connected("jalon-follower")
        connection.execute(SESSION)
        return connection

    def _connected(self, name: str) -> Connection[Any]:
        return psycopg.connect(self._database_url, autocommit=True, connect_timeout=5, application_name=name)


def rest(taken: int) -> float:
    """Seconds in which entries gather, after so many came at once: one that comes alone is taken in at once."""
    return min(max(taken - 1, 0) * GATHERING, LONGEST_REST)


def leads(connection: Connection[Any]) -> bool:
    """Whether this connection is the active follower's from now on."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (FOLLOWER_LOCK,)).fetchone()
    if row and row[0]:
        return True
    connection.execute(END_STUCK, (FOLLOWER_LOCK, STUCK))
    return False
