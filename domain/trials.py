"""What is tried of each command to find out whether an operation would accept it: facts that stand the best chance.

A trial is made from where the operation stands, so that what refuses it is a rule about the operation and not the facts
that happened to be tried. Beside each other they leave no way out: `tests/domain/test_offering.py` holds them against
random histories.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import count
from typing import Any, Final, NamedTuple

from domain import events
from domain.dates import PartialDate
from domain.event import Event
from domain.events.funding import next_line
from domain.money import Instalment, Line
from domain.operation import Operation
from domain.outputs import MOST
from domain.programmes import programmes
from domain.territory import communes
from domain.vocabulary import PAYMENT_KINDS, PRIORITY_GENERATIONS, PaymentKind

PROMISED: Final = PartialDate.parse("2199")
SPARE_YEARS: Final = (2199, 2198)


class Trial(NamedTuple):
    """A fact that a command might say. choice: the line or the milestone that it is about. kind: of a payment."""

    event: type[Event]
    facts: dict[str, Any]
    choice: str | None = None
    kind: PaymentKind | None = None


Trials = Callable[[Operation], Iterator[Trial]]


def fresh(taken: Container[str | None]) -> str:
    """A name that nothing has yet."""
    return next(name for name in map(str, count(1)) if name not in taken)


def simply(event: type[Event], **facts: Any) -> Trials:
    """Whatever the operation, the same facts do."""
    return lambda operation: iter([Trial(event, facts)])


# What it is, whose, when and at what cost


def change_owner(operation: Operation) -> Iterator[Trial]:
    yield Trial(events.OwnerChanged, {"owner": fresh({operation.owner})})


def attach(operation: Operation) -> Iterator[Trial]:
    other = next(each.code for each in programmes() if each.code != operation.programme)
    yield Trial(events.ProgrammeAttached, {"programme": other})


def assess_priority_area(operation: Operation) -> Iterator[Trial]:
    for generation in PRIORITY_GENERATIONS:
        yield Trial(events.PriorityAreaAssessed, {"generation": generation, "code": None, "list_ref": "?"})


def close(operation: Operation) -> Iterator[Trial]:
    yield Trial(events.Closed, {"final_cost_cents": operation.cost_cents or 1})


# People


def report_rehousing(operation: Operation) -> Iterator[Trial]:
    for total in dict.fromkeys([MOST, *(each.to_rehouse for each in operation.rehousing), 0]):
        yield Trial(events.RehousingReported, {"households_to_rehouse": total})
    for total in dict.fromkeys([*(each.rehoused for each in operation.rehousing), 0]):
        yield Trial(events.RehousingReported, {"households_rehoused": total})


def assist(operation: Operation) -> Iterator[Trial]:
    helped = next(iter(operation.communes), communes()[0].insee)
    facts = {"commune": helped, "kind": "operational", "subject": "?", "days": "1"}
    yield Trial(events.AssistanceProvided, facts)


# Money


def opening(event: type[Event]) -> Trials:
    """A new line."""

    def trials(operation: Operation) -> Iterator[Trial]:
        facts = {"partner": "?", "instrument": "grant", "amount_cents": 1}
        yield Trial(event, {"line": next_line(operation.entries)} | facts)

    return trials


def on_lines(event: type[Event], facts: Callable[[Line, Operation], Iterator[dict[str, Any]]]) -> Trials:
    """Whatever a fact about a line may say, line by line."""

    def trials(operation: Operation) -> Iterator[Trial]:
        for code, line in operation.money.lines.items():
            for each in facts(line, operation):
                yield Trial(event, {"line": code} | each, code, each.get("kind"))

    return trials


def a_cent(line: Line, operation: Operation) -> Iterator[dict[str, Any]]:
    yield {"amount_cents": 1}


def other_amounts(line: Line, operation: Operation) -> Iterator[dict[str, Any]]:
    """More than is committed, as little as can be, and any amount in between where that is what is committed."""
    for amount_cents in dict.fromkeys([line.committed_cents + 1, max(line.paid_cents, 1), line.committed_cents - 1]):
        yield {"amount_cents": amount_cents}


def payments(line: Line, operation: Operation) -> Iterator[dict[str, Any]]:
    reference = fresh({each.external_ref for each in operation.money.movements})
    for kind in PAYMENT_KINDS:
        yield {"kind": kind, "amount_cents": 1, "external_ref": reference}


def requests(line: Line, operation: Operation) -> Iterator[dict[str, Any]]:
    for kind in PAYMENT_KINDS:
        yield {"kind": kind, "amount_cents": 1}


def schedules(line: Line, operation: Operation) -> Iterator[dict[str, Any]]:
    """What was paid in each year, and the rest in a year by itself: two of them, since one may be the present one."""
    paid = {year: cents for year, cents in operation.money.paid_by_year(line.code).items() if cents > 0}
    left = line.committed_cents - sum(paid.values())
    for year in SPARE_YEARS:
        credits = paid | ({year: paid.get(year, 0) + left} if left else {})
        yield {"schedule": tuple(Instalment(year, cents) for year, cents in credits.items())}


# Milestones


def new_step(event: type[Event]) -> Trials:
    """A milestone that there is none of yet."""

    def trials(operation: Operation) -> Iterator[Trial]:
        yield Trial(event, {"code": fresh(operation.milestones), "title": "?", "due_on": PROMISED})

    return trials


def on_steps(event: type[Event], **facts: Any) -> Trials:
    """Each milestone in turn."""

    def trials(operation: Operation) -> Iterator[Trial]:
        for code in operation.milestones:
            yield Trial(event, {"code": code} | facts, code)

    return trials


TRIALS: Final[dict[str, Trials]] = {
    "reschedule": simply(events.Rescheduled, starts_on=PROMISED, delivers_on=PROMISED),
    "revise_cost": simply(events.CostRevised, cost_cents=1),
    "change_owner": change_owner,
    "attach": attach,
    "detach": simply(events.ProgrammeDetached),
    "assess_priority_area": assess_priority_area,
    "assess_coherence": simply(
        events.CoherenceAssessed, plan="PLH", plan_version="?", verdict="aligned", orientation="?"
    ),
    "authorise_early_start": simply(events.EarlyStartAuthorised, authority="?"),
    "start": simply(events.Started),
    "suspend": simply(events.Suspended),
    "resume": simply(events.Resumed),
    "deliver": simply(events.Delivered),
    "abandon": simply(events.Abandoned),
    "close": close,
    "schedule_milestone": new_step(events.MilestoneScheduled),
    "log_milestone": new_step(events.MilestoneLogged),
    "reach_milestone": on_steps(events.MilestoneReached),
    "reschedule_milestone": on_steps(events.MilestoneRescheduled, due_on=PROMISED),
    "drop_milestone": on_steps(events.MilestoneDropped),
    "allocate": opening(events.FundingAllocated),
    "commit": opening(events.FundingCommitted),
    "revise_commitment": on_lines(events.FundingRevised, other_amounts),
    "decommit": on_lines(events.FundingDecommitted, a_cent),
    "take_back": on_lines(events.AllocationTakenBack, a_cent),
    "revise_schedule": on_lines(events.PaymentScheduleRevised, schedules),
    "set_financing_plan": simply(events.FinancingPlanSet, total_cents=1),
    "request_payment": on_lines(events.PaymentRequested, requests),
    "pay": on_lines(events.PaymentRecorded, payments),
    "repay": on_lines(events.RepaymentRecorded, a_cent),
    "report_rehousing": report_rehousing,
    "assist": assist,
}
"""By the name of the command; planning comes before, correcting and voiding go entry by entry: see `offering.py`."""
