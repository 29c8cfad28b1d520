"""For machines that watch: open to all, without a token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

import psycopg
from flask import Blueprint, Response

from api.http.access import NO_TOKEN_ASKED, allow
from api.http.json import dump
from api.services import Services, services
from api.standing import Standing, look

# Seconds. Whoever watches is answered within one, whatever hangs.
FOR_REDIS, FOR_POSTGRESQL = 0.2, 0.7

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """Asked on a thread of its own, once for all who want to know meanwhile: what hangs holds one thread, not each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: Future[Answer] | None = None

    def ask(self, find: Callable[[], Answer], *, seconds: float) -> Answer:
        """The answer, or what was raised instead of it. Raises TimeoutError."""
        with self._lock:
            if self._pending is None or self._pending.done():
                self._pending = Future()
                threading.Thread(target=settle, args=(self._pending, find), daemon=True, name="question").start()
            pending = self._pending
        return pending.result(seconds)


def settle(pending: Future[Any], find: Callable[[], Any]) -> None:
    try:
        pending.set_result(find())
    except BaseException as error:
        pending.set_exception(error)


def blueprint() -> Blueprint:
    """`/healthz` and `/readyz`."""
    made = Blueprint("health", __name__)
    redis: Question[bool] = Question()
    record: Question[Standing] = Question()

    @made.get("/healthz")
    @allow(NO_TOKEN_ASKED)
    def healthz() -> Response:
        """This process answers."""
        return answer({"status": "ok"})

    @made.get("/readyz")
    @allow(NO_TOKEN_ASKED)
    def readyz() -> Response:
        """Whether readers and teams can work.

        200 `ready`: all is well. 200 `degraded`: all is answered, but `reasons` says what needs somebody: `no-follower`
        (nothing new is taken in), `behind` (an entry has waited for ten seconds), `redis-away` (limits hold for each
        process alone), `accesses-lost` (this process has lost lines of the access log within the hour; `accesses_lost`
        since it began), `checkpoint-inconsistent` (the ledger is not what was signed, `unsigned` says where),
        `checkpoint-key-missing` and `checkpoint-key-unknown` (nothing is signed). 503 `frozen`: a projection stopped
        for good before the entry that `frozen` names, and what it tells grows old. 503 `down`: PostgreSQL does not
        answer. `position` is the last in the ledger, `projections` how far each projection is behind it, `lag` the most
        of these.
        """
        given = services()
        try:
            shared = redis.ask(given.counters.reachable, seconds=FOR_REDIS)
        except TimeoutError:
            shared = False
        try:
            found = record.ask(lambda: standing(given, redis=shared), seconds=FOR_POSTGRESQL)
            return answer(*told(found, given.accesses.lost if given.accesses else 0))
        except (psycopg.Error, TimeoutError):
            return answer({"status": "down", "reasons": ["postgresql-away"]}, 503)

    return made


def standing(given: Services, *, redis: bool) -> Standing:
    """One look at PostgreSQL."""
    with given.reads.connection() as connection, connection.cursor() as cursor:
        return look(cursor, at=given.clock(), redis=redis, accesses=not (given.accesses and given.accesses.loses))


def told(found: Standing, accesses_lost: int) -> tuple[dict[str, object], int]:
    """What `/readyz` says of it, and the status. accesses_lost: lines of the access log, by this process."""
    content: dict[str, object] = {
        "status": found.state,
        "reasons": found.reasons,
        "position": found.position,
        "lag": max(found.lags.values(), default=0),
        "projections": found.lags,
        "accesses_lost": accesses_lost,
    }
    if found.unsigned:
        content["unsigned"] = {"after": found.unsigned.after, "up_to": found.unsigned.up_to}
    if found.stops:
        content["frozen"] = [stop._asdict() for stop in found.stops]
    return content, 503 if found.stops else 200


def answer(content: dict[str, object], status: int = 200) -> Response:
    """A short answer; who is told that nothing goes is told when to look again."""
    headers = {"Retry-After": "2"} if status == 503 else {}
    return Response(dump(content), status, headers, content_type="application/json")
