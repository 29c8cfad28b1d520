"""Programs that wait on the feed of a real `jalon serve`: told at once, sent back when many, freed at its end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.run.test_serving import JALON, PATIENCE, family, gone, ready, until

PLAN = {"reference": "ANZ-CARPEAUX", "title": "Anzin : Carpeaux", "communes": ["59014"], "on": "2008-02"}


@dataclass
class Served:
    """A `jalon serve` with servers of its own, one web process and four threads. token: of the authority's team."""

    process: subprocess.Popen[str]
    port: int
    token: str = ""

    def ask(self, method: str, path: str, body: Any = None) -> tuple[http.client.HTTPResponse, Any]:
        """The answer and its document."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            return answer, json.load(answer)

    def wait(self, after: int) -> tuple[http.client.HTTPResponse, Any]:
        """Ask for what comes after a position."""
        return self.ask("GET", f"/v1/feed?after={after}&wait=20")

    def head(self) -> int:
        return int(self.ask("GET", "/v1/feed?limit=1")[0].headers["Jalon-Position"])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {**os.environ, "JALON_HOME": str(tmp_path), "JALON_WORKERS": "1", "JALON_THREADS": "4"}
    command = [*JALON, "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            until(lambda: ready(port))
            create = [*JALON, "token", "create", "--name", "Léa", "--role", "team"]
            made = subprocess.run(create, env=environ, check=True, capture_output=True, text=True, timeout=60)
            yield Served(process, port, made.stdout.strip())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def test_a_program_that_waits_is_told_at_once(served: Served):
    with ThreadPoolExecutor(1) as program:
        told = program.submit(served.wait, served.head())
        time.sleep(0.5)
        answer, recorded = served.ask("POST", "/v1/operations", PLAN)
        assert answer.status == 201
        _, page = told.result(PATIENCE)
    assert [item["id"] for item in page["items"]] == [str(recorded["position"])]


def test_sigterm_answers_those_who_wait_and_ends_every_process_within_ten_seconds(served: Served):
    processes = family(served.process.pid)
    assert any("postgres" in command for command in processes.values())
    with ThreadPoolExecutor(3) as programs:
        asked = [programs.submit(served.wait, served.head()) for _ in range(3)]
        until(lambda: any(each.done() for each in asked))
        waiting = [each for each in asked if not each.done()]
        assert len(waiting) == 2
        begun = time.monotonic()
        served.process.terminate()
        answers = [each.result(PATIENCE) for each in asked]
        assert served.process.wait(PATIENCE) == 0
        assert time.monotonic() - begun < 10
    assert [(answer.status, page["items"]) for answer, page in answers] == [(200, [])] * 3
    assert all("Retry-After" in answer.headers for answer, _ in answers)
    assert all(map(gone, processes)), processes
