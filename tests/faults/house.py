"""A house of its own servers, web processes and followers, each of which may be killed, stopped and woken."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import psycopg
import redis

from api.published import leadership
from api.published.shelf import Shelf
from api.run.servers import LocalServers
from projections.follower import is_followed
from tests.api.crashing import JALON, PATIENCE, Postgres, Served, free_port, until

Process = subprocess.Popen[bytes]

ASKED = 20
"""Questions after which each of two web processes has been asked."""


@dataclass
class Redis:
    """The Redis of a home, and what may happen to it."""

    servers: LocalServers

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.servers.redis_url, socket_timeout=5)

    @property
    def pid(self) -> int:
        with self.client() as client:
            return int(client.info("server")["process_id"])

    def kill(self) -> None:
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: gone(pid))

    def revive(self) -> None:
        """Whoever begins to work in the home brings up what is down."""
        with LocalServers(self.servers.home):
            pass

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """It stands still: its socket is open, what is sent there waits, and nothing is said."""
        with stopped(self.pid):
            yield


@dataclass
class House(Served):
    """Web processes and followers on servers of their own. anru: a token of that partner. admin: of who grants them."""

    environ: dict[str, str]
    redis: Redis
    log: Path
    anru: str = ""
    admin: str = ""
    running: list[Process] = field(default_factory=list)

    def start(self, *command: str) -> Process:
        """A command of Jalon, which the end of the house ends too."""
        with self.log.open("ab") as told:
            process = subprocess.Popen([*JALON, *command], env=self.environ, stdout=told, stderr=told)
        self.running.append(process)
        return process

    def follow(self) -> Process:
        return self.start("follow")

    def web(self) -> Process:
        """The web server; returns once both of its workers answer."""
        process = self.start("web", "--port", str(self.port))
        until(lambda: self.get("/healthz").status == 200 and len(workers(process)) >= 2)
        return process

    def kill(self, process: Process) -> None:
        process.kill()
        process.wait()
        self.running.remove(process)

    def by(self, token: str) -> House:
        """The same house as another one meets it."""
        return replace(self, token=token)

    def grant(self, *options: str) -> str:
        """A new token, which works."""
        command = [*JALON, "token", "create", *options]
        return subprocess.run(command, env=self.environ, check=True, capture_output=True, text=True).stdout.strip()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        with psycopg.connect(self.database_url, autocommit=True) as db:
            yield db

    def followed(self) -> bool:
        with self.database() as db:
            return is_followed(db.cursor())

    def is_fresh(self) -> bool:
        """Whether readers take on trust what lies ready."""
        with self.redis.client() as client:
            return bool(client.exists(self.shelf._beat))

    @cached_property
    def shelf(self) -> Shelf:
        with self.database() as db:
            ledger = leadership.ledger_id(db.cursor())
        return Shelf(self.redis.servers.redis_url, lambda: ledger, patience=2)

    def settle(self) -> None:
        """One follower at work, and both web processes: as each fault finds it."""
        self.running = [each for each in self.running if each.poll() is None]
        if not any("follow" in each.args for each in self.running):
            self.follow()
        until(self.followed)
        until(self.is_fresh)
        until(self.is_ready)

    def is_ready(self) -> bool:
        """Whether all say so: a connection goes to any of the web processes, and one of them may just have begun."""
        return all(self.get("/readyz").json.get("status") == "ready" for _ in range(ASKED))


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Processes stand still meanwhile, and notice nothing of it afterwards."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def workers(process: Process) -> list[int]:
    """The children of a process."""
    return list(map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()))


def gone(pid: int) -> bool:
    """No such process, or one that nobody has buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


@contextmanager
def built(home: Path, postgres: type[Postgres] = Postgres) -> Iterator[House]:
    """The servers with their own defaults, the tables, three tokens, two web processes and a follower."""
    servers = LocalServers(home)
    try:
        with servers:
            signing = {"JALON_CHECKPOINT_KEY": str(home / "checkpoint.key"), "JALON_CHECKPOINT_EVERY": "1"}
            urls = {
                "DATABASE_URL": servers.application_url,
                "DATABASE_OWNER_URL": servers.database_url,
                "REDIS_URL": servers.redis_url,
            }
            environ = {**os.environ, **urls, **signing, "JALON_WORKERS": "2", "JALON_RATE_LIMIT": "off"}
            subprocess.run([*JALON, "migrate"], env=environ, check=True, capture_output=True)
            house = House(postgres(servers), free_port(), "", environ, Redis(servers), home / "house.log")
            try:
                house.token = house.grant("--name", "Léa", "--role", "team")
                house.anru = house.grant("--name", "ANRU", "--role", "partner", "--organisation", "anru")
                house.admin = house.grant("--name", "Zoé", "--role", "admin")
                house.web()
                house.settle()
                yield house
            finally:
                house.shelf.close()
                ended(house.running)
    finally:
        servers.erase()


def ended(processes: list[Process]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
