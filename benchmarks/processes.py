"""The programs that a benchmark serves beside itself, and what they spend. Linux only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")

JALON = [sys.executable, "-m", "api.run.cli"]


@contextmanager
def running(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program for as long as the context lasts. What it says is let go: some write a line for every request."""
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        try:
            yield program
        finally:
            program.terminate()


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spent(pid: int) -> float:
    """Processor seconds of a process and of those that it started and that are still there."""
    place = Path("/proc") / str(pid)
    # Its name comes second, in brackets, and may hold anything.
    told = (place / "stat").read_text().rpartition(")")[2].split()
    children = (place / "task" / str(pid) / "children").read_text().split()
    return (int(told[11]) + int(told[12])) / TICKS + sum(spent(int(child)) for child in children)
