"""How much is let through: so many requests a minute for one token, and far fewer refused tokens from one address.

Nobody who sends a valid token is stopped by what others do. A refused token that nothing can count is turned away.
"""

from __future__ import annotations

import logging
import math
import time
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import NoReturn

from flask import Flask, Response, g, request
from flask_limiter import Limiter, RateLimitExceeded
from limits.storage import Storage

from api.counting import MINUTE, Counters
from api.http.problems import RateLimited, stopped
from api.services import Services, services

# Those who watch this service are to hear of its state, not of our limits.
UNLIMITED = ("/healthz", "/readyz")

# The shortest part of an IPv6 address that is handed out to one customer.
SUBSCRIBER = 64

TOO_MANY = "Trop de demandes en une minute avec ce jeton, ou depuis cette adresse."
TOO_MANY_REFUSED = "Trop de jetons refusés en une minute depuis cette adresse."

log = logging.getLogger(__name__)


def register(app: Flask, given: Services) -> None:
    """Limit this application. To be called between finding out who speaks and letting the route's policy decide."""
    app.after_request(say_when)
    if given.rate_limit is None:
        return
    limiter = Limiter(
        caller,
        application_limits=[f"{given.rate_limit} per minute"],
        storage_uri=f"{Shared.SCHEME}://",
        storage_options={"counters": given.counters},  # type: ignore[dict-item]
        strategy="fixed-window",
    )
    limiter.request_filter(lambda: request.path in UNLIMITED)
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, lambda _: stopped(RateLimited(TOO_MANY)))

    @app.after_request
    def tell(response: Response) -> Response:
        """How much is left, by the names that flask-limiter has for it.

        It would write them itself, but a Retry-After along with them: on every answer, and longer than our own.
        """
        if limit := limiter.current_limit:
            response.headers["X-RateLimit-Limit"] = str(limit.limit.amount)
            response.headers["X-RateLimit-Remaining"] = str(limit.remaining)
            response.headers["X-RateLimit-Reset"] = str(limit.reset_at)
        return response


def caller() -> str:
    """Whose requests are counted together: those with one token, or those without any from one address."""
    return f"token:{g.principal.token}" if "principal" in g else f"address:{address()}"


def address() -> str:
    """Where the request comes from; of an IPv6 address the part that is one subscriber's."""
    try:
        given = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if given.version == 4 or given.ipv4_mapped:
        return str(given)
    return str(ip_network((given, SUBSCRIBER), strict=False))


def count_refused_token() -> None:
    """Count a token that opens nothing. Raises RateLimited past the limit, and also when nothing can count."""
    if (most := services().refused_tokens) is None:
        return
    try:
        g.count = services().counters.hit(f"refused-token:{address()}")
    except Exception as error:
        log.exception("Refused tokens cannot be counted")
        raise RateLimited(TOO_MANY_REFUSED) from error
    if g.count.times > most:
        raise RateLimited(TOO_MANY_REFUSED)


def say_when(response: Response) -> Response:
    """Whoever asked too often is told when the minute is over, in seconds."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        ends = g.count.ends if "count" in g else time.time() + MINUTE
        response.headers["Retry-After"] = str(max(1, math.ceil(ends - time.time())))
    return response


class Shared(Storage):
    """The counters of this process as flask-limiter asks for them, from one round trip a request.

    After counting, it asks for the count again and for the end of its minute: both came with the count.
    """

    SCHEME = "jalon"
    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012
    base_exceptions: tuple[type[Exception], ...] = ()

    def __init__(self, uri: str, *, counters: Counters) -> None:
        super().__init__(uri)
        self._counters = counters

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        assert (expiry, amount) == (MINUTE, 1)
        g.count = self._counters.hit(key)
        return int(g.count.times)

    def get(self, _key: str) -> int:
        return int(g.count.times)

    def get_expiry(self, _key: str) -> float:
        return float(g.count.ends)

    def check(self) -> bool:
        return True

    def reset(self) -> None:
        raise NotImplementedError

    def clear(self, key: str) -> NoReturn:
        raise NotImplementedError
