"""The embedded servers: they start, are shared, survive what kills them, and refuse what is not safe."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
import redis

from api.run.programs import wheel_directory
from api.run.servers import FOR_TESTS, LocalServers, OwnServers, ServersInUse, ServersUnavailable, servers_for
from api.run.settings import read_settings

ROOT = Path(__file__).parents[2]

# A process of its own that brings the servers of a home up, says so, and keeps them until its input is closed.
HOLDER = """
import sys
from api.run.servers import FOR_TESTS, LocalServers
with LocalServers(sys.argv[1], **FOR_TESTS) as servers:
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A throw-away home, with a space and accents in its path; nothing of it stays behind."""
    home = tmp_path / "Mes Documents à Préseau"
    yield home
    LocalServers(home).erase()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """A pair that runs for all the tests that only look at it."""
    with LocalServers(tmp_path_factory.mktemp("home"), **FOR_TESTS) as servers:
        yield servers
    servers.erase()


@pytest.fixture
def hold() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start a process that holds the servers of a home."""
    holders = []

    def start(home: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(home)]
        holder = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holders.append(holder)
        return holder

    yield start
    for holder in holders:
        with holder:
            holder.kill()


def wait_until_up(holder: subprocess.Popen[str]) -> None:
    assert holder.stdout is not None
    assert holder.stdout.readline() == "up\n"


def postmaster(servers: LocalServers) -> int:
    """Process id of the PostgreSQL that runs on the servers' data."""
    return int((servers.data / "postmaster.pid").read_text().split()[0])


def kill_postgres(servers: LocalServers) -> int:
    """Kill PostgreSQL, wait until it is buried, and return the process id that it had."""
    killed = postmaster(servers)
    with suppress(ProcessLookupError):
        while True:
            os.kill(killed, signal.SIGKILL)
            time.sleep(0.01)
    return killed


def ask(servers: LocalServers, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(servers.database_url) as database:
        cursor = database.execute(query)
        return cursor.fetchall() if cursor.description else []


def is_stopped(servers: LocalServers) -> bool:
    with closing(redis.Redis.from_url(servers.redis_url)) as cache:
        try:
            cache.ping()
        except redis.ConnectionError:
            return not (servers.data / "postmaster.pid").exists()
    return False


def test_postgres_18_and_a_redis_run(running):
    assert ask(running, "SELECT current_setting('server_version_num')::int / 10000") == [(18,)]
    with redis.Redis.from_url(running.redis_url) as cache:
        assert cache.ping()


def test_nothing_listens_on_the_network(running):
    assert ask(running, "SHOW listen_addresses") == [("",)]
    with redis.Redis.from_url(running.redis_url) as cache:
        assert cache.config_get("port") == {"port": "0"}


def test_names_sort_the_same_on_every_machine(running):
    names = "(VALUES ('École'), ('Zola'), ('abbé')) AS n (name)"
    assert ask(running, f"SELECT name FROM {names} ORDER BY name") == [("Zola",), ("abbé",), ("École",)]


def test_a_forked_process_does_not_stop_the_servers_of_its_parent(running):
    child = os.fork()
    if child == 0:
        running.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert ask(running, "SELECT 1") == [(1,)]


def test_the_settings_of_a_shell_do_not_matter(home, monkeypatch):
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("TMPDIR", "/nowhere")
    umask = os.umask(0o077)
    try:
        with LocalServers(home) as servers:
            assert ask(servers, "SHOW fsync") == ask(servers, "SHOW synchronous_commit") == [("on",)]
    finally:
        os.umask(umask)
    assert is_stopped(servers)


def test_four_processes_that_start_together_share_one_pair(home, hold):
    holders = [hold(home) for _ in range(4)]
    for holder in holders:
        wait_until_up(holder)
    servers = LocalServers(home)
    first = postmaster(servers)
    for holder in holders[:3]:
        holder.communicate()
    assert postmaster(servers) == first
    assert ask(servers, "SELECT 1") == [(1,)]
    holders[3].communicate()
    assert is_stopped(servers)


def test_data_in_use_is_not_erased(home, hold):
    wait_until_up(holder := hold(home))
    with pytest.raises(ServersInUse):
        LocalServers(home).erase()
    assert ask(LocalServers(home), "SELECT 1") == [(1,)]
    holder.communicate()


def test_servers_of_a_killed_process_are_adopted_then_stopped(home, hold):
    wait_until_up(holder := hold(home))
    servers = LocalServers(home)
    ask(servers, "CREATE TABLE kept AS SELECT 1 AS row")
    first = postmaster(servers)
    holder.kill()
    holder.wait()
    with servers:
        assert postmaster(servers) == first
        assert ask(servers, "SELECT row FROM kept") == [(1,)]
    assert is_stopped(servers)


def test_servers_of_a_killed_process_are_stopped_before_their_data_is_erased(home, hold):
    wait_until_up(holder := hold(home))
    holder.kill()
    holder.wait()
    servers = LocalServers(home)
    servers.erase()
    assert is_stopped(servers)
    assert not servers.data.exists()


def test_a_killed_postgres_starts_again_with_its_rows(home):
    with LocalServers(home) as servers:
        ask(servers, "CREATE TABLE kept AS SELECT 1 AS row")
        kill_postgres(servers)
        with LocalServers(home) as again:
            assert ask(again, "SELECT row FROM kept") == [(1,)]
    assert is_stopped(servers)


def test_after_postgres_was_killed_no_stranger_is_stopped_in_its_place(home):
    # As root, PostgreSQL and what stops it run as `nobody`, who could only end a process of nobody's.
    user = "nobody" if os.geteuid() == 0 else None
    with LocalServers(home, **FOR_TESTS) as servers, subprocess.Popen(["sleep", "60"], user=user) as stranger:
        killed = kill_postgres(servers)
        # The number of a dead process may be given to a new one; the file that PostgreSQL left names it still.
        pid_file = servers.data / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(killed), str(stranger.pid), 1))
        servers.close()
        assert stranger.poll() is None
        stranger.kill()


