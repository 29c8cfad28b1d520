"""A script that each thread asks Redis for by a connection of its own, without what a client does around a question."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from hiredis import pack_command
from redis import Redis
from redis.connection import ConnectionInterface
from redis.exceptions import ConnectionError, NoScriptError


class Direct:
    """A script that may be asked again where nobody knows whether it was run.

    A connection from the pool is looked at, lent, timed and taken back for each question, which costs more than the
    question itself. Raises RedisError, as the client does.
    """

    def __init__(self, client: Redis, script: str) -> None:
        self._pool, self._script = client.connection_pool, script
        self._name = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
        self._own = threading.local()
        # A thread that ends takes its connection along.
        self._made: WeakSet[ConnectionInterface] = WeakSet()

    def __call__(self, *asked: str) -> Any:
        """What the script returns. asked: how many keys, the keys, the arguments, each as text."""
        connection = getattr(self._own, "connection", None) or self._make()
        try:
            return self._ask(connection, asked)
        except ConnectionError:
            # Redis may have been started anew since this thread asked last: a new connection tells.
            return self._ask(connection, asked)

    def close(self) -> None:
        for each in self._made:
            each.disconnect()  # type: ignore[no-untyped-call]

    def _make(self) -> ConnectionInterface:
        self._own.connection = made = self._pool.make_connection()
        self._made.add(made)
        return made

    def _ask(self, connection: ConnectionInterface, asked: Sequence[str]) -> Any:
        try:
            return answer(connection, "EVALSHA", self._name, *asked)
        except NoScriptError:
            # Redis was started anew or emptied; it keeps what it is sent whole.
            return answer(connection, "EVAL", self._script, *asked)


def answer(connection: ConnectionInterface, *question: str) -> Any:
    """One round trip."""
    # All of it is text: the client would look at each part before it did the same.
    packed = pack_command(question)  # type: ignore[arg-type]
    connection.send_packed_command([packed], check_health=False)  # type: ignore[no-untyped-call]
    return connection.read_response()
