"""Scales of charts: from a figure to a place on the paper. Pure; a chart is drawn by Jinja from what they say."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Linear:
    """A straight scale: `low` stands at `start`, `high` at `end`; the two ends may lie either way round."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands, to a tenth of a unit; values beyond the ends stand beyond them."""
        if self.high == self.low:
            return self.start
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)


@dataclass(frozen=True)
class Bands(Generic[Key]):
    """A scale of equal bands side by side. gap: part of each band that stays empty."""

    keys: Sequence[Key]
    start: float
    end: float
    gap: float = 0.25

    @property
    def step(self) -> float:
        """From one band to the next."""
        return (self.end - self.start) / max(len(self.keys), 1)

    @property
    def width(self) -> float:
        """Of what is drawn in a band."""
        return round(self.step * (1 - self.gap), 1)

    def __call__(self, key: Key) -> float:
        """Where what is drawn for a key begins. Raises ValueError for a key that has no band."""
        return round(self.start + self.step * (self.keys.index(key) + self.gap / 2), 1)

    def middle(self, key: Key) -> float:
        """The middle of its band."""
        return round(self.start + self.step * (self.keys.index(key) + 0.5), 1)


def ticks(highest: float, most: int = 5) -> list[float]:
    """Round figures from 0 up to the first one that is not below the highest; at most so many, 0 apart.

    Always at least one step, so that a chart without money has an axis all the same.
    """
    if highest <= 0:
        return [0, 1]
    rough = highest / most
    power = 10 ** math.floor(math.log10(rough))
    step = next(each * power for each in STEPS if each * power >= rough * (1 - 1e-9))
    return [round(step * index, 10) for index in range(math.ceil(round(highest / step, 9)) + 1)]
