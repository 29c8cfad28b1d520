"""Waiting for something that others bring about, without ever taking more than half of a process's threads."""

import time
from collections.abc import Callable
from typing import TypeVar

from api.services import services

FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1

Answer = TypeVar("Answer")


def wait_until(enough: Callable[[Answer], object], ask: Callable[[], Answer], seconds: float) -> Answer:
    """Ask until the answer is enough or the time is over, and return the last answer.

    Where half of the threads are waiting already, it is asked once: better an early answer than a service that hangs.
    """
    answer, room = ask(), services().waiting
    if enough(answer) or seconds <= 0 or not room.acquire(blocking=False):
        return answer
    try:
        deadline, pause = time.monotonic() + seconds, FIRST_PAUSE
        while not enough(answer) and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(pause, left))
            answer, pause = ask(), min(pause * 1.5, LONGEST_PAUSE)
        return answer
    finally:
        room.release()
