"""The table of faults: how often each was tried, and what was counted afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

from tests.faults.house import House
from tests.faults.load import Load
from tests.faults.proof import Proof, prove

COUNTED = tuple(asdict(Proof()))


@dataclass
class Row:
    """One fault. noted: what else was measured."""

    fault: str
    tried: int
    acknowledged: int
    answers: Counter[str]
    proof: Proof
    noted: str


@dataclass
class Table:
    """Filled by the tests of one run, printed at the end of a soak."""

    rows: list[Row] = field(default_factory=list)

    def prove(
        self, fault: str, tried: int, house: House, load: Load, noted: str = "", besides: Sequence[str] = ()
    ) -> None:
        """Look at all that the fault may have harmed, note what was found, and accept nothing but zeros.

        besides: answers to readers that this fault excuses.
        """
        if load.witness.stood_still:
            noted = f"{noted}; PostgreSQL itself took {load.witness.longest:.1f} s".removeprefix("; ")
        proof = prove(house, load, *besides)
        self.rows.append(Row(fault, tried, load.acknowledged, load.answers, proof, noted))
        answers, longest = dict(load.answers), load.witness.longest
        assert not proof.faults, f"{proof.faults}; readers: {answers}; PostgreSQL itself took {longest:.1f} s at most"
        assert load.acknowledged > 0

    def lines(self) -> Iterator[str]:
        """In Markdown."""
        names = ["fault", "tried", "acknowledged", "answers", *COUNTED, "noted"]
        yield " | ".join(["", *names, ""]).strip()
        yield " | ".join(["", *("---" for _ in names), ""]).strip()
        for row in self.rows:
            answers = ", ".join(f"{status}: {number}" for status, number in sorted(row.answers.items()))
            cells = [row.fault, row.tried, row.acknowledged, answers, *asdict(row.proof).values(), row.noted]
            yield " | ".join(["", *map(str, cells), ""]).strip()
