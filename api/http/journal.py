"""One line of the log per request, and the number that all lines about a request carry.

The line names the route and never the address that was asked for, since both its path and its query may hold anything.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

if TYPE_CHECKING:
    from api.http.turn import Turn

FIELDS = ("method", "route", "status", "duration_ms", "bytes", "token", "role")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Those who watch ask every few seconds.
QUIET = ("/healthz", "/readyz")

number: ContextVar[str | None] = ContextVar("number", default=None)
"""Of the request that is being answered."""

log = logging.getLogger(__name__)


class Journalled(Flask):
    """An application whose faults are told without the address that was asked for, which Flask would put into them."""

    def log_exception(self, exc_info: Any) -> None:
        log.error("A fault of ours", exc_info=exc_info)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine, and every step of a request would be looked at to find that out."""
        return func


def begin(turn: Turn) -> None:
    """Give the request a number that its answer and every line of the log about it carry."""
    here = turn.here
    here.began, here.request_id = time.perf_counter(), new_number()
    number.set(here.request_id)


def new_number() -> str:
    """32 hex digits that no other request has, in any process: instants, then chance.

    Those of a moment lie side by side in every index over them. Nobody is let in by one: chance need not come from the
    system, which would have this thread wait for its turn after it.
    """
    return f"{time.time_ns() // 1_000_000:012x}{random.getrandbits(80):020x}"


def forget(_error: BaseException | None = None) -> None:
    """What this thread logs from here on is about no request."""
    number.set(None)


def end(turn: Turn, response: Response) -> None:
    """Tell of a request once it is answered."""
    loud = level(turn.asked.path, response.status_code)
    if log.isEnabledFor(loud):
        log.log(loud, "request", extra=line(turn, response))


def line(turn: Turn, response: Response) -> dict[str, object]:
    """What is told of a request. duration_ms: until the answer was made. bytes: of its body, where known."""
    asked, here = turn.asked, turn.here
    rule, who = asked.url_rule, here.get("principal")
    return {
        # Anything may be sent as a method, too.
        "method": asked.method if asked.method in METHODS else None,
        "route": rule.rule if rule else None,
        "status": response.status_code,
        "duration_ms": round((time.perf_counter() - here.began) * 1000, 1),
        # A stream is not gathered for the sake of its length.
        "bytes": response.calculate_content_length() if response.is_sequence else response.content_length,
        "token": who.token if who else None,
        "role": who.role if who else None,
    }


def level(path: str, status: int) -> int:
    """How loudly a request is told of."""
    if path in QUIET:
        return logging.DEBUG
    return logging.ERROR if status == 500 else logging.WARNING if status > 500 else logging.INFO
