"""How long eight who write at once wait for their answers, and whether some of them wait far longer than others.

A served instance of two web processes, over loopback alone. Each writer logs a milestone once the last
one is answered.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from statistics import median, quantiles

from api.run.servers import Servers
from benchmarks import Figure
from benchmarks.histories import AUTHORITY
from benchmarks.served import created, log_milestone, serving, sown

WRITERS, WARM_UP, SECONDS = 8, 3, 30


def measure(servers: Servers) -> Iterator[Figure]:
    """The usual answer against the slow ones."""
    environ = sown(servers)
    token = created(environ, "team", AUTHORITY)
    with serving(environ) as port:
        written(port, token, WARM_UP)
        taken = [each * 1000 for each in written(port, token, SECONDS)]
    usual, slow = median(taken), quantiles(taken, n=100)[98]
    print(f"           {len(taken) / SECONDS:.0f} entries a second, the slowest answer {max(taken):.0f} ms", flush=True)
    yield Figure(f"median ({usual:.0f} ms) per 99th of 100 answers ({slow:.0f} ms)", usual / slow, 0.25)


def written(port: int, token: str, seconds: float) -> list[float]:
    """Seconds of each answer."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def write() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while (began := time.perf_counter()) < end:
            log_milestone(connection, token)
            taken.append(time.perf_counter() - began)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return taken
