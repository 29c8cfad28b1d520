"""One line of the log per request, and the number that all lines about a request carry.

The line names the route and never the address that was asked for, since both its path and its query may hold anything.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from flask import Flask, Response, g, request

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


def register(app: Flask) -> None:
    """Number every request and tell of its answer. To be called first: what is registered first sees answers last."""
    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(forget)


def begin() -> None:
    """Give the request a number that its answer and every line of the log about it carry."""
    g.began = time.perf_counter()
    g.request_id = os.urandom(16).hex()
    number.set(g.request_id)


def forget(_error: BaseException | None = None) -> None:
    """What this thread logs from here on is about no request."""
    number.set(None)


def end(response: Response) -> Response:
    """Tell of a request once it is answered."""
    loud = level(response.status_code)
    if log.isEnabledFor(loud):
        log.log(loud, "request", extra=line(response))
    return response


def line(response: Response) -> dict[str, object]:
    """What is told of a request. duration_ms: until the answer was made. bytes: of its body, where known."""
    who = g.get("principal")
    return {
        # Anything may be sent as a method, too.
        "method": request.method if request.method in METHODS else None,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "duration_ms": round((time.perf_counter() - g.began) * 1000, 1),
        # A stream is not gathered for the sake of its length.
        "bytes": response.calculate_content_length() if response.is_sequence else response.content_length,
        "token": who.token if who else None,
        "role": who.role if who else None,
    }


def level(status: int) -> int:
    """How loudly a request is told of."""
    if request.path in QUIET:
        return logging.DEBUG
    return logging.ERROR if status == 500 else logging.WARNING if status > 500 else logging.INFO
