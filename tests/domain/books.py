"""The money of an operation, kept apart by somebody who only knows what commands mean."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

OPENS = {"allocate": "allocated", "commit": "committed"}
LEVELS = {**OPENS, "take_back": "allocated", "revise": "committed", "decommit": "committed", "transfer": "committed"}
SUBTRACTS = {"take_back", "decommit", "repay"}


class Move(NamedTuple):
    """Where an amount counts. loan: it stands apart. programme: the one in force when its line was opened."""

    line: str
    partner: str
    loan: bool
    level: str
    year: int
    programme: str | None


class Sums(NamedTuple):
    """Cents: what a committee asks."""

    allocated: int
    committed: int
    paid: int
    loans: int
    to_commit: int
    to_pay: int


@dataclass
class Books:
    """What was said of one operation, by version of the entry; what put it right."""

    said: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    corrected: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)

    def note(self, version: int, command: str, facts: dict[str, Any]) -> None:
        """A command was recorded as this entry. facts: `on` as text among them."""
        if command == "correct":
            self.corrected[version] = (facts["target"], facts["changes"])
        elif command == "void":
            self.voided.add(facts["target"])
        else:
            self.said[version] = (command, facts)

    def void_amendment(self, name: str) -> None:
        """All that an amendment said is gone."""
        self.voided |= {version for version, (_, facts) in self.said.items() if facts.get("amendment") == name}

    def told(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """What counts: voided entries gone, corrected ones as they were put right."""
        for version, (command, facts) in self.said.items():
            if version not in self.voided:
                right = dict(facts)
                for correction, (target, changes) in self.corrected.items():
                    if target == version and correction not in self.voided:
                        right |= changes
                yield version, command, right

    def moves(self) -> Counter[Move]:
        """Cents by all that they are asked by."""
        opened = [version for version, (command, _) in self.said.items() if command in OPENS]
        lines: dict[str, tuple[str, bool, str | None]] = {}
        moved: Counter[Move] = Counter()
        programme = None
        for version, command, facts in self.told():
            if command in ("plan", "attach", "detach"):
                programme = facts.get("programme")
            if command in OPENS:
                facts["line"] = f"L{1 + opened.index(version)}"
                lines[facts["line"]] = (facts["partner"], facts["instrument"] == "loan", programme)
            if "amount_cents" in facts:
                cents = -facts["amount_cents"] if command in SUBTRACTS else facts["amount_cents"]
                level, line = LEVELS.get(command, "paid"), facts["line"]
                if command == "revise":
                    cents -= sum(n for move, n in moved.items() if (move.line, move.level) == (line, level))
                partner, loan, under = lines[line]
                moved[Move(line, partner, loan, level, int(facts["on"][:4]), under)] += cents
        return moved


def sums(moves: Counter[Move], within: Callable[[Move], bool]) -> Sums:
    """The figures of the moves within a partner, a year or a programme."""
    total: Counter[tuple[str, bool]] = Counter()
    for move, cents in moves.items():
        if within(move):
            total[move.level, move.loan] += cents
    allocated, committed, paid = (total[level, False] for level in ("allocated", "committed", "paid"))
    to_commit = allocated - committed if allocated > committed else 0
    return Sums(allocated, committed, paid, total["committed", True], to_commit, committed - paid)
