"""Hearing that a process is to stop, by a signal or by the end of its parent, and that it is about to be gone."""

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable

STOPS = (signal.SIGTERM, signal.SIGINT)

# Seconds in which a process ends that was told to: longer than the web server gives its own workers, so that it is
# seldom cut short.
GRACE = 8.0


def when_stopping(act: Callable[[], None]) -> None:
    """Call `act` as soon as SIGTERM or SIGINT arrives. From the main thread.

    The web server takes the signals for itself after it has made the application, then waits for its requests to end;
    it leaves alone the socket that Python writes the numbers of signals to.
    """
    heard, said = socket.socketpair()
    said.setblocking(False)
    signal.set_wakeup_fd(said.fileno(), warn_on_full_buffer=False)

    def listen() -> None:
        # Named here, the other end is not closed as long as somebody listens.
        while said.fileno() >= 0 and heard.recv(1)[0] not in STOPS:
            pass
        act()

    threading.Thread(target=listen, daemon=True, name="when-stopping").start()


def when_ended(act: Callable[[], None]) -> None:
    """Call `act` once the main thread has ended, and let the process wait for it.

    The workers of the web server are forked, and what `atexit` keeps is not run in such a process.
    """

    def wait() -> None:
        threading.main_thread().join()
        act()

    threading.Thread(target=wait, name="when-ended").start()


def starter() -> int:
    """The process that started this one. By the time it is asked for, it may be gone, and `os` names another one."""
    parent = multiprocessing.parent_process()
    return (parent and parent.pid) or os.getppid()


def end_with(parent: int, *, grace: float = GRACE) -> None:
    """End this process, as SIGTERM would, once `parent` is gone: killed, it could not stop its children itself."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        # Who is just starting passes over it, and who answers a request that does not end waits for that: for ever.
        time.sleep(grace)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()
