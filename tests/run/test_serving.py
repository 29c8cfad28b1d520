"""`jalon serve` and `jalon demo` as real processes: what they bring up, and that nothing is left of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import psycopg
import pytest
import redis

Serve = Callable[..., subprocess.Popen[str]]

JALON = [sys.executable, "-m", "api.run.cli"]
PATIENCE = 20.0


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve(servers: Any, database_url: str, port: int) -> Iterator[Serve]:
    """Starts `jalon serve` on the servers of the tests, with more settings if need be."""
    with ExitStack() as started:

        def start(**settings: str) -> subprocess.Popen[str]:
            environ = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": servers.redis_url, "JALON_WORKERS": "1"}
            command = [*JALON, "serve", "--port", str(port)]
            process = subprocess.Popen(command, env=environ | settings, stdout=subprocess.PIPE, text=True)
            started.enter_context(process)
            started.callback(process.wait, PATIENCE)
            started.callback(process.terminate)
            until(lambda: ready(port))
            return process

        yield start


@pytest.fixture
def served(serve: Serve) -> subprocess.Popen[str]:
    """`jalon serve` on the servers of the tests."""
    return serve()


def until(what: Callable[[], Any]) -> Any:
    """Wait for something to be true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)
    return found


def ready(port: int) -> dict[str, Any] | None:
    """What `/readyz` says; None while nobody answers 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return dict(json.load(answer))
    except OSError:
        return None


def status(port: int, path: str) -> int:
    """The status of an answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def family(pid: int) -> dict[int, str]:
    """The living descendants of a process, with their command lines."""
    found = {}
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        found[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        found |= family(child)
    return found


def follower_of(process: subprocess.Popen[str]) -> int | None:
    return next((pid for pid, command in family(process.pid).items() if " follow " in command), None)


def gone(pid: int) -> bool:
    """Ended; a process that nobody has collected yet counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_sigterm_ends_every_process_within_ten_seconds(served: subprocess.Popen[str], port: int):
    children = family(served.pid)
    begun = time.monotonic()
    served.terminate()
    assert served.wait(PATIENCE) == 0
    assert time.monotonic() - begun < 10
    assert all(map(gone, children)), children
    assert ready(port) is None


def test_every_process_goes_by_the_settings_of_the_first(serve: Serve, servers: Any, port: int):
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushdb()
    serve(JALON_RATE_LIMIT="2", JALON_WORKERS="2", JALON_LOG="text")
    assert [status(port, "/openapi.json") for _ in range(3)] == [200, 200, 429]


def test_a_killed_follower_is_started_again(served: subprocess.Popen[str]):
    first = until(lambda: follower_of(served))
    os.kill(first, signal.SIGKILL)
    assert until(lambda: (pid := follower_of(served)) != first and pid)


def test_the_children_of_a_killed_parent_end_by_themselves(served: subprocess.Popen[str], port: int):
    children = family(served.pid)
    served.kill()
    until(lambda: all(map(gone, children)))
    assert ready(port) is None


# A child that does not hear SIGTERM, as a web process does not while it starts.
DEAF = """
import os, signal, sys, time
from api.run.stopping import end_with
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end_with(int(sys.argv[1]), grace=0.1)
print(os.getpid(), flush=True)
time.sleep(60)
"""
PARENT = "import os, subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], str(os.getpid())])"


def test_a_child_that_does_not_hear_of_it_ends_with_its_killed_parent_too():
    with subprocess.Popen([sys.executable, "-c", PARENT, DEAF], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not gone(child)
        parent.kill()
        until(lambda: gone(child))


def test_a_child_whose_parent_was_gone_before_it_looked_ends():
    with subprocess.Popen([sys.executable, "-c", "pass"]) as parent:
        parent.wait()
    child = subprocess.run([sys.executable, "-c", DEAF, str(parent.pid)], capture_output=True, timeout=PATIENCE)
    assert child.returncode == -signal.SIGKILL


def test_a_port_in_use_is_said_at_once(servers: Any, database_url: str, port: int):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        environ = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": servers.redis_url}
        done = subprocess.run(
            [*JALON, "serve", "--port", str(port)], env=environ, capture_output=True, text=True, timeout=PATIENCE
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_shows_the_register_and_leaves_nothing(tmp_path: Path):
    environ = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    done = subprocess.run([*JALON, "demo", "--no-serve"], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "44\u00a0lignes" in done.stdout
    assert "172\u202f700\u202f000\u00a0€" in done.stdout
    assert "PNRU-2008-ANZIN-CARPEAUX" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_the_demo_and_all_that_it_started(tmp_path: Path, port: int):
    environ = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    command = [*JALON, "demo", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        until(lambda: ready(port))
        children = family(demo.pid)
        assert any("postgres" in command for command in children.values())
        demo.send_signal(signal.SIGINT)
        assert demo.wait(PATIENCE) == 0, demo.stderr
    until(lambda: all(map(gone, children)))
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_is_said_in_one_line(servers: Any):
    with psycopg.connect(servers.database_url, autocommit=True) as db:
        db.execute("CREATE DATABASE bare")
    bare = servers.database_url.replace("/postgres?", "/bare?")
    environ = {**os.environ, "DATABASE_URL": bare, "REDIS_URL": servers.redis_url}
    done = subprocess.run([*JALON, "follow"], env=environ, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "jalon migrate" in done.stderr
    migrated = subprocess.run([*JALON, "migrate"], env=environ, capture_output=True, text=True, timeout=PATIENCE)
    assert migrated.returncode == 0, migrated.stderr
    assert subprocess.run([*JALON, "status"], env=environ, capture_output=True, timeout=PATIENCE).returncode == 0
    with psycopg.connect(servers.database_url, autocommit=True) as db:
        db.execute("DROP DATABASE bare WITH (FORCE)")
