"""A served instance of its own, whose PostgreSQL may be crashed, stopped and frozen without harm to other tests."""

import json
import os
import pwd
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from api.run.servers import LocalServers
from domain.ledger import Ledger
from tests.api.desk import PLAN
from tests.story import AUTHORITY

JALON = [sys.executable, "-m", "api.run.cli"]
PATIENCE = 20.0


class Answer(NamedTuple):
    """What came back. status 0: nothing, the connection was lost."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


LOST = Answer(0, {}, b"{}")


@dataclass
class Postgres:
    """The PostgreSQL of a home, and what may happen to it."""

    servers: LocalServers

    def crash(self) -> None:
        """End it at once, as a kill would, and start it again; returns when it answers."""
        self._pg_ctl("restart", "-m", "immediate")

    def stop(self) -> None:
        self._pg_ctl("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it with the options that it had."""
        self._pg_ctl("start", "-o", (self.servers.data / "postmaster.opts").read_text().split(" ", 1)[1].strip())

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of it stands still: its sockets stay open, and nothing is said on them."""
        postmaster = int((self.servers.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)
        still = [postmaster, *map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())]
        try:
            for process in still:
                os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in reversed(still):
                os.kill(process, signal.SIGCONT)

    def _pg_ctl(self, *what: str) -> None:
        # As root, PostgreSQL runs as `nobody`, and pg_ctl refuses to run as root.
        nobody = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        log = self.servers.data.parent / "crashing.log"
        command = [self.servers.programs / "pg_ctl", "-w", "-D", self.servers.data, "-l", log, *what]
        subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, check=True, **({} if os.geteuid() else nobody))


@dataclass
class Served:
    """`jalon serve` with two web processes, as one of its users meets it."""

    postgres: Postgres
    port: int
    token: str

    @property
    def database_url(self) -> str:
        """As the owner of its tables, who may look at everything."""
        return self.postgres.servers.database_url

    @property
    def application_url(self) -> str:
        """As its own processes, which own the projections."""
        return self.postgres.servers.application_url

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask("POST", path, json.dumps(body).encode(), named | {"Content-Type": "application/json"})

    def insist(self, path: str, body: Any, **headers: str) -> Answer:
        """Send a keyed command as the contract says: again with the same key, until somebody decides on it."""
        assert "Idempotency_Key" in headers
        return until(lambda: decided(self.post(path, body, **headers)))

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        url = f"http://127.0.0.1:{self.port}{path}"
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, lowered(answer.headers), answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, lowered(refusal.headers), refusal.read())
        except (OSError, HTTPException):
            return LOST


def lowered(headers: Message) -> dict[str, str]:
    """Headers by their names in small letters, as no server promises any others."""
    return {name.lower(): value for name, value in headers.items()}


def decided(answer: Answer) -> Answer | None:
    """The answer, unless it says to send the same again."""
    if answer.status == 503:
        assert int(answer.headers["retry-after"]) >= 1
        return None
    again = answer.status == 0 or (answer.status == 409 and answer.json["code"] == "idempotency-in-flight")
    return None if again else answer


def until(what: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait for something to be true, and return it."""
    deadline = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)
    return found


def planned(served: Served, reference: str) -> str:
    assert served.insist("/v1/operations", PLAN | {"reference": reference}, Idempotency_Key=reference).status == 201
    return f"/v1/operations/{reference}"


def milestone(number: int = 1) -> dict[str, Any]:
    return {"code": f"m{number}", "label": f"Réunion {number}", "on": "2009-05"}


def version(served: Served, operation: str) -> int:
    """The version that is stored."""
    ledger = Ledger(served.database_url, authority=AUTHORITY)
    try:
        return ledger.operation(operation.rsplit("/", 1)[1]).version
    finally:
        ledger.close()


@dataclass
class Writer:
    """Logs one milestone after another on an operation that nobody else writes to, until told to stop.

    breath: seconds between two.
    """

    served: Served
    operation: str
    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    refused: list[Answer] = field(default_factory=list)
    breath: float = 0.0

    def write(self, stop: threading.Event) -> None:
        for number in count(1):
            if stop.wait(self.breath):
                return
            path, body = self.command(number)
            answer = self.served.insist(
                f"{self.operation}/{path}",
                body,
                Idempotency_Key=f"{self.operation}/{number}",
                # Only this writer moves the version: a 412 would be its own entry, taken for somebody else's.
                If_Match=f'"{number}"',
            )
            if answer.status == 201:
                self.acknowledged.append((answer.json["version"], answer.json["position"]))
            else:
                self.refused.append(answer)

    def command(self, number: int) -> tuple[str, dict[str, Any]]:
        """The address and the body of its n-th command."""
        return "milestones", milestone(number)


def everybody_gets_on(writers: list[Writer]) -> None:
    """Let every writer record something more, so that what follows meets all of them at work."""
    before = [len(writer.acknowledged) for writer in writers]
    until(lambda: all(len(each.acknowledged) > had + 2 for each, had in zip(writers, before, strict=True)))


def positions(served: Served) -> list[int]:
    with psycopg.connect(served.database_url) as db:
        return [position for (position,) in db.execute("SELECT notification_id FROM stored_events ORDER BY 1")]


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """Servers of their own, the tables, a token of the authority's team, and `jalon serve`.

    With PostgreSQL's own defaults: nothing is acknowledged that is not on the disk, and the time that this takes is the
    time in which a crash loses acknowledgements.
    """
    servers = LocalServers(home)
    try:
        with servers:
            urls = {
                "DATABASE_URL": servers.application_url,
                "DATABASE_OWNER_URL": servers.database_url,
                "REDIS_URL": servers.redis_url,
            }
            environ = {**os.environ, **urls, "JALON_WORKERS": "2", "JALON_RATE_LIMIT": "off"}
            subprocess.run([*JALON, "migrate"], env=environ, check=True, capture_output=True)
            grant = [*JALON, "token", "create", "--name", "Léa", "--role", "team"]
            token = subprocess.run(grant, env=environ, check=True, capture_output=True, text=True).stdout.strip()
            port = free_port()
            log = home / "serve.log"
            with log.open("wb") as told:
                process = subprocess.Popen(
                    [*JALON, "serve", "--port", str(port)], env=environ, stdout=told, stderr=told
                )
            with process:
                served = Served(Postgres(servers), port, token)
                try:
                    until(lambda: served.get("/readyz").status == 200)
                    yield served
                finally:
                    process.terminate()
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(PATIENCE)
                    process.kill()
    finally:
        servers.erase()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
