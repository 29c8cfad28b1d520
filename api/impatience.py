"""How Redis is asked: it is given little time and asked once, since nothing here needs it."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def client(redis_url: str, patience: float) -> Redis:
    """A client that waits so many seconds, to connect and for each answer, and never tries again by itself."""
    return Redis.from_url(
        redis_url, socket_timeout=patience, socket_connect_timeout=patience, retry=Retry(NoBackoff(), 0)
    )
