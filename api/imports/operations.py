"""A line of the register told as an operation: its plan, its money, then what happened, in the order of the source."""

from __future__ import annotations

import re

from api.imports.costs import SETTLED, Costs
from api.imports.lists import Fact, FindPartner
from api.imports.row import Row
from api.imports.telling import NOT_STATED, Import, Sayings, Untellable, column
from domain.agreement import Agreement
from domain.dates import UNKNOWN
from domain.operation import Operation
from domain.situation import Milestone

_ONCE = ("started", "delivered", "abandoned", "agreement_signed")
_NEW_OWNER = re.compile(r".*\b(?:à|au|aux)\s+(?:(?:la|le)\s+|l['’])?(?P<name>\S.*)", re.DOTALL)


def tell_operation(
    row: Row, taking: Import, find: FindPartner, *, agreement: Agreement | None, container: Operation | None
) -> Operation:
    """The operation that the line tells, not yet appended. Raises Untellable.

    agreement, container: what it is part of, the agreement through as many containers as it takes.
    """
    costs = Costs.of(row)
    with column("communes_insee", title="title", programme="programme", cost_cents="cost_eur", on="planned_on"):
        operation = Operation.plan(
            authority=taking.authority,
            reference=row.reference,
            title=row.title,
            communes=row.communes,
            owner=row.owner,
            theme=row.theme,
            site=row.site,
            programme=row.programme,
            agreement=agreement,
            part_of=container.reference if container else None,
            cost_cents=costs.planned_cents,
            cost_basis=costs.planned_basis,
            **taking.entry(row, row.planned_on, costs.planned.note if costs.planned else None),
        )
    with column("commitments"):
        _tell_money(operation, row, taking)
    with column("milestones"):
        story = _Story(operation, row, taking, find, costs)
        for fact in row.facts:
            story.tell(fact)
    with column("cost_eur"):
        costs.settle(operation, taking.entry(row, UNKNOWN, SETTLED))
    return operation


def _tell_money(operation: Operation, row: Row, taking: Import) -> None:
    for decision in row.decisions:
        decide = operation.allocate if decision.level == "allocation" else operation.commit
        decide(
            partner=decision.partner,
            instrument=decision.instrument,
            amount_cents=decision.amount_cents,
            scheme=decision.scheme,
            decision_ref=decision.decision_ref,
            **taking.entry(row, decision.on),
        )


class _Story:
    """Tells the facts of one line, one by one, to the operation."""

    def __init__(self, operation: Operation, row: Row, taking: Import, find: FindPartner, costs: Costs) -> None:
        self.operation, self.row, self.taking, self.find, self.costs = operation, row, taking, find, costs
        self.sayings = Sayings(operation)

    def tell(self, fact: Fact) -> None:
        """Record a fact as the event of its kind; every other kind is a milestone."""
        if fact is self.costs.planned or (fact.kind == "funded" and repeats_money(self.row, fact)):
            return
        if fact.kind in _ONCE:
            self.tell_once(fact)
        elif fact.kind == "cost_announced":
            self.announce_cost(fact)
        elif fact.kind == "rescheduled":
            self.reschedule(fact)
        elif fact.kind == "owner_changed":
            self.change_owner(fact)
        elif fact.kind == "early_start_authorised":
            entry = self.taking.entry(self.row, fact.on, fact.note)
            self.operation.authorise_early_start(authority=NOT_STATED, **entry)
        else:
            self.log(fact)

    def tell_once(self, fact: Fact) -> None:
        """What happens once: the first source records it, the next ones correct it or are kept beside it."""
        entry = self.taking.entry(self.row, fact.on, fact.note)
        if self.sayings.contradicted(fact.kind, fact):
            self.sayings.correct(fact.kind, fact, entry)
        elif fact.number > 1 or fact.kind == "agreement_signed":
            self.log(fact)
        elif fact.kind == "started":
            self.operation.start(**entry)
        elif fact.kind == "delivered":
            self.operation.deliver(**entry)
        else:
            self.operation.abandon(**entry)
        if fact.number == 1:
            self.sayings.said(fact.kind, fact)

    def announce_cost(self, fact: Fact) -> None:
        """A figure for the whole operation revises its cost; one that covers less is kept beside."""
        if fact in self.costs.revisions:
            assert fact.amount_cents is not None
            entry = self.taking.entry(self.row, fact.on, fact.note)
            self.operation.revise_cost(cost_cents=fact.amount_cents, cost_basis=self.costs.basis(fact), **entry)
        else:
            self.log(fact)

    def reschedule(self, fact: Fact) -> None:
        """A new date moves the announced step that was due next; where none is open, it announces one."""
        entry = self.taking.entry(self.row, fact.on, fact.note)
        due_next = min(
            filter(_open, self.operation.milestones.values()), key=lambda each: each.due_on or UNKNOWN, default=None
        )
        if fact.due is None:
            self.log(fact)
        elif due_next:
            self.operation.reschedule_milestone(code=due_next.code, due_on=fact.due, **entry)
        else:
            code = f"announced-{fact.number}"
            self.operation.schedule_milestone(code=code, title=fact.step, due_on=fact.due, **entry)

    def change_owner(self, fact: Fact) -> None:
        """The register names the new owner at the end of the note: « … à Valenciennes Métropole »."""
        told = _NEW_OWNER.fullmatch(fact.note or "")
        found = self.find(told["name"]) if told else None
        if found is None:
            raise Untellable(
                "milestones", "« owner_changed » : la note doit finir par « à <nouveau maître d'ouvrage> »"
            )
        self.operation.change_owner(owner=found[0], **self.taking.entry(self.row, fact.on, fact.note))

    def log(self, fact: Fact) -> None:
        """A step of its own: promised where it has a due date, else as it happened."""
        entry = self.taking.entry(self.row, fact.on, fact.note)
        if fact.due:
            self.operation.schedule_milestone(code=fact.code, title=fact.step, due_on=fact.due, **entry)
        else:
            self.operation.log_milestone(code=fact.code, title=fact.title, **entry)


def repeats_money(row: Row, fact: Fact) -> bool:
    """A `funded` fact says again what the dated decisions of the row say."""
    return any(decision.on == fact.on for decision in row.decisions)


def _open(milestone: Milestone) -> bool:
    return milestone.due_on is not None and milestone.reached_on is None and not milestone.dropped
