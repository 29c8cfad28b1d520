"""How long eight who write at once wait for their answers, and whether some of them wait far longer than others.

A served instance of two web processes, over loopback alone. Each writer logs a milestone once the last
one is answered.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Iterator
from statistics import median, quantiles
from uuid import uuid4

from api.run.servers import Servers
from api.run.settings import read_settings
from api.run.wiring import create_tables, prepare
from benchmarks import Figure
from benchmarks.histories import AGGLO, AUTHORITY
from benchmarks.seed import sow
from benchmarks.waiting import created, serving

WRITERS, WARM_UP, SECONDS = 8, 3, 30


def measure(servers: Servers) -> Iterator[Figure]:
    """The usual answer against the slow ones."""
    url = servers.database_url
    create_tables(url)
    sow(url, AGGLO)
    environ = {**os.environ, "DATABASE_URL": url, "REDIS_URL": servers.redis_url, "JALON_RATE_LIMIT": "off"}
    prepare(read_settings(environ), url)
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
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        while (began := time.perf_counter()) < end:
            path = f"/v1/operations/OP-{random.randint(1, AGGLO.operations)}/milestones"
            body = {"code": f"n-{uuid4().hex}", "label": "Réunion de chantier", "on": "2026-03-02"}
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            assert answer.status == 201, answer.read()
            answer.read()
            taken.append(time.perf_counter() - began)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return taken
