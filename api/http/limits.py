"""How much is let through: so many requests a minute for one token, and far fewer refused tokens from one address.

Nobody who sends a valid token is stopped by what others do. A refused token that nothing can count is turned away.
"""

from __future__ import annotations

import logging
import math
import time
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from flask import Request, Response

from api.counting import MINUTE
from api.http.problems import RateLimited
from api.http.turn import Turn

# Those who watch this service are to hear of its state, not of our limits.
UNLIMITED = ("/healthz", "/readyz")

# The shortest part of an IPv6 address that is handed out to one customer.
SUBSCRIBER = 64

TOO_MANY = "Trop de demandes en une minute avec ce jeton, ou depuis cette adresse."
TOO_MANY_REFUSED = "Trop de jetons refusés en une minute depuis cette adresse."

log = logging.getLogger(__name__)


def count(turn: Turn) -> None:
    """Count a request that some route answers. To be called once it is known who speaks. Raises RateLimited."""
    most, here = turn.given.rate_limit, turn.here
    if most is None or turn.view is None or turn.asked.path in UNLIMITED:
        return
    here.count = here.counted = turn.given.counters.hit(caller(turn))
    if here.count.times > most:
        raise RateLimited(TOO_MANY)


def caller(turn: Turn) -> str:
    """Whose requests are counted together: those with one token, or those without any from one address."""
    who = turn.here.get("principal")
    return f"token:{who.token}" if who else f"address:{address(turn.asked)}"


def address(asked: Request) -> str:
    """Where a request comes from; of an IPv6 address the part that is one subscriber's."""
    try:
        given = ip_address(asked.remote_addr or "")
    except ValueError:
        return "unknown"
    if given.version == 4 or given.ipv4_mapped:
        return str(given)
    return str(ip_network((given, SUBSCRIBER), strict=False))


def count_refused_token(turn: Turn) -> None:
    """Count a token that opens nothing. Raises RateLimited past the limit, and also when nothing can count."""
    most, here = turn.given.refused_tokens, turn.here
    if most is None:
        return
    try:
        here.count = turn.given.counters.hit(f"refused-token:{address(turn.asked)}")
    except Exception as error:
        log.exception("Refused tokens cannot be counted")
        raise RateLimited(TOO_MANY_REFUSED) from error
    if here.count.times > most:
        raise RateLimited(TOO_MANY_REFUSED)


def tell(turn: Turn, response: Response) -> None:
    """How much is left of this minute, where that was counted; when it is over, in seconds, for who asked too often."""
    here, headers = turn.here, response.headers
    if counted := here.get("counted"):
        most = turn.given.rate_limit or 0
        headers["X-RateLimit-Limit"] = str(most)
        headers["X-RateLimit-Remaining"] = str(max(0, most - counted.times))
        headers["X-RateLimit-Reset"] = str(int(counted.ends) + 1)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        ends = here.count.ends if "count" in here else time.time() + MINUTE
        headers["Retry-After"] = str(max(1, math.ceil(ends - time.time())))
