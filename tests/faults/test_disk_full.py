"""The disk of PostgreSQL is full: writers are told so, readers go on, and nothing that was acknowledged is lost."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.api.crashing import Postgres, until
from tests.api.desk import PLAN
from tests.faults.house import House, built
from tests.faults.load import NUMBERS, load
from tests.faults.proof import AWAY
from tests.faults.table import Table

# Megabytes: of the disk, and what is left of it before it is filled up.
DISK, LEFT = 400, 1

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="a small disk of its own takes root, and the program unshare",
)


@dataclass
class SmallDisk(Postgres):
    """A PostgreSQL whose data lies on a disk of its own, which only its own processes and these tests see."""

    holder: list[subprocess.Popen[str]] = field(default_factory=list)

    @contextmanager
    def moved(self) -> Iterator[None]:
        """Its data is on the small disk meanwhile."""
        self._pg_ctl("stop", "-m", "fast")
        data, kept = self.servers.data, self.servers.data.with_name("kept")
        script = (
            f"cp -a '{data}' '{kept}' && mount -t tmpfs -o size={DISK}m,mode=700,uid=65534 jalon '{data}'"
            f" && cp -a '{kept}/.' '{data}' && rm -r '{kept}' && echo done && exec sleep infinity"
        )
        with subprocess.Popen(["unshare", "--mount", "sh", "-c", script], stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            if holder.stdout.readline() != "done\n":
                pytest.skip("no disk can be mounted here")
            self.holder = [holder]
            try:
                self.start()
                yield
            finally:
                self._run("stop", "-m", "fast", check=False)
                self.holder = []
                holder.kill()

    @property
    def ballast(self) -> Path:
        return Path(f"/proc/{self.holder[0].pid}/root{self.servers.data}/ballast")

    def fill(self) -> None:
        """Leave little room; what is left, the next entries take."""
        with self.ballast.open("wb") as ballast:
            while (room := self.room()) > LEFT * 2**20:
                # Where the writers were quicker, there is less to fill.
                with suppress(OSError):
                    os.posix_fallocate(ballast.fileno(), os.fstat(ballast.fileno()).st_size, room - LEFT * 2**20)

    def room(self) -> int:
        """Bytes."""
        disk = os.statvfs(self.ballast.parent)
        return disk.f_bavail * disk.f_frsize

    def free(self) -> None:
        """Make room, and start PostgreSQL where it gave up, as whoever runs it would."""
        self.ballast.unlink()
        if not self.runs():
            self.start()

    def runs(self) -> bool:
        return self._run("status", check=False) == 0

    def _pg_ctl(self, *what: str) -> None:
        self._run(*what, check=True)

    def _run(self, *what: str, check: bool) -> int:
        inside = ["nsenter", "--mount", f"--target={self.holder[0].pid}"] if self.holder else []
        log = self.servers.data.parent / "crashing.log"
        command: list[Any] = [self.servers.programs / "pg_ctl", "-w", "-D", self.servers.data, "-l", log, *what]
        return subprocess.run(
            [*inside, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command],
            cwd="/",
            stdout=subprocess.DEVNULL,
            check=check,
        ).returncode


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with built(tmp_path, SmallDisk) as house:
        assert isinstance(house.postgres, SmallDisk)
        with house.postgres.moved():
            yield house


@pytest.mark.soak
@pytest.mark.parametrize("times", [5])
def test_a_full_disk_loses_nothing_that_was_acknowledged(house: House, table: Table, times: int):
    disk = house.postgres
    assert isinstance(disk, SmallDisk)
    stopped = 0
    house.settle()
    with load(house, writers=8) as at_work:
        for _ in range(times):
            at_work.gets_on()
            disk.fill()
            until(lambda: told_to_come_back(house), patience=60)
            at_work.answered("200", "200 stale")
            stopped += not disk.runs()
            disk.free()
            at_work.gets_on()
            until(house.followed)
    noted = f"PostgreSQL gave up {stopped} times"
    table.prove("disk of PostgreSQL full", times, house, at_work, noted, besides=AWAY)


def told_to_come_back(house: House) -> bool:
    """Whether a writer who comes now is."""
    reference = f"FULL-{next(NUMBERS)}"
    return house.post("/v1/operations", PLAN | {"reference": reference}, Idempotency_Key=reference).status == 503
