"""What readers notice of a Redis that hangs: how much longer the 99th of 100 answers takes.

A served instance of two web processes, over loopback alone, with the record of an agglomeration: timelines of some
forty entries. Redis is stopped for five seconds, and works for five, by turns.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles

from api.run.servers import Servers
from benchmarks import Figure
from benchmarks.histories import AUTHORITY
from benchmarks.hot import until_published
from benchmarks.serve import redis_pid
from benchmarks.served import created, get, log_milestone, operation, serving, sown

READERS, WRITERS = 4, 2
TURNS, SECONDS, BETWEEN = 6, 5.0, 2.0
BREATH = 0.02
"""Seconds between two requests of one program."""
MORE = 100
"""Milliseconds by which the 99th of 100 answers may take longer."""


def measure(servers: Servers) -> Iterator[Figure]:
    """How often the growth fits into what it may be."""
    environ = sown(servers)
    reads, writes = created(environ), created(environ, "team", AUTHORITY)
    with serving(environ) as port:
        until_published(servers)
        taken: dict[str, list[float]] = {"usual": [], "hanging": []}
        with at_work(port, reads, writes) as work:
            for _ in range(TURNS):
                taken["usual"] += work.during(SECONDS)
                with stopped(redis_pid(servers.redis_url)):
                    taken["hanging"] += work.during(SECONDS)
                time.sleep(BETWEEN)
    usual, hanging = (quantiles(each, n=100)[98] * 1000 for each in taken.values())
    for name, each in taken.items():
        print(f"           {name}: {len(each)} answers, median {median(each) * 1000:.1f} ms", flush=True)
    what = f"times the growth of p99 ({usual:.0f} to {hanging:.0f} ms) fits into {MORE} ms"
    yield Figure(what, MORE / max(hanging - usual, 1), 1)


@dataclass
class Work:
    """Readers and writers at work. taken: seconds of each answer to a reader, since somebody asked last."""

    taken: list[float] = field(default_factory=list)

    def during(self, seconds: float) -> list[float]:
        """What the answers took that came in the next seconds."""
        self.taken.clear()
        time.sleep(seconds)
        return self.taken.copy()


@contextmanager
def at_work(port: int, reads: str, writes: str) -> Iterator[Work]:
    """Programs that read and write until the context is left. reads, writes: the tokens that they show."""
    work, stop = Work(), threading.Event()

    def read() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while not stop.wait(BREATH):
            path = random.choice([f"/v1/operations/{operation()}/timeline", "/v1/partners/p-1/commitments"])
            began = time.perf_counter()
            assert get(connection, path, reads)[0] == 200
            work.taken.append(time.perf_counter() - began)

    def write() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while not stop.wait(BREATH):
            log_milestone(connection, writes)

    programs = [read] * READERS + [write] * WRITERS
    with ThreadPoolExecutor(len(programs)) as pool:
        running = [pool.submit(program) for program in programs]
        try:
            yield work
        finally:
            stop.set()
        for each in running:
            each.result()


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process stands still: its sockets are open, what is sent there waits, and nothing is said."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
