"""Counts what happens within a minute: for all processes together, or for this one alone while Redis is away."""

from __future__ import annotations

import time
from typing import NamedTuple

import redis
from limits.storage import MemoryStorage

from api.breaker import Breaker
from api.direct import Direct
from api.impatience import client

MINUTE = 60

# Seconds. A Redis that hangs costs one request this much, and the others nothing for a while.
TIMEOUT = 0.05

# One round trip: the count, and the milliseconds that are left of its minute.
HIT = """
    local count, left = redis.call('INCR', KEYS[1]), redis.call('PTTL', KEYS[1])
    if left < 0 then
        left = tonumber(ARGV[1])
        redis.call('PEXPIRE', KEYS[1], left)
    end
    return {count, left}
"""


class Count(NamedTuple):
    """How often within the present minute. ends: when that minute is over, seconds since 1970."""

    times: int
    ends: float


class Counters:
    """Counts in Redis, which all processes share; while it does not answer, each process counts for itself.

    redis_url: None for a process that is alone.
    """

    def __init__(self, redis_url: str | None = None) -> None:
        self._own = MemoryStorage()
        self._redis: redis.Redis | None = None
        if redis_url is not None:
            self._redis = client(redis_url, TIMEOUT)
            self._hit = Direct(self._redis, HIT)
            self._breaker = Breaker("Redis", "each process counts for itself", self._redis.ping)

    def hit(self, what: str) -> Count:
        """Count once more; a minute begins with its first count."""
        key = f"jalon:count:{what}"
        return self._shared(key) or self._alone(key)

    def reachable(self) -> bool:
        """All processes count together, or there is but one."""
        if self._redis is None:
            return True
        try:
            return bool(self._redis.ping())
        except redis.RedisError:
            return False

    def _shared(self, key: str) -> Count | None:
        """None while Redis is away."""
        if self._redis is None or not self._breaker.lets_through():
            return None
        try:
            times, left = self._hit("1", key, str(MINUTE * 1000))
        except redis.RedisError as error:
            self._breaker.failed(error)
            return None
        return Count(int(times), time.time() + left / 1000)

    def _alone(self, key: str) -> Count:
        times = self._own.incr(key, MINUTE)
        return Count(times, self._own.get_expiry(key))
