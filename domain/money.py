"""Money at its three levels, allocated, committed, paid: always whole euro cents, loans always apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import msgspec

from domain.dates import PartialDate
from domain.errors import AmountNotPositive, AmountTooLarge, Invalid
from domain.vocabulary import Instrument, PaymentKind

Level = Literal["allocated", "committed", "paid"]


LARGEST_CENTS = 10**15
"""Ten thousand billion euros: nothing real comes near, and sums stay within what JSON readers keep exact."""


def check_amount(amount_cents: int, field: str = "amount_cents") -> Iterator[Invalid]:
    """An amount that is said is above zero, and one that can exist."""
    if amount_cents <= 0:
        yield AmountNotPositive(field=field, amount_cents=amount_cents)
    if amount_cents > LARGEST_CENTS:
        yield AmountTooLarge(field=field, amount_cents=amount_cents, most_cents=LARGEST_CENTS)


@dataclass(frozen=True, slots=True)
class Movement:
    """One amount that an entry adds to, or takes back from, one level of a line.

    version: the entry. amount_cents: signed. recorded: the day of recording, what an undated movement counts from.
    programme: the one in force when its line was decided; it stays, wherever the operation goes later.
    kind, external_ref: of a payment; a repayment is what goes below zero at the level `paid`, and has no kind.
    """

    version: int
    line: str
    partner: str
    instrument: Instrument
    level: Level
    amount_cents: int
    on: PartialDate
    recorded: date
    scheme: str | None = None
    decision_ref: str | None = None
    programme: str | None = None
    kind: PaymentKind | None = None
    external_ref: str | None = None


class Instalment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be paid in one calendar year. amount_cents: euro cents, > 0."""

    year: int
    amount_cents: int


class PlannedShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one partner is to bring by a financing plan. partner: code. amount_cents: euro cents, > 0."""

    partner: str
    amount_cents: int
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class FinancingPlan:
    """Who is to bring what, as decided on a day. Amounts in euro cents."""

    on: PartialDate
    total_cents: int
    shares: tuple[PlannedShare, ...]

    @property
    def undetermined_cents(self) -> int:
        """What no share says who brings."""
        return self.total_cents - sum(share.amount_cents for share in self.shares)


@dataclass(slots=True)
class Line:
    """What one partner brings by one decision; named `L1`, `L2`... within its operation or agreement.

    opening: the movement that opened it; its level says whether the line is an allocation or a commitment.
    schedule: payment credits by year, as last said; a later revision of the amount may have left them behind.
    """

    code: str
    partner: str
    instrument: Instrument
    opening: Movement
    schedule: tuple[Instalment, ...] = ()
    allocated_cents: int = 0
    committed_cents: int = 0
    paid_cents: int = 0

    @property
    def to_pay_cents(self) -> int:
        """Committed and not yet paid."""
        return self.committed_cents - self.paid_cents

    @property
    def bears(self) -> tuple[str, bool]:
        """The partner, and whether it lends: a ceiling for grants is no ceiling for loans."""
        return self.partner, self.instrument == "loan"


@dataclass(slots=True)
class Figures:
    """What a committee asks. Loans are never added to grants: `loans_cents` is the part committed as loans."""

    allocated_cents: int = 0
    committed_cents: int = 0
    paid_cents: int = 0
    loans_cents: int = 0

    @property
    def to_commit_cents(self) -> int:
        """Allocated and not yet committed; never below zero."""
        return max(self.allocated_cents - self.committed_cents, 0)

    @property
    def to_pay_cents(self) -> int:
        """Committed and not yet paid."""
        return self.committed_cents - self.paid_cents

    def add(self, movement: Movement) -> None:
        """Count one movement."""
        if movement.instrument == "loan":
            if movement.level == "committed":
                self.loans_cents += movement.amount_cents
        elif movement.level == "allocated":
            self.allocated_cents += movement.amount_cents
        elif movement.level == "committed":
            self.committed_cents += movement.amount_cents
        else:
            self.paid_cents += movement.amount_cents

    def bear(self, instrument: str, allocated_cents: int, committed_cents: int, paid_cents: int) -> None:
        """Count a line as it stands."""
        if instrument == "loan":
            self.loans_cents += committed_cents
        else:
            self.allocated_cents += allocated_cents
            self.committed_cents += committed_cents
            self.paid_cents += paid_cents


def figures(movements: Iterable[Movement]) -> Figures:
    """The sums of these movements."""
    total = Figures()
    for movement in movements:
        total.add(movement)
    return total


def payments(movements: Iterable[Movement]) -> dict[PaymentKind | Literal["repayment"], int]:
    """Cents that moved, by kind of payment and, under `repayment`, what went back; loans apart."""
    found: dict[PaymentKind | Literal["repayment"], int] = {}
    for movement in movements:
        if movement.level == "paid" and movement.instrument != "loan":
            kind = movement.kind or "repayment"
            found[kind] = found.get(kind, 0) + abs(movement.amount_cents)
    return found


@dataclass(slots=True)
class Money:
    """The lines of an operation or an agreement, with every movement on them in ledger order."""

    lines: dict[str, Line] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)

    def open(self, movement: Movement) -> None:
        """Open the movement's line with it."""
        self.lines[movement.line] = Line(movement.line, movement.partner, movement.instrument, movement)
        self.move(movement)

    def move(self, movement: Movement) -> None:
        """Count a movement on its line."""
        self.movements.append(movement)
        line = self.lines[movement.line]
        if movement.level == "allocated":
            line.allocated_cents += movement.amount_cents
        elif movement.level == "committed":
            line.committed_cents += movement.amount_cents
        else:
            line.paid_cents += movement.amount_cents

    @property
    def figures(self) -> Figures:
        return figures(self.movements)

    def paid_by_year(self, line: str) -> dict[int, int]:
        """What was paid on a line by calendar year, repayments of that year deducted; undated ones left out."""
        found: dict[int, int] = {}
        for movement in self.movements:
            if movement.line == line and movement.level == "paid" and movement.on.year is not None:
                found[movement.on.year] = found.get(movement.on.year, 0) + movement.amount_cents
        return found

    @property
    def covered_cents(self) -> int:
        """What the partners together are to bring, loans included: each one's ceiling or commitments, the larger."""
        partners: dict[tuple[str, bool], list[int]] = {}
        for line in self.lines.values():
            sums = partners.setdefault(line.bears, [0, 0])
            sums[0] += line.allocated_cents
            sums[1] += line.committed_cents
        return sum(max(sums) for sums in partners.values())
