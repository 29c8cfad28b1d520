"""What becomes of an operation besides calendar and money: the facts of its file, as columns of the portfolio."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.money import FinancingPlan
from domain.operation import Operation
from domain.outputs import Outputs
from domain.people import Assistance
from domain.shape import plain
from domain.situation import Milestone, Suspension
from projections.standing import text


def life(operation: Operation) -> dict[str, Any]:
    """The columns of an operation."""
    area = operation.priority_area
    return {
        "milestones": [milestone(each) for each in operation.milestones.values()],
        "planned_outputs": outputs(operation.planned_outputs),
        "outputs": outputs(operation.outputs),
        "financing_plan": plan(operation.financing_plan) if operation.financing_plan else None,
        "suspension": suspension(operation.suspended) if operation.suspended else None,
        "abandoned_on": text(operation.abandoned_on),
        "closed_on": text(operation.closed_on),
        "final_cost_cents": operation.final_cost_cents,
        "rehousing": {
            "households_to_rehouse": operation.households_to_rehouse,
            "households_rehoused": operation.households_rehoused,
        },
        "assistance": assistance(operation.assistance),
        "priority_area": plain(area) if area else None,
        "coherence": [{"plan": plan, **plain(verdict)} for plan, verdict in sorted(operation.coherence.items())],
    }


def milestone(each: Milestone) -> dict[str, Any]:
    """A milestone with its dates as they were given."""
    return {
        "code": each.code,
        "label": each.label,
        "initial_due_on": text(each.initial_due_on),
        "due_on": text(each.due_on),
        "reached_on": text(each.reached_on),
        "dropped": each.dropped,
    }


def outputs(counted: Outputs | None) -> dict[str, int] | None:
    """The counts that were stated."""
    return plain(counted) if counted else None


def plan(decided: FinancingPlan) -> dict[str, Any]:
    """A financing plan, with what no share says who brings."""
    return {
        "on": text(decided.on),
        "total_cents": decided.total_cents,
        "undetermined_cents": decided.undetermined_cents,
        "shares": plain(decided.shares),
    }


def suspension(lasting: Suspension) -> dict[str, Any]:
    """The suspension that lasts."""
    return {"since": text(lasting.since), "expected_resume_on": text(lasting.expected_resume_on)}


def assistance(provided: list[Assistance]) -> dict[str, Any]:
    """In all, days as they are written in entries (`2.5`), and euro cents."""
    days = sum((each.days for each in provided if each.days is not None), Decimal(0))
    whole = days == days.to_integral_value()
    return {
        "days": str(days.to_integral_value() if whole else days),
        "amount_cents": sum(each.amount_cents or 0 for each in provided),
    }
