"""What the file of an operation tells besides calendar and money lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema

from api.v1.documents.describing import day, flag, one_of, several, text, whole
from api.v1.documents.parts import Document
from domain import vocabulary
from projections.portfolio import OperationRow


class MilestoneState(Schema):
    code = text("The milestone's name within the operation.")
    label = text("What people call it.")
    initial_due_on = day("First promise.")
    due_on = day("Present promise.")
    reached_on = day("When it was reached.")
    dropped = flag("It will not happen.")


class OutputCounts(Schema):
    demolished = whole("Dwellings taken down.", allow_none=True)
    built = whole("Dwellings built or rebuilt.", allow_none=True)
    rehabilitated = whole("Dwellings renovated.", allow_none=True)
    residentialised = whole("Dwellings whose plot was defined.", allow_none=True)
    facilities = whole("Public facilities.", allow_none=True)
    households_to_rehouse = whole("Households to rehouse.", allow_none=True)
    households_rehoused = whole("Households rehoused.", allow_none=True)


class FinancingShare(Schema):
    partner = text("Partner code of whoever is to bring it.")
    amount_cents = whole("What it is to bring.")
    instrument = one_of(vocabulary.INSTRUMENTS, "How the money is to be brought.")


class FinancingPlan(Schema):
    on = day("When it was decided.")
    total_cents = whole("What is to be financed.")
    undetermined_cents = whole("What no share says who brings.")
    shares = several(FinancingShare, "Who is to bring what.")


class Suspension(Schema):
    since = day("When the works, or their preparation, came to a halt.")
    expected_resume_on = day("When they are expected to go on.")


class Rehousing(Schema):
    households_to_rehouse = whole("Households to rehouse; null: never stated.", allow_none=True)
    households_rehoused = whole("Households rehoused; null: never stated.", allow_none=True)


class Assistance(Schema):
    days = text("Days of staff time, by half-days: `2.5`.")
    amount_cents = whole("Aid in money, which no line counts.")


class PriorityArea(Schema):
    generation = one_of(vocabulary.PRIORITY_GENERATIONS, "The generation of priority areas.")
    code = text("The area; null: outside all of them.", allow_none=True)
    list_ref = text("The list that says so, and its date.")
    since = day("The day that it counts from.")


class Coherence(Schema):
    plan = one_of(vocabulary.TERRITORIAL_PLANS, "The plan.")
    plan_version = text("The version of the plan.")
    verdict = one_of(vocabulary.VERDICTS, "How the operation fits in.")
    orientation = text("What the plan says of it.")
    since = day("The day that the verdict counts from.")


def life(row: OperationRow) -> Document:
    """What the file of an operation tells besides calendar and money lines."""
    return {
        "milestones": [milestone(each) for each in row.milestones],
        "planned_outputs": outputs(row.planned_outputs),
        "outputs": outputs(row.outputs),
        "financing_plan": financing_plan(row.financing_plan),
        "suspension": chosen(row.suspension, ("since", "expected_resume_on")),
        "abandoned_on": row.abandoned_on,
        "closed_on": row.closed_on,
        "final_cost_cents": row.final_cost_cents,
        "rehousing": chosen(row.rehousing, ("households_to_rehouse", "households_rehoused")),
        "assistance": chosen(row.assistance, ("days", "amount_cents")),
        "priority_area": chosen(row.priority_area, ("generation", "code", "list_ref", "since")),
        "coherence": [
            chosen(each, ("plan", "plan_version", "verdict", "orientation", "since")) for each in row.coherence
        ],
    }


def chosen(stored: Mapping[str, Any] | None, keys: Iterable[str]) -> Document | None:
    """A stored part with its keys in the order of the document; None where there is none."""
    return None if stored is None else {key: stored[key] for key in keys}


def milestone(step: Mapping[str, Any]) -> Document | None:
    """A milestone, with its dates as they were given."""
    return chosen(step, ("code", "label", "initial_due_on", "due_on", "reached_on", "dropped"))


def outputs(counted: Mapping[str, int] | None) -> Document | None:
    """The counts that were stated, in the order of the vocabulary."""
    return None if counted is None else {name: counted.get(name) for name in vocabulary.OUTPUTS}


def financing_plan(decided: Mapping[str, Any] | None) -> Document | None:
    """Who is to bring what, and what nobody does yet."""
    if decided is None:
        return None
    shares = [chosen(share, ("partner", "amount_cents", "instrument")) for share in decided["shares"]]
    return {**(chosen(decided, ("on", "total_cents", "undetermined_cents")) or {}), "shares": shares}
