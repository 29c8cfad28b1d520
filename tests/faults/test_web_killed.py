"""Web processes are killed while they write: whoever sends the same again is told what was recorded, once."""

import os
import random
import signal
import socket
from pathlib import Path

import pytest

from tests.api.crashing import until
from tests.faults.house import House, Process, gone, workers
from tests.faults.load import load
from tests.faults.proof import CUT
from tests.faults.table import Table
from tests.faults.test_followers_killed import wait

SEED = 9


def server(house: House) -> Process:
    """The one that starts the web processes."""
    return next(each for each in house.running if "web" in each.args)


@pytest.mark.parametrize("times", [4, pytest.param(40, marks=pytest.mark.soak)])
def test_a_killed_web_process_loses_nothing_that_it_acknowledged(house: House, table: Table, times: int):
    chance, parent = random.Random(SEED), server(house)
    with load(house) as at_work:
        for _ in range(times):
            at_work.gets_on()
            wait(at_work, chance)
            # By turns: a worker that ends twice within moments ends the whole server, which `jalon serve` starts again.
            victim = max(workers(parent), key=age)
            os.kill(victim, signal.SIGKILL)
            until(lambda victim=victim: gone(victim))
            at_work.answered("200")
            until(lambda victim=victim: replaced(victim, parent))
    table.prove("web process killed (kill -9)", times, house, at_work, f"seed {SEED}", besides=CUT)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_a_killed_web_server_leaves_nobody_at_its_port(house: House, table: Table, times: int):
    with load(house) as at_work:
        for _ in range(times):
            at_work.gets_on()
            parent = server(house)
            orphans = workers(parent)
            house.kill(parent)
            until(lambda orphans=orphans: all(map(gone, orphans)))
            assert not listened_to(house.port)
            house.web()
            at_work.answered("200")
    table.prove("web server killed with its processes (kill -9 of the parent)", times, house, at_work, besides=CUT)


@pytest.mark.soak
@pytest.mark.parametrize("times", [10])
def test_when_jalon_serve_is_killed_all_that_it_started_ends(house: House, table: Table, times: int):
    with load(house) as at_work:
        server(house).terminate()
        until(lambda: not listened_to(house.port))
        for each in [each for each in house.running if "follow" in each.args]:
            house.kill(each)
        for _ in range(times):
            parent = house.start("serve", "--port", str(house.port))
            until(lambda parent=parent: len(descendants(parent.pid)) >= 4)
            at_work.gets_on()
            started = descendants(parent.pid)
            house.kill(parent)
            until(lambda started=started: all(map(gone, started)))
            assert not listened_to(house.port)
        house.web()
        house.settle()
    table.prove("jalon serve killed (kill -9), started again", times, house, at_work, besides=CUT)


def replaced(victim: int, parent: Process) -> bool:
    """Whether there are two again: the dead one counts for as long as nobody has buried it."""
    alive = workers(parent)
    return len(alive) == 2 and victim not in alive


def age(pid: int) -> int:
    """The older, the more."""
    return -int(Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[19])


def descendants(pid: int) -> list[int]:
    """All processes that a process started, and that these started."""
    children = list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    return children + [each for child in children for each in descendants(child)]


def listened_to(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
