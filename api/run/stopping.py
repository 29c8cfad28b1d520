"""Hearing that a process is to stop, beside whoever handles the signal itself."""

import signal
import socket
import threading
from collections.abc import Callable

STOPS = (signal.SIGTERM, signal.SIGINT)


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
