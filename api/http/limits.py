"""How much is let through: so many requests a minute for one token, and far fewer refused tokens from one address.

Nobody who sends a valid token is stopped by what others do. A refused token that nothing can count is turned away.
"""

from __future__ import annotations

import logging
import math
import time
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from flask import Flask, Response, g, request
from flask.globals import app_ctx, request_ctx

from api.counting import MINUTE
from api.http.problems import RateLimited
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
    if (most := given.rate_limit) is None:
        return

    @app.before_request
    def count() -> None:
        """Count a request that some route answers. Raises RateLimited past the limit."""
        here, asked = app_ctx.g, request_ctx.request
        if asked.endpoint is None or asked.path in UNLIMITED:
            return
        here.count = here.counted = given.counters.hit(caller())
        if here.count.times > most:
            raise RateLimited(TOO_MANY)

    @app.after_request
    def tell(response: Response) -> Response:
        """How much is left of this minute, where that was counted."""
        if counted := app_ctx.g.get("counted"):
            response.headers["X-RateLimit-Limit"] = str(most)
            response.headers["X-RateLimit-Remaining"] = str(max(0, most - counted.times))
            response.headers["X-RateLimit-Reset"] = str(int(counted.ends) + 1)
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
