"""The money of one operation or agreement as commitments see it: its movements, and what each partner has in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from domain.agreement import Agreement
from domain.money import Figures, Movement
from domain.operation import Operation


class Holding(NamedTuple):
    """What an operation or an agreement holds, and under what name and theme."""

    movements: tuple[Movement, ...] = ()
    title: str = ""
    theme: str | None = None


class Stated(NamedTuple):
    """One movement under the name and theme of its holder."""

    movement: Movement
    title: str
    theme: str | None


class Share(NamedTuple):
    """What one partner has in one operation.

    operations: 1 where it has a line. all_partners_cents, own_cents: committed by all, and by this partner, where it
    has committed anything; loans apart. Their sums over all operations are its leverage.
    """

    operations: int = 0
    all_partners_cents: int = 0
    own_cents: int = 0


Number = tuple[int, int]

NOTHING = Holding()


def holding(record: Operation | Agreement) -> Holding:
    """What a record holds now; the record itself goes on changing."""
    return Holding(tuple(record.money.movements), record.title, record.theme)


def stated(held: Holding) -> dict[Number, Stated]:
    """Every movement by its number: the version of its entry, and its place among the movements of that entry."""
    places: Counter[int] = Counter()
    found = {}
    for movement in held.movements:
        found[movement.version, places[movement.version]] = Stated(movement, held.title, held.theme)
        places[movement.version] += 1
    return found


def differing(these: Mapping[Number, Stated], others: Mapping[Number, Stated]) -> Iterator[tuple[Number, Stated]]:
    """Those that the others do not hold in the same words."""
    return ((number, each) for number, each in these.items() if others.get(number) != each)


def shares(held: Holding) -> dict[str, Share]:
    """What each partner has in an operation."""
    figures: dict[str, Figures] = {}
    for movement in held.movements:
        figures.setdefault(movement.partner, Figures()).add(movement)
    whole = sum(each.committed_cents for each in figures.values())
    return {
        partner: Share(1, whole, each.committed_cents) if each.committed_cents > 0 else Share(1)
        for partner, each in figures.items()
    }
