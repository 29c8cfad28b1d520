"""Where an operation stands: what its entries add up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.dates import PartialDate, slip_days
from domain.errors import AlreadyAbandoned, AlreadyClosed, BrokenRule, OperationSuspended
from domain.event import Event
from domain.frame import Coherence, PriorityArea
from domain.money import FinancingPlan, Money
from domain.outputs import Outputs
from domain.people import Assistance, Rehousing, latest
from domain.territory import WHOLE, shared
from domain.vocabulary import CostBasis, Family, Phase, TerritorialPlan, Theme


@dataclass(slots=True)
class Milestone:
    """A dated step other than start and delivery. initial_due_on, due_on: the first and the current promise."""

    code: str
    label: str
    initial_due_on: PartialDate | None = None
    due_on: PartialDate | None = None
    reached_on: PartialDate | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """One line of the calendar: first promise, current one, and what happened."""

    initial: PartialDate | None
    current: PartialDate | None
    actual: PartialDate | None

    @property
    def slip_days(self) -> int | None:
        """Days between the first promise and what happened, or the current promise; None where either is unknown."""
        later = self.actual or self.current
        return slip_days(self.initial, later) if self.initial and later else None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which the works stand still. until: the resumption, None as long as it lasts."""

    since: PartialDate
    expected_resume_on: PartialDate | None = None
    until: PartialDate | None = None

    def covers(self, on: PartialDate) -> bool:
        """As long as it lasts, all that did not certainly happen before; afterwards, what certainly happened within."""
        if self.until is None:
            return not on.certainly_before(self.since)
        return on.certainly_after(self.since) and on.certainly_before(self.until)


class Situation:
    """All that the rules and the readers need to know of an operation. Amounts in euro cents."""

    def clear(self) -> None:
        """Nothing is known yet."""
        self.reference: str = ""
        self.title: str = ""
        self.planned_on: PartialDate | None = None
        self.planned_by: str = ""
        self.communes: tuple[str, ...] = ()
        self.stated_weights: tuple[int, ...] = ()
        self.outside: tuple[str, ...] = ()
        self.territory_wide: bool = False
        self.owner: str | None = None
        self.family: Family | None = None
        self.theme: Theme | None = None
        self.other_themes: tuple[Theme, ...] = ()
        self.site: str | None = None
        self.programme: str | None = None
        self.agreement: str | None = None
        self.part_of: str | None = None
        self.priority_area: PriorityArea | None = None
        self.coherence: dict[TerritorialPlan, Coherence] = {}
        self.cost_cents: int | None = None
        self.cost_basis: CostBasis = "not_stated"
        self.initial_starts_on: PartialDate | None = None
        self.initial_delivers_on: PartialDate | None = None
        self.starts_on: PartialDate | None = None
        self.delivers_on: PartialDate | None = None
        self.started_on: PartialDate | None = None
        self.delivered_on: PartialDate | None = None
        self.abandoned_on: PartialDate | None = None
        self.suspensions: list[Suspension] = []
        self.closed_on: PartialDate | None = None
        self.final_cost_cents: int | None = None
        self.early_start_on: PartialDate | None = None
        self.start_explained: bool = False
        self.planned_outputs: Outputs | None = None
        self.outputs: Outputs | None = None
        self.milestones: dict[str, Milestone] = {}
        self.rehousing: list[Rehousing] = []
        self.assistance: list[Assistance] = []
        self.money: Money = Money()
        self.financing_plan: FinancingPlan | None = None

    @property
    def weights(self) -> tuple[int, ...]:
        """The part of each commune, in their order, in ten-thousandths that add up to 10,000; equal unless stated."""
        return self.stated_weights or shared(WHOLE, (1,) * len(self.communes))

    @property
    def has_funding(self) -> bool:
        """Some money is set aside or committed, loans included, and not all of it was taken back."""
        return any(line.allocated_cents > 0 or line.committed_cents > 0 for line in self.money.lines.values())

    @property
    def early_start(self) -> bool:
        """Somebody has authorised an early start."""
        return self.early_start_on is not None

    def check_alive(self, on: PartialDate) -> Iterator[BrokenRule]:
        """An abandoned operation goes no further; what certainly happened before may still be recorded."""
        if self.abandoned_on and not on.certainly_before(self.abandoned_on):
            yield AlreadyAbandoned(reference=self.reference, since=self.abandoned_on)

    def check_running(self, on: PartialDate) -> Iterator[BrokenRule]:
        """Works and new money wait while an operation is suspended; work that was earned is paid all the same."""
        for suspension in self.suspensions:
            if suspension.covers(on):
                yield OperationSuspended(reference=self.reference, since=suspension.since)
                return

    def admits(self, event: Event) -> Iterator[BrokenRule]:
        """After the close-out nothing happens to an operation; its entries may still be put right."""
        if self.closed_on and not event.puts_right:
            yield AlreadyClosed(reference=self.reference, since=self.closed_on)

    @property
    def suspended(self) -> Suspension | None:
        """The suspension that lasts, if any."""
        last = self.suspensions[-1] if self.suspensions else None
        return last if last and last.until is None else None

    @property
    def ended_on(self) -> PartialDate | None:
        """When it was delivered or abandoned, the two ways in which an operation ends."""
        return self.delivered_on or self.abandoned_on

    @property
    def phase(self) -> Phase:
        """Derived, never set: from what happened, then from the money committed against the cost, loans included."""
        if self.closed_on:
            return "closed"
        if self.abandoned_on:
            return "abandoned"
        if self.delivered_on:
            return "delivered"
        if self.suspended:
            return "suspended"
        if self.started_on:
            return "started"
        if not self.has_funding:
            return "planned"
        committed = sum(line.committed_cents for line in self.money.lines.values())
        return "funded" if self.cost_cents is not None and committed >= self.cost_cents else "partly_funded"

    @property
    def schedule(self) -> dict[str, Dates]:
        """The calendar: what was first promised for `start` and `delivery`, what is promised now, what happened."""
        return {
            "start": Dates(self.initial_starts_on, self.starts_on, self.started_on),
            "delivery": Dates(self.initial_delivers_on, self.delivers_on, self.delivered_on),
        }

    @property
    def undetermined_cents(self) -> int | None:
        """The part of the cost that no known line covers; None while the cost is unknown."""
        return None if self.cost_cents is None else max(self.cost_cents - self.money.covered_cents, 0)

    @property
    def households_to_rehouse(self) -> int | None:
        """The running total of the latest day that states one; None where none does."""
        return latest((report, report.to_rehouse) for report in self.rehousing)

    @property
    def households_rehoused(self) -> int | None:
        """The running total of the latest day that states one; None where none does."""
        return latest((report, report.rehoused) for report in self.rehousing)

    @property
    def funders(self) -> tuple[str, ...]:
        """Codes of the partners that have a line here, in order of appearance."""
        return tuple(dict.fromkeys(line.partner for line in self.money.lines.values()))

    @property
    def to_complete(self) -> list[str]:
        """What the record still lacks, by the name of the missing fact."""
        missing = {
            "theme": self.theme is None,
            "owner": self.owner is None,
            "planned_on": not (self.planned_on and self.planned_on.known),
            "cost": self.cost_cents is None,
            "start": self.delivered_on is not None and self.started_on is None,
            "start_funding": self.started_on is not None
            and not (self.money.lines or self.early_start or self.start_explained),
        }
        return [name for name, lacks in missing.items() if lacks]
