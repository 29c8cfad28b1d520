"""What the two embedded servers have in common: adopted when up, started when not, asked to stop by the last user."""

import contextlib
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TypeAlias, TypedDict

from api.run.programs import ServersUnavailable

Command: TypeAlias = Sequence[str | Path]

START_SECONDS = 30
STOP_SECONDS = 10
SETTLE_SECONDS = 2
PAUSE = 0.02

# A shell between us and the server buries it at once when it is killed. Otherwise a dead PostgreSQL would stay
# in the process table while we live, and a new one would take it for a running one.
UNDERTAKER = ("/bin/sh", "-c", '"$@"; exit $?', "jalon-server")


class Identity(TypedDict, total=False):
    """The user that a program runs as, in subprocess's words; empty for this process's own user."""

    user: str | int
    group: str | int
    extra_groups: list[str | int]


class EmbeddedServer(ABC):
    """A server program on a Unix socket of ours, whichever of our processes started it."""

    name: str

    # By socket, for the whole process: a server may outlive the object that started it, and Python warns about a
    # running child that nobody remembers.
    _children: ClassVar[dict[Path, subprocess.Popen[bytes]]] = {}

    def __init__(self, *, socket_path: Path, log: Path, identity: Identity) -> None:
        self.socket_path = socket_path
        self.log = log
        self.identity = identity

    @abstractmethod
    def command(self) -> Command:
        """The program and its arguments."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether a client is served."""

    @abstractmethod
    def ask_to_stop(self) -> None:
        """Ask the server on our own socket to end in good order."""

    def ensure(self) -> None:
        """Return when the server answers: the one that is up, or one started now. Raises ServersUnavailable."""
        started: subprocess.Popen[bytes] | None = None
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            # One that listens without answering is recovering from a crash: a second one would only be in its way.
            if not self.listens():
                if started is None:
                    started = self._start()
                elif started.poll() is not None:
                    raise self._failure()
            if time.monotonic() > deadline:
                raise self._failure()
            time.sleep(PAUSE)

    def stop(self) -> None:
        """Stop the server, if there is one, and wait for its end."""
        # One that was just started or just killed gets a moment to show which.
        child = self._children.get(self.socket_path)
        deadline = time.monotonic() + SETTLE_SECONDS
        while not self.listens() and child and child.poll() is None and time.monotonic() < deadline:
            time.sleep(PAUSE)
        if self.listens():
            self.ask_to_stop()
        self._wait()

    def listens(self) -> bool:
        """Tell whether a living process holds our socket; the file alone outlives a killed server."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_path))
            except OSError:
                return False
            return True

    def _start(self) -> subprocess.Popen[bytes]:
        self._wait()  # The shell of a server that was just killed may not have ended yet.
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                [*UNDERTAKER, *self.command()],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is meant for us; we stop the server ourselves, in order.
                **self.identity,
            )
        self._children[self.socket_path] = child
        return child

    def _wait(self) -> None:
        """Wait for the end of the server that this process started last, if it started one."""
        if child := self._children.pop(self.socket_path, None):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_SECONDS)

    def _failure(self) -> ServersUnavailable:
        last_words = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
        return ServersUnavailable(f"{self.name} does not start; its log is {self.log}:\n{last_words}")
