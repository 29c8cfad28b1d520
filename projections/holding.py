"""The money of one operation or agreement as commitments see it: its movements, and what each partner has in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from domain.agreement import Agreement
from domain.money import Figures, Instalment, Movement
from domain.operation import Operation


class Named(NamedTuple):
    """What the sums and the lines call an operation or an agreement by."""

    title: str = ""
    theme: str | None = None


class Holding(NamedTuple):
    """What an operation or an agreement holds, and under what name. schedules: payment credits of its lines."""

    movements: tuple[Movement, ...] = ()
    named: Named = Named()
    schedules: tuple[tuple[str, tuple[Instalment, ...]], ...] = ()


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
    schedules = tuple((line.code, line.schedule) for line in record.money.lines.values() if line.schedule)
    return Holding(tuple(record.money.movements), Named(record.title, record.theme), schedules)


def difference(was: Holding, now: Holding) -> tuple[dict[Number, Stated], dict[Number, Stated]]:
    """The movements that are no longer stated as they were, and those that are stated anew."""
    kept = len(was.movements)
    if now.named == was.named and now.movements[:kept] == was.movements and begins(now.movements, kept):
        # The usual case: an entry has only added something.
        return {}, stated(now.movements[kept:], now.named)
    before, after = stated(was.movements, was.named), stated(now.movements, now.named)
    gone = {number: each for number, each in before.items() if after.get(number) != each}
    come = {number: each for number, each in after.items() if before.get(number) != each}
    return gone, come


def begins(movements: Sequence[Movement], place: int) -> bool:
    """At that place begin the movements of another entry than before."""
    return place == 0 or place == len(movements) or movements[place].version != movements[place - 1].version


def stated(movements: Sequence[Movement], named: Named) -> dict[Number, Stated]:
    """Movements by their numbers: the version of the entry, and the place among the movements of that entry."""
    places: Counter[int] = Counter()
    found = {}
    for movement in movements:
        found[movement.version, places[movement.version]] = Stated(movement, *named)
        places[movement.version] += 1
    return found


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
