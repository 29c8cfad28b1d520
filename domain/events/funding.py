"""Money decided for an operation: planned, set aside, then committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from domain.dates import paris_day
from domain.errors import Refusal, RepeatedValue, ScheduleMismatch, SharesAboveTotal, YearOutOfBounds
from domain.event import Event
from domain.money import FinancingPlan, Instalment, Level, Movement, PlannedShare, check_amount
from domain.programmes import check_commitment
from domain.situation import Situation
from domain.vocabulary import Instrument

FIRST_YEAR, LAST_YEAR = 1900, 2199


def check_schedule(schedule: tuple[Instalment, ...], amount_cents: int) -> Iterator[Refusal]:
    """Payment credits name each year once and add up to the amount."""
    for year, times in Counter(instalment.year for instalment in schedule).items():
        if not FIRST_YEAR <= year <= LAST_YEAR:
            yield YearOutOfBounds(field="schedule", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        if times > 1:
            yield RepeatedValue(field="schedule", value=year)
    for instalment in schedule:
        yield from check_amount(instalment.amount_cents, "schedule")
    scheduled = sum(instalment.amount_cents for instalment in schedule)
    if scheduled != amount_cents:
        yield ScheduleMismatch(field="schedule", scheduled_cents=scheduled, amount_cents=amount_cents)


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
        yield from operation.check_running(self.on)

    def apply(self, operation: Situation) -> None:
        operation.money.open(self.movement("allocated", operation.programme))


class FundingCommitted(Funding):
    """A partner commits money to the operation by a formal decision; nothing is paid yet.

    schedule: payment credits by year; where given, they add up to the amount. Certainly decided after the last day of
    the operation's programme, it needs a derogation: a person's reason.
    Source: règlement général de l'ANRU, décision attributive de subvention.
    """

    TOPIC = "operation.funding_committed"
    label = "Financement engagé"

    schedule: tuple[Instalment, ...] = ()

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.amount_cents)
        if self.schedule:
            yield from check_schedule(self.schedule, self.amount_cents)
        yield from operation.check_alive(self.on)
        yield from operation.check_running(self.on)
        if not self.explained:
            yield from check_commitment(operation.programme, self.on)

    def apply(self, operation: Situation) -> None:
        operation.money.open(self.movement("committed", operation.programme))
        operation.money.lines[self.line].schedule = self.schedule


class FinancingPlanSet(Event):
    """The financing plan is decided: who is to bring what. Nothing is set aside nor committed by it.

    total_cents: euro cents on the operation's tax basis, > 0. shares: together at most the total; the rest is
    undetermined, which is computed and never stored, since plans from the field are incomplete.
    Source: règlement général de l'ANRU, plan de financement annexed to the agreement.
    """

    TOPIC = "operation.financing_plan_set"
    label = "Plan de financement arrêté"

    total_cents: int
    shares: tuple[PlannedShare, ...] = ()

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.total_cents, "total_cents")
        for (partner, _), times in Counter((share.partner, share.instrument) for share in self.shares).items():
            if times > 1:
                yield RepeatedValue(field="shares", value=partner)
        for share in self.shares:
            yield from check_amount(share.amount_cents, "shares")
        shared = sum(share.amount_cents for share in self.shares)
        if shared > self.total_cents:
            yield SharesAboveTotal(field="shares", shared_cents=shared, total_cents=self.total_cents)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        operation.financing_plan = FinancingPlan(self.on, self.total_cents, self.shares)
