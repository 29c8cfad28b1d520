"""File locks between processes of one machine; the kernel drops them with their holder, so none goes stale."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# Windows has no fcntl. Jalon runs there on servers of one's own, and then nothing below is called.
if sys.platform != "win32":
    import fcntl


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until nobody else is inside, then be the only one inside."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def share(path: Path) -> IO[str]:
    """Become one of the holders of `path`, until the returned file is closed or this process ends."""
    lock = path.open("w")
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def is_last_holder(lock: IO[str]) -> bool:
    """Tell whether nobody else shares `lock`, and give the share up. Ask it where nobody can come in meanwhile."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # Unlocked rather than just closed: a forked worker may still hold the same open file, and with it the lock.
    fcntl.flock(lock, fcntl.LOCK_UN)
    return True
