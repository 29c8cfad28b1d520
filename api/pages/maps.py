"""A map of the communes: outlines on the paper, a place for words within each, classes of figures. Pure, tested."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from domain.reference.contours import contours

WIDTH: Final = 640
MARGIN: Final = 6
CLASSES: Final = 4
LINES: Final = 24
"""Lines across a commune that its words might stand on."""
ENOUGH: Final = 90
"""Units that the words of a commune need."""

Point = tuple[float, float]
Ring = Sequence[Point]


@dataclass(frozen=True)
class Outline:
    """A commune on the paper. path: of SVG. x, y: the middle of its words. room: how wide they may be."""

    insee: str
    path: str
    x: float
    y: float
    room: float


@dataclass(frozen=True)
class Sheet:
    """The outlines, by INSEE code, on a paper of that size."""

    width: int
    height: int
    outlines: Sequence[Outline]


@cache
def sheet() -> Sheet:
    """The member communes. North is up; a degree of longitude is as much shorter as it is there."""
    return drawn(contours())


def drawn(shapes: Mapping[str, Sequence[Sequence[Sequence[float]]]]) -> Sheet:
    """Shapes on the paper. shapes: rings of [longitude, latitude] by code, the outer one first."""
    corners = [point for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(point[0] for point in corners), max(point[0] for point in corners)
    south, north = min(point[1] for point in corners), max(point[1] for point in corners)
    shorter = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * shorter)

    def place(point: Sequence[float]) -> Point:
        x, y = (point[0] - west) * shorter * scale, (north - point[1]) * scale
        return round(x + MARGIN, 1), round(y + MARGIN, 1)

    found = [outline(code, [[place(point) for point in ring] for ring in shapes[code]]) for code in sorted(shapes)]
    return Sheet(WIDTH, math.ceil((north - south) * scale + 2 * MARGIN), found)


def outline(insee: str, rings: Sequence[Ring]) -> Outline:
    """One commune, with the place for its words: where it is widest, not too near its ends."""
    x, y, room = widest(rings)
    return Outline(insee, "".join(path(ring) for ring in rings), x, y, room)


def path(ring: Ring) -> str:
    """A ring, from point to point; the last one is the first again."""
    steps = (f"{number(b[0] - a[0])} {number(b[1] - a[1])}" for a, b in pairwise(ring[:-1]))
    return f"M{number(ring[0][0])} {number(ring[0][1])}l{' '.join(steps)}z"


def number(value: float) -> str:
    """To a tenth, as short as it gets."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def widest(rings: Sequence[Ring]) -> tuple[float, float, float]:
    """Middle and width of the best line for words: one with room enough, as far from both ends as there is."""
    ys = [point[1] for point in rings[0]]
    top, bottom = min(ys), max(ys)
    found = [
        (min(right - left, ENOUGH), min(y - top, bottom - y), (left + right) / 2, y, right - left)
        for y in (top + (bottom - top) * line / LINES for line in range(3, LINES - 2))
        for left, right in pairwise_of(crossings(rings, y))
    ]
    _, _, x, y, room = max(found)
    return round(x, 1), round(y, 1), round(room, 1)


def crossings(rings: Iterable[Ring], y: float) -> list[float]:
    """Where a line across the paper enters and leaves, from left to right."""
    return sorted(
        a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for ring in rings
        for a, b in pairwise(ring)
        if (a[1] <= y) != (b[1] <= y)
    )


def pairwise_of(places: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Two by two: in and out."""
    return zip(places[::2], places[1::2], strict=True)


class Class(NamedTuple):
    """Figures from low to high, both of which somebody has."""

    low: int
    high: int


def classes(values: Iterable[int]) -> list[Class]:
    """Classes of about as many members each, lowest first; what is not above zero has none, equals stay together."""
    left = sorted(value for value in values if value > 0)
    found: list[Class] = []
    while left:
        many = math.ceil(len(left) / (CLASSES - len(found)))
        high = left[many - 1]
        found.append(Class(left[0], high))
        left = [value for value in left if value > high]
    return found


def class_of(value: int, among: Sequence[Class]) -> int:
    """The class of a figure, from 1; 0: none."""
    return next((place for place, each in enumerate(among, 1) if each.low <= value <= each.high), 0)


LETTER: Final = 5.8
"""How wide a letter of a name is, on the average."""


def names(name: str, room: float) -> list[str]:
    """A name as it stands on the map: in one line, else in two at a hyphen; nothing where neither fits."""
    whole = [name]
    broken = [[name[: at + 1], name[at + 1 :]] for at, letter in enumerate(name) if letter == "-"]
    tried = [whole, *sorted(broken, key=lambda parts: max(map(len, parts)))]
    return next((parts for parts in tried if max(map(len, parts)) * LETTER <= room), [])
