"""What a document that lies ready costs the web server, in empty Flask routes behind the same server.

Processor time of the web processes, of Redis beside them, eight programs that ask one request after the other. Kinds of
request take turns of a second. `python -m benchmarks reads` measures the same rungs within one process.
"""

from __future__ import annotations

import http.client
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from api.published.shelf import Key
from api.run.publishing import shelf
from api.run.servers import Servers
from api.run.settings import read_settings
from benchmarks import Figure
from benchmarks.histories import AGGLO
from benchmarks.processes import JALON, free_port, running, spent
from benchmarks.serve import redis_pid, until_it_answers
from benchmarks.served import created, sown

BARE = [sys.executable, "-c", "import sys; from benchmarks.hot import serve_bare; serve_bare(int(sys.argv[1]))"]
WORKERS, CONNECTIONS = 2, 8
TURNS, SECONDS = 15, 1.0
EMPTY, TIMELINE, TOTALS = "an empty route", "a timeline", "the main funder's totals"


class Spent(NamedTuple):
    """Processor microseconds of one request."""

    web: float
    redis: float


def measure(servers: Servers) -> Iterator[Figure]:
    """How often each fits into three empty routes."""
    environ = sown(servers)
    token, bare, jalon = created(environ), free_port(), free_port()
    with ExitStack() as stack:
        stack.enter_context(running([*JALON, "follow"], environ))
        ours = stack.enter_context(running([*JALON, "web", "--port", str(jalon), "--workers", str(WORKERS)], environ))
        empty = stack.enter_context(running([*BARE, str(bare)], environ))
        until_it_answers(ours, f"http://127.0.0.1:{jalon}/healthz")
        until_it_answers(empty, f"http://127.0.0.1:{bare}/")
        until_published(servers)
        contenders = {
            EMPTY: (empty.pid, bare, ["/"]),
            TIMELINE: (ours.pid, jalon, [f"/v1/operations/OP-{n + 1}/timeline" for n in range(AGGLO.operations)]),
            TOTALS: (ours.pid, jalon, ["/v1/partners/p-1/commitments"]),
        }
        taken: dict[str, list[Spent]] = {name: [] for name in contenders}
        for turn in range(-1, TURNS):
            for name, (pid, port, paths) in contenders.items():
                one = asked(pid, redis_pid(servers.redis_url), port, paths, token)
                if turn >= 0:  # The first turn warms up.
                    taken[name].append(one)
    yield from figures(taken)


def figures(taken: dict[str, list[Spent]]) -> Iterator[Figure]:
    """Each kind against the empty route of the same turn."""
    empty = taken.pop(EMPTY)
    for name, turns in taken.items():
        web, redis = (statistics.median(each) for each in zip(*turns, strict=True))
        routes = statistics.median(one.web / other.web for one, other in zip(turns, empty, strict=True))
        what = f"times {name} ({web:.0f} us, Redis {redis:.0f}) fits into 3 empty routes"
        yield Figure(what, 3 / routes, 1)


def until_published(servers: Servers) -> None:
    """Wait until every document lies ready."""
    keys = [Key("timeline", f"OP-{number + 1}") for number in range(AGGLO.operations)]
    with shelf(servers) as lying:
        while lying.missing([*keys, Key("commitments", "p-1")]):
            time.sleep(0.1)


def asked(pid: int, redis: int, port: int, paths: list[str], token: str) -> Spent:
    """What requests cost for a while, each for one of some documents."""
    answers: list[int] = []
    end = time.monotonic() + SECONDS

    def ask() -> None:
        connection, headers = http.client.HTTPConnection("127.0.0.1", port), {"Authorization": f"Bearer {token}"}
        while time.monotonic() < end:
            connection.request("GET", random.choice(paths), headers=headers)
            answer = connection.getresponse()
            answer.read()
            answers.append(answer.status)

    programs = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    web, beside = spent(pid), spent(redis)
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert set(answers) == {200}, set(answers)
    return Spent((spent(pid) - web) * 1e6 / len(answers), (spent(redis) - beside) * 1e6 / len(answers))


def bare() -> Flask:
    """A Flask application that does nothing."""
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/", "bare", lambda: b"")
    return app


def serve_bare(port: int) -> None:
    """Serve it as the API is served."""
    threads = read_settings().threads
    Granian(
        "benchmarks.hot:bare",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=WORKERS,
        blocking_threads=threads,
    ).serve()
