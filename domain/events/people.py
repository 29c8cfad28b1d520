"""What is done for people beside the works: households rehoused, communes assisted."""

from __future__ import annotations

from collections.abc import Iterator

from domain.dates import paris_day
from domain.errors import (
    AssistanceMismatch,
    CommuneElsewhere,
    CountOutOfBounds,
    DaysUnreadable,
    NothingToChange,
    Refusal,
    RehousedAboveNeed,
    TotalFalls,
    UnknownCommune,
)
from domain.event import Event
from domain.money import check_amount
from domain.outputs import MOST
from domain.people import Assistance, Rehousing, days, latest
from domain.situation import Situation
from domain.territory import commune
from domain.vocabulary import OUTPUTS, AssistanceKind, Output


class RehousingReported(Event):
    """How far the rehousing of households has come: the critical path of every demolition.

    Running totals since the beginning, 0 to a million, at least one of the two. They only rise; one that was told too
    high is put right by a correction.
    Source: PNRU and NPNRU agreements, charte de relogement.
    """

    TOPIC = "operation.rehousing_reported"
    label = "Point sur les relogements"

    households_to_rehouse: int | None = None
    households_rehoused: int | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        told = {"households_to_rehouse": self.households_to_rehouse, "households_rehoused": self.households_rehoused}
        if told["households_to_rehouse"] is None and told["households_rehoused"] is None:
            yield NothingToChange(field="households_rehoused")
        for name, count in told.items():
            if count is not None and not 0 <= count <= MOST:
                yield CountOutOfBounds(field=name, name=name, count=count, most=MOST)
        yield from self.check_totals(operation)
        yield from operation.check_alive(self.on)

    def check_totals(self, operation: Situation) -> Iterator[Refusal]:
        """A running total is not below what was told of an earlier day, nor above what was told of a later one."""
        for report in operation.rehousing:
            later = self.on.certainly_before(report.on)
            earlier, after = (self.report, report) if later else (report, self.report)
            yield from rises("households_to_rehouse", earlier.to_rehouse, after.to_rehouse)
            yield from rises("households_rehoused", earlier.rehoused, after.rehoused)
        known = [report for report in operation.rehousing if not self.on.certainly_before(report.on)] + [self.report]
        to_rehouse = latest((each, each.to_rehouse) for each in known)
        rehoused = latest((each, each.rehoused) for each in known)
        if to_rehouse is not None and rehoused is not None and rehoused > to_rehouse:
            field = "households_to_rehouse" if self.households_rehoused is None else "households_rehoused"
            yield RehousedAboveNeed(field=field, rehoused=rehoused, to_rehouse=to_rehouse)

    @property
    def report(self) -> Rehousing:
        """The totals of this day."""
        return Rehousing(self.on, paris_day(self.timestamp), self.households_to_rehouse, self.households_rehoused)

    def apply(self, operation: Situation) -> None:
        operation.rehousing.append(self.report)


def rises(name: Output, earlier: int | None, after: int | None) -> Iterator[Refusal]:
    """A running total does not fall."""
    if earlier is not None and after is not None and after < earlier:
        yield TotalFalls(name=OUTPUTS[name], count=after, earlier=earlier)


class AssistanceProvided(Event):
    """The authority helps a commune. commune: INSEE code, one of the operation's where it names any.

    operational: days of staff time, by half-days, as text (`2.5`), see `domain/people.py`. financial: amount_cents,
    euro cents, > 0, an aid that no line of money counts. subject: what it is about, in French.
    Source: valenciennes-metropole.fr, fonds de soutien aux investissements communaux (FSIC), ingénierie.
    """

    TOPIC = "operation.assistance_provided"
    label = "Assistance à la commune"

    commune: str
    kind: AssistanceKind
    subject: str
    days: str | None = None
    amount_cents: int | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if commune(self.commune) is None:
            yield UnknownCommune(field="commune", insee=self.commune)
        elif not operation.territory_wide and self.commune not in operation.communes:
            yield CommuneElsewhere(field="commune", insee=self.commune)
        said, unsaid = ("days", "amount_cents") if self.kind == "operational" else ("amount_cents", "days")
        if getattr(self, said) is None:
            yield AssistanceMismatch(field=said)
        if getattr(self, unsaid) is not None:
            yield AssistanceMismatch(field=unsaid)
        if self.days is not None and days(self.days) is None:
            yield DaysUnreadable(field="days", days=self.days)
        if self.amount_cents is not None:
            yield from check_amount(self.amount_cents)
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        operation.assistance.append(
            Assistance(
                version=self.version,
                on=self.on,
                commune=self.commune,
                kind=self.kind,
                subject=self.subject,
                days=None if self.days is None else days(self.days),
                amount_cents=self.amount_cents,
            )
        )
