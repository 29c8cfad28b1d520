"""The shelf in Redis where ready documents lie: what readers take from it, and what the publisher puts there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import msgspec
from redis.exceptions import RedisError, ResponseError

from api.breaker import Breaker
from api.direct import Direct
from api.impatience import client
from api.published import scripts

LIFE_OF_A_BEAT = 3_000
"""Milliseconds that documents and tokens are taken on trust after the publisher last saw that they are true."""

LONGEST_FEED = 10_000
"""Entries that the feed keeps here; older ones are read from the ledger."""

PAUSE = 0.005
"""Seconds between two looks of whoever waits for a position."""

PATIENCE = 0.05
"""Seconds that Redis has to answer a reader."""

Answer = TypeVar("Answer")


class Away(Exception):
    """Redis does not answer, or did not a moment ago."""


class Fenced(Exception):
    """Another leadership publishes, or what Redis knew of ours is gone: begin again."""


class Key(NamedTuple):
    """What is published. kind: `token`, `timeline`, `commitments`. name: id, reference or code."""

    kind: str
    name: str


class Document(NamedTuple):
    """A ready answer, or a token to be recognised by. tag: of its body. readers: partner codes of those who read it."""

    key: Key
    tag: str
    readers: Sequence[str]
    body: bytes


class Found(msgspec.Struct, frozen=True):
    """What lay on the shelf. fresh: the publisher is at work, so all of it may be trusted up to `position`.

    token, tag, readers: None where it is missing. body: None where it is missing, or the reader has it already.
    """

    position: int
    fresh: bool
    token: bytes | None
    tag: str | None
    readers: frozenset[str]
    body: bytes | None


class Shelf:
    """Ready documents and tokens of one ledger. Raises Away where Redis does not answer in time.

    ledger: finds its id, so that two records may share one Redis, and nobody reads what another one published. It is
    asked once, when it is needed first: a process may be started while PostgreSQL is away. patience: seconds.
    """

    def __init__(self, redis_url: str, ledger: Callable[[], str], *, patience: float = PATIENCE) -> None:
        self._ledger = ledger
        self._redis = client(redis_url, patience)
        self._breaker = Breaker("Redis", "PostgreSQL answers", self._redis.ping)
        self._find = Direct(self._redis, scripts.READ)
        self._follow, self._stand = map(self._redis.register_script, (scripts.FOLLOW, scripts.STAND))
        self._begin, self._renew, self._write = map(
            self._redis.register_script, (scripts.BEGIN, scripts.RENEW, scripts.WRITE)
        )
        self._say, self._hush, self._missing = map(
            self._redis.register_script, (scripts.SAY, scripts.HUSH, scripts.MISSING)
        )

    def close(self) -> None:
        self._breaker.close()
        self._find.close()
        self._redis.close()

    # For readers

    def find(self, token: str, document: Key, known: str = "") -> Found | None:
        """A token and a document; None where nothing is published. known: the tags that the reader has."""
        keys = [self._state, self._beat, self._key("token", token), self._key(*document)]
        told = self._ask(lambda: self._find("4", *keys, known))
        if told is None:
            return None
        position, fresh, sealed, tag, readers, body = told
        allowed = frozenset(readers.decode().split()) if readers else frozenset()
        return Found(int(position), bool(fresh), sealed, tag and tag.decode(), allowed, body)

    def after(self, position: int, limit: int) -> tuple[int, list[bytes]] | None:
        """The position reached, and what the feed tells after another; None where it must be read from the ledger."""
        told = self._ask(lambda: self._follow(keys=[self._state, self._beat, self._feed], args=[position, limit]))
        if told is None or not told[1]:
            return None
        return int(told[0]), [fields[1] for _, fields in told[2]]

    def forgets(self, position: int, timeout: float) -> bool:
        """Wait until nobody is told any more what was so before a position; False when that takes too long.

        timeout: seconds. Where Redis does not answer us, it may still answer others, until the last beat is over.
        """
        began = time.monotonic()
        while (reached := self._reached(position)) is not True:
            waited = time.monotonic() - began
            if reached is None and waited > LIFE_OF_A_BEAT / 1000:
                return True
            if waited > timeout:
                return False
            time.sleep(PAUSE)
        return True

    # For the publisher

    def begin(self, epoch: int, shape: str) -> int | None:
        """Write from now on as this leadership; the position to go on from, None to begin anew. Raises Fenced."""
        found = self._ask(lambda: self._begin(keys=[self._state], args=[epoch, shape]))
        return None if found is None else int(found)

    def renew(self, epoch: int, shape: str, position: int) -> None:
        """Let every document that is there disappear; what comes speaks up to a position. Raises Fenced."""
        self._ask(lambda: self._renew(keys=[self._state, self._feed], args=[epoch, shape, position]))

    def put(
        self,
        epoch: int,
        position: int,
        *,
        documents: Sequence[Document] = (),
        feed: Sequence[tuple[int, bytes]] = (),
    ) -> None:
        """Publish what a snapshot shows, all or nothing. Raises Fenced."""
        keys = [self._state, self._feed, *(self._key(*each.key) for each in documents)]
        args: list[Any] = [epoch, position, LONGEST_FEED, len(documents)]
        for each in documents:
            args += [each.tag, " ".join(each.readers), each.body]
        for entry in feed:
            args += entry
        self._ask(lambda: self._write(keys=keys, args=args))

    def missing(self, keys: Sequence[Key]) -> list[Key]:
        """Those of some documents that are not there."""
        told = self._ask(lambda: self._missing(keys=[self._state, *(self._key(*key) for key in keys)])) if keys else []
        return [keys[number] for number in told]

    def beat(self, epoch: int, since: float | None = None) -> None:
        """Say that this leadership is at work. Raises Fenced.

        since: when what it published was what PostgreSQL held (monotonic seconds), now unless told otherwise.
        """
        seconds, microseconds = self._ask(self._redis.time)
        now = time.monotonic()
        age = int((now - (now if since is None else since)) * 1000)
        # By the clock of Redis, which alone reads it: ours may go wrong.
        until = seconds * 1000 + microseconds // 1000 + LIFE_OF_A_BEAT - age
        self._ask(lambda: self._say(keys=[self._state, self._beat], args=[epoch, until]))

    def hush(self, epoch: int) -> None:
        """Say that this leadership is at work no more, rather than let readers find out."""
        self._ask(lambda: self._hush(keys=[self._beat], args=[epoch]))

    @cached_property
    def _tag(self) -> str:
        # All keys share a hash tag, so that a cluster keeps them together and a script may use several.
        return f"{{jalon-{self._ledger()}}}"

    @cached_property
    def _state(self) -> str:
        return self._key("state")

    @cached_property
    def _beat(self) -> str:
        return self._key("beat")

    @cached_property
    def _feed(self) -> str:
        return self._key("feed")

    def _key(self, *names: str) -> str:
        return ":".join((self._tag, *names))

    def _reached(self, position: int) -> bool | None:
        """Whether what lies here speaks up to a position, or is not trusted anyway; None: nobody knows."""
        try:
            found = self._ask(lambda: self._stand(keys=[self._state, self._beat]))
        except Away:
            return None
        return found is None or int(found) >= position

    def _ask(self, question: Callable[[], Answer]) -> Any:
        if not self._breaker.lets_through():
            raise Away("Redis did not answer a moment ago")
        try:
            return question()
        except RedisError as error:
            if isinstance(error, ResponseError) and "FENCED" in str(error):
                raise Fenced("another leadership publishes, or Redis lost what ours had published") from error
            self._breaker.failed(error)
            raise Away(str(error)) from error
