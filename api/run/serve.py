"""Serving: the web processes, the follower, and the two together on one machine."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType

from api.published.publisher import Publisher
from api.run import keys, logs
from api.run.accesses import purged_daily
from api.run.cycles import look_seldom
from api.run.publishing import shelf
from api.run.secret import with_secret
from api.run.servers import Servers
from api.run.settings import Settings, hand_down
from api.run.stopping import GRACE
from projections.checkpoints import Checkpointing
from projections.follower import Audiences, Follower

# A child that ends at once is started again ever more slowly, so that a lasting fault does not burn a processor.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0

log = logging.getLogger(__name__)


def follow(settings: Settings, servers: Servers) -> None:
    """Keep the projections up to date, publish what they say and sign what they take in, until SIGTERM or SIGINT."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    look_seldom()
    with shelf(servers) as ready, purged_daily(servers.database_url, settings.access_log_months):
        audience = Audiences(Publisher(ready), *checkpointing(settings))
        Follower(servers.database_url, audience=audience).run(stop)


def checkpointing(settings: Settings) -> Iterator[Checkpointing]:
    """Who signs checkpoints, where there is a key to do so."""
    file = settings.key_file
    if file is None:
        log.warning("No checkpoint is signed: JALON_CHECKPOINT_KEY names no key")
    else:
        yield Checkpointing(lambda wanted: keys.read(file, wanted), settings.checkpoint_every)


@dataclass
class Child:
    """A process that is started again when it ends."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    again_at: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def look_after(self) -> None:
        """Start the process, or start it again once its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                # In a group of its own, so that Ctrl-C reaches the parent alone, which then stops its children.
                self.process = subprocess.Popen(self.command, start_new_session=True)
                self.began = now
        elif self.process.poll() is not None:
            log.warning("%s ended with %s and is started again", self.name, self.process.returncode)
            self.pause = FIRST_PAUSE if now - self.began > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
            self.process, self.again_at = None, now + self.pause

    def stop(self, deadline: float) -> None:
        """Ask the process to end; end it at the deadline (monotonic seconds)."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class PortTaken(SystemExit):
    """Another program listens where Jalon should; a SystemExit, so that one line is shown and no traceback."""


class Stopped(Exception):
    """SIGTERM or Ctrl-C arrived."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def supervise(settings: Settings, servers: Servers, *, port: int, workers: int) -> None:
    """Run the follower and the web server side by side until SIGTERM or Ctrl-C; start again what ends by itself."""
    logs.configure(settings.log)
    hand_down(with_secret(settings), database_url=servers.database_url, redis_url=servers.redis_url)
    jalon, parent = [sys.executable, "-m", "api.run.cli"], ["--parent", str(os.getpid())]
    children = [
        Child("The follower", [*jalon, "follow", *parent]),
        Child("The web server", [*jalon, "web", "--port", str(port), "--workers", str(workers), *parent]),
    ]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    try:
        while True:
            for child in children:
                child.look_after()
            time.sleep(0.1)
    except Stopped:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
    finally:
        stop(children)


def stop(children: Sequence[Child]) -> None:
    """End all children, at the same time."""
    for child in children:
        if child.process is not None:
            child.process.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        child.stop(deadline)


def refuse_taken(port: int) -> None:
    """Say at once that another program listens there, rather than after all the work. Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} of 127.0.0.1 cannot be used ({error.strerror}): choose another with --port."
            ) from error
