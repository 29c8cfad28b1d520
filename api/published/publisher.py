"""The publisher: renders what the follower has just written and puts it on the shelf, fenced by its leadership.

It works in the leading follower's loop and on its connection, so that it publishes only while that one holds its lock.
It has a position of its own, which Redis keeps with the documents: whatever happens between a commit and its
publication, what is missing is published next time.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, Cursor

from api.published import leadership
from api.published.rendering import every, render, shape, told_between, touched_after
from api.published.shelf import Away, Fenced, Key, Shelf
from projections import progress

MANY = 500
"""Documents or entries since the last time, above which all disappear and are made again in the background."""

SOME = 50
"""Documents looked after at a time, when there is nothing new."""

OFTEN = 20
"""How many times something new is put there before some are looked after all the same."""

RHYTHM = 0.25
"""Seconds between two beats at least: a beat lasts far longer, and a look at every entry may come every few of them."""

log = logging.getLogger(__name__)


class Publisher:
    """Told by the follower when it leads, and after each look at the ledger."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._epoch = 0
        self._position: int | None = None
        self._seen: Key | None = None
        self._silent = False
        self._beaten = -math.inf
        self._losing, self._went_round, self._puts = False, False, 0
        self._faulty: set[Key] = set()

    def leads(self, connection: Connection[Any]) -> None:
        """A leadership begins, with the lock that this connection holds."""
        self._epoch, self._position, self._beaten = leadership.begin(connection.cursor()), None, -math.inf

    def looked(self, connection: Connection[Any]) -> bool:
        """The follower has looked at the ledger: publish what is new. Whether there is more to do at once."""
        since = time.monotonic()
        try:
            with snapshot(connection) as cursor:
                more = self._publish(cursor)
            self._beat(since)
            self._silent = False
        except (Away, Fenced, Frozen) as fault:
            more, self._position, self._beaten = False, None, -math.inf
            if not self._silent:
                log.warning("Nothing is published, readers are answered from PostgreSQL: %s", fault)
            self._silent = True
            if isinstance(fault, Frozen):
                self.ends()
        return more

    def ends(self) -> None:
        """The leadership is over."""
        try:
            self._shelf.hush(self._epoch)
        except Away:
            log.info("Redis is away: readers find out by themselves that nobody publishes")

    def _beat(self, since: float) -> None:
        """Say that this leadership is at work, unless it was said a moment ago. since: see `Shelf.beat`."""
        if since - self._beaten >= RHYTHM:
            self._shelf.beat(self._epoch, since)
            self._beaten = since

    def _publish(self, cursor: Cursor[Any]) -> bool:
        reached = whole(cursor)
        if self._position is None:
            self._position, self._seen = self._shelf.begin(self._epoch, shape()), None
        touched = touched_after(cursor, self._position, MANY + 1) if self._position is not None else []
        was, self._position = self._position, reached
        come = told_between(cursor, was, reached, MANY + 1) if was is not None else []
        # Further than the ledger has come: Redis was filled from another one, or this is an older copy of it.
        if was is None or was > reached or max(len(touched), len(come)) > MANY:
            self._shelf.renew(self._epoch, shape(), reached)
            self._losing, self._went_round = True, False
            return True
        if reached > was:
            self._put(cursor, touched, reached, come)
            self._puts += 1
            if not self._losing and self._puts % OFTEN:
                return False
        return self._look_after(cursor, reached)

    def _look_after(self, cursor: Cursor[Any], reached: int) -> bool:
        """Go round all documents, some at a time, and make again those that Redis lost; whether it may lack more.

        The first time without a rest. What is missing after that, a Redis that is too small for all of them has put out
        for others: in a hurry to put it back, one would be at it for ever.
        """
        some = every(cursor, self._seen, SOME)
        self._seen = some[-1] if some else None
        self._went_round |= not some
        missing = [key for key in self._shelf.missing(some) if key not in self._faulty]
        # Even where nothing is missing: it is refused where Redis lost everything, and then all begins anew.
        self._put(cursor, missing, reached)
        self._losing = bool(missing) and not self._went_round
        return self._losing

    def _put(
        self, cursor: Cursor[Any], keys: Sequence[Key], reached: int, come: Sequence[tuple[int, bytes]] = ()
    ) -> None:
        documents = list(render(cursor, keys))
        self._shelf.put(self._epoch, reached, documents=documents, feed=come)
        # One that cannot be made is not tried again before something touches it.
        self._faulty.difference_update(keys)
        self._faulty.update(each.key for each in documents if not each.tag)


class Frozen(Exception):
    """A projection stopped, so that its documents would grow old."""


def whole(cursor: Cursor[Any]) -> int:
    """The position that all projections speak up to. Raises Frozen."""
    found = progress.positions(cursor)
    for each in found:
        if each.error:
            raise Frozen(f"{each.name} is frozen before {each.error}")
    return min(each.position for each in found)


@contextmanager
def snapshot(connection: Connection[Any]) -> Iterator[Cursor[Any]]:
    """A cursor whose every query sees the same instant, on a connection in autocommit that goes on to write."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        # Where the connection is lost, there is nothing to end, and the reason is on its way already.
        if not connection.closed:
            connection.execute("ROLLBACK")
