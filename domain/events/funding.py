"""Money decided for an operation: set aside, then committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from domain.dates import paris_day
from domain.errors import Refusal, RepeatedValue, ScheduleMismatch, YearOutOfBounds
from domain.event import Event
from domain.money import Level, Movement, check_amount
from domain.situation import Situation
from domain.vocabulary import Instrument

FIRST_YEAR, LAST_YEAR = 1900, 2199


class Instalment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be paid in one calendar year. amount_cents: euro cents, > 0."""

    year: int
    amount_cents: int


class Funding(Event):
    """What allocations and commitments have in common: a partner, an instrument, an amount, and a new line.

    amount_cents: euro cents on the operation's tax basis, > 0. scheme: the partner's budget line (DETR, FEDER).
    decision_ref: reference of the decision at the partner's.
    """

    fixed = frozenset({"line"})

    line: str
    partner: str
    instrument: Instrument
    amount_cents: int
    scheme: str | None = None
    decision_ref: str | None = None

    def movement(self, level: Level, programme: str | None) -> Movement:
        """This fact as an amount on one level of its line."""
        return Movement(
            version=self.version,
            line=self.line,
            partner=self.partner,
            instrument=self.instrument,
            level=level,
            amount_cents=self.amount_cents,
            on=self.on,
            recorded=paris_day(self.timestamp),
            scheme=self.scheme,
            decision_ref=self.decision_ref,
            programme=programme,
        )


def next_line(entries: Iterable[Event]) -> str:
    """The name of the next line of these entries' record: entries are only ever added, so no name serves twice."""
    return f"L{sum(isinstance(entry, Funding) for entry in entries) + 1}"


class FundingAllocated(Funding):
    """A partner sets money aside for the operation: a ceiling, before any commitment.

    Source: règlement général de l'ANRU, concours financiers inscrits à la convention.
    """

    TOPIC = "operation.funding_allocated"
    label = "Affectation"

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        operation.money.open(self.movement("allocated", operation.programme))


class FundingCommitted(Funding):
    """A partner commits money to the operation by a formal decision; nothing is paid yet.

    schedule: payment credits by year; where given, they add up to the amount.
    Source: règlement général de l'ANRU, décision attributive de subvention.
    """

    TOPIC = "operation.funding_committed"
    label = "Financement engagé"

    schedule: tuple[Instalment, ...] = ()

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        yield from self.check_schedule()
        yield from operation.check_alive(self.on)

    def check_schedule(self) -> Iterator[Refusal]:
        for year, times in Counter(instalment.year for instalment in self.schedule).items():
            if not FIRST_YEAR <= year <= LAST_YEAR:
                yield YearOutOfBounds(field="schedule", year=year, first=FIRST_YEAR, last=LAST_YEAR)
            if times > 1:
                yield RepeatedValue(field="schedule", value=year)
        for instalment in self.schedule:
            yield from check_amount(instalment.amount_cents, "schedule")
        scheduled = sum(instalment.amount_cents for instalment in self.schedule)
        if self.schedule and scheduled != self.amount_cents:
            yield ScheduleMismatch(field="schedule", scheduled_cents=scheduled, amount_cents=self.amount_cents)

    def apply(self, operation: Situation) -> None:
        operation.money.open(self.movement("committed", operation.programme))