def test_a_half_made_cluster_is_never_used(home, hold):
    holder = hold(home)
    servers = LocalServers(home)
    deadline = time.monotonic() + 10
    while not list(servers.data.parent.glob("pg18.new-*/PG_VERSION")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    holder.kill()
    holder.wait()
    assert not servers.data.exists()
    with LocalServers(home, **FOR_TESTS):
        assert ask(servers, "SELECT 1") == [(1,)]


def test_a_directory_that_a_stranger_prepared_is_refused(home, tmp_path):
    servers = LocalServers(home)
    (tmp_path / "trap").mkdir()
    servers.run.symlink_to(tmp_path / "trap")
    try:
        with pytest.raises(ServersUnavailable, match=str(servers.run)), servers:
            pass
    finally:
        servers.run.unlink()


def test_a_missing_wheel_is_told_with_the_way_out():
    with pytest.raises(ServersUnavailable) as refusal:
        wheel_directory("no_such_wheel")
    assert "no_such_wheel" in str(refusal.value)
    assert "DATABASE_URL" in str(refusal.value)


def test_a_home_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServersUnavailable, match=r"Cannot use .*file"), LocalServers(tmp_path / "file" / "home"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_has_servers_too():
    nobody = pwd.getpwnam("nobody")
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    try:
        subprocess.run(
            [sys.executable, "-c", "import api.run.servers"], cwd="/", capture_output=True, check=True, **user
        )
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("this Python environment is closed to other users")
    # Not under tmp_path, which only root may enter.
    home = Path(tempfile.mkdtemp(prefix="jalon home é "))
    try:
        shutil.chown(home, nobody.pw_uid, nobody.pw_gid)
        script = f"{HOLDER}\nprint(servers.data)\nservers.erase()"
        command = [sys.executable, "-c", script, str(home)]
        done = subprocess.run(
            command, cwd="/", text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False, **user
        )
        assert done.stdout.splitlines() == ["up", str(home / "pg18")], done.stderr
    finally:
        shutil.rmtree(home)


def test_servers_of_ones_own_are_used_as_they_are():
    urls = {"DATABASE_URL": "postgresql://db/jalon", "REDIS_URL": "redis://cache"}
    with servers_for(read_settings(urls)) as servers:
        assert servers == OwnServers("postgresql://db/jalon", "redis://cache")


def test_without_urls_the_servers_are_embedded(tmp_path):
    servers = servers_for(read_settings({"JALON_HOME": str(tmp_path)}))
    assert isinstance(servers, LocalServers)
    assert servers.home == tmp_path
