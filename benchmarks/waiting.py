"""What it costs everybody else that a hundred programs wait on the feed, and how soon they are told.

A served instance of two web processes, over loopback alone. The programs do as the guide tells them: they wait as long
as they may, and come back when they are told to.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median, quantiles

import psycopg

from api.run.servers import Servers
from benchmarks import Figure
from benchmarks.histories import AGGLO, AUTHORITY
from benchmarks.lag import log
from benchmarks.served import created, get, serving, sown
from domain.ledger import Ledger
from projections.follower import position

WAIT = "from benchmarks.waiting import wait; wait"
WAITING = 100
SECONDS, BEFORE_AND_AFTER = 60, 15
CONNECTIONS, EVERY = 8, 0.1
WRITES = 100


def measure(servers: Servers, seconds: float = SECONDS) -> Iterator[Figure]:
    """How much longer other requests take, and milliseconds from readable to told."""
    url, environ = servers.database_url, sown(servers)
    token = created(environ)
    with serving(environ) as port:
        timelines(port, token, 2)  # Warms up.
        told = sorted(delay * 1000 for delay in delays(url, port, token))
        alone = timelines(port, token, BEFORE_AND_AFTER)
        with waiting(port, token, seconds):
            beside = timelines(port, token, seconds)
        alone += timelines(port, token, BEFORE_AND_AFTER)
    usual, disturbed = (quantiles(taken, n=100)[98] * 1000 for taken in (alone, beside))
    yield Figure(
        f"99th of 100 timelines: alone {usual:.1f} ms / beside 100 who wait {disturbed:.1f} ms", usual / disturbed, 0.67
    )
    yield Figure(f"times within 10 ms from readable to told, median ({median(told):.1f} ms)", 10 / median(told), 1)


def timelines(port: int, token: str, seconds: float) -> list[float]:
    """Seconds of each of 80 timelines a second, from the instant at which it was due."""
    taken: list[float] = []

    def read(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        due = time.perf_counter() + number * EVERY / CONNECTIONS
        for turn in range(round(seconds / EVERY)):
            time.sleep(max(due - time.perf_counter(), 0))
            path = f"/v1/operations/OP-{1 + (number + turn * CONNECTIONS) % AGGLO.operations}/timeline"
            assert get(connection, path, token)[0] == 200
            taken.append(time.perf_counter() - due)
            due += EVERY

    readers = [threading.Thread(target=read, args=(number,)) for number in range(CONNECTIONS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return taken


@contextmanager
def waiting(port: int, token: str, seconds: float) -> Iterator[None]:
    """A hundred programs that wait, in a process of their own; they have begun, and end when all is measured."""
    command = [sys.executable, "-c", f"{WAIT}({port}, {token!r})"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as programs:
        assert programs.stdout is not None
        programs.stdout.readline()
        yield
        told = json.loads(programs.communicate("")[0])
    print(f"           {WAITING} programs in {seconds:g} s: {told}", flush=True)


def wait(port: int, token: str) -> None:
    """Wait on the feed a hundred times over, until standard input ends; print how that went."""
    went: Counter[str] = Counter()

    def follow() -> None:
        time.sleep(random.random())  # Nobody starts a hundred programs in the same instant.
        connection = http.client.HTTPConnection("127.0.0.1", port)
        after = get(connection, "/v1/feed?limit=1", token)[1]["Jalon-Position"]
        while True:
            status, headers, body = get(connection, f"/v1/feed?after={after}&wait=20", token)
            went[str(status)] += 1
            after = json.loads(body)["next"]
            if "Retry-After" in headers:
                went["sent back"] += 1
                time.sleep(int(headers["Retry-After"]))

    for _ in range(WAITING):
        threading.Thread(target=follow, daemon=True).start()
    time.sleep(2)
    print("begun", flush=True)
    sys.stdin.read()
    print(json.dumps(went), flush=True)
    os._exit(0)


def delays(url: str, port: int, token: str) -> Iterator[float]:
    """Seconds from an entry that can be read to the answer that tells one who waits of it, for each write."""
    ledger = Ledger(url, authority=AUTHORITY)
    with psycopg.connect(url, autocommit=True) as db, ThreadPoolExecutor(1) as program:
        cursor = db.cursor()
        for number in range(WRITES):
            answered = program.submit(told_at, port, f"/v1/feed?after={ledger.head()}&wait=20", token)
            time.sleep(0.05)
            written = log(ledger, number)
            while position(cursor) < written:
                time.sleep(0.0002)
            readable = time.perf_counter()
            yield answered.result() - readable
    ledger.close()


def told_at(port: int, path: str, token: str) -> float:
    """The instant of an answer that tells of something."""
    _, _, body = get(http.client.HTTPConnection("127.0.0.1", port), path, token)
    assert json.loads(body)["items"]
    return time.perf_counter()
