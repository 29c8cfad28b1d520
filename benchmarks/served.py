"""The record of an agglomeration, served to programs that read and write over loopback."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

from api.run.servers import Servers
from api.run.settings import read_settings
from api.run.wiring import create_tables, prepare
from benchmarks.histories import AGGLO
from benchmarks.processes import JALON, free_port, running
from benchmarks.seed import sow


def sown(servers: Servers) -> dict[str, str]:
    """Put the record into empty servers, make it ready, and tell the environment in which Jalon serves it."""
    url = servers.database_url
    create_tables(url)
    sow(url, AGGLO)
    environ = {**os.environ, "DATABASE_URL": url, "REDIS_URL": servers.redis_url, "JALON_RATE_LIMIT": "off"}
    prepare(read_settings(environ), url)
    return environ


def created(environ: Mapping[str, str], role: str = "partner", organisation: str = "p-1") -> str:
    """A token; unless told otherwise, one of the partner that funds every operation."""
    command = [*JALON, "token", "create", "--name", "Mesure", "--role", role, "--organisation", organisation]
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def serving(environ: Mapping[str, str]) -> Iterator[int]:
    """`jalon serve` with two web processes; its port."""
    port = free_port()
    with running([*JALON, "serve", "--port", str(port), "--workers", "2"], environ) as served:
        while not ready(port):
            assert served.poll() is None, "jalon serve ended"
            time.sleep(0.1)
        yield port


def ready(port: int) -> bool:
    try:
        return get(http.client.HTTPConnection("127.0.0.1", port), "/readyz", "")[0] == 200
    except OSError:
        return False


def get(connection: http.client.HTTPConnection, path: str, token: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def log_milestone(connection: http.client.HTTPConnection, token: str) -> None:
    """Log one on any operation."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = {"code": f"n-{uuid4().hex}", "label": "Réunion de chantier", "on": "2026-03-02"}
    connection.request("POST", f"/v1/operations/{operation()}/milestones", json.dumps(body), headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    answer.read()


def operation() -> str:
    """The reference of one of the record."""
    return f"OP-{random.randint(1, AGGLO.operations)}"
