"""How fast Jalon is, as ratios of one run: absolute times say more about the machine than about the code.

A benchmark is a module here with `measure(servers)`, which yields `Figure`s. `make bench` runs them all,
`python -m benchmarks append` one of them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Figure(NamedTuple):
    """One ratio. what: the sentence that it answers. goal: at least that much."""

    what: str
    ratio: float
    goal: float


def medians(contenders: dict[str, Callable[[], object]], *, turns: int, calls: int) -> dict[str, float]:
    """Seconds per call of each contender; they take turns of so many calls, so that a slow moment hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(-1, turns):
        for name, act in contenders.items():
            began = time.perf_counter()
            for _ in range(calls):
                act()
            if turn >= 0:  # The first turn warms up.
                seconds[name].append((time.perf_counter() - began) / calls)
    return {name: statistics.median(taken) for name, taken in seconds.items()}
