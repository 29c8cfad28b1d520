"""An operation as it was on a day: only what had happened by then counts, and what it rests on is named."""

from datetime import date

import pytest

from domain.dated import as_true_on
from domain.outputs import Outputs
from tests.story import ARCHIVE, committed, day, delivered, entry, planned

YEAR = date(2008, 12, 31)


def test_on_the_last_day_an_operation_is_what_it_is():
    operation = delivered(cost_cents=100_00)
    known = as_true_on(operation.entries, date.max)
    assert known is not None
    assert known.money == operation.money
    assert (known.phase, known.schedule, known.cost_cents) == (operation.phase, operation.schedule, 100_00)


def test_before_its_first_fact_there_is_nothing():
    assert as_true_on(delivered().entries, date(2008, 2, 28)) is None
    assert as_true_on(delivered().entries, date(2008, 2, 29)) is not None


def test_the_phase_is_that_of_the_day():
    entries = delivered(cost_cents=100_00).entries
    days = {"2008-02-29": "planned", "2008-03-31": "funded", "2008-11-20": "started", "2013-06-30": "delivered"}
    for text, phase in days.items():
        known = as_true_on(entries, date.fromisoformat(text))
        assert known is not None
        assert known.phase == phase


def test_what_was_decided_later_is_not_known_of_an_operation_that_had_begun():
    """Archives do not always know when an operation was planned; its works happened all the same."""
    operation = planned(
        on=None,
        by=ARCHIVE,
        owner="sigh",
        programme="PNRU",
        cost_cents=100_00,
        starts_on=day("2009"),
        outputs=Outputs(built=3),
    )
    operation.start(**entry("2008-05", by=ARCHIVE))
    known = as_true_on(operation.entries, YEAR)
    assert known is not None
    assert (known.reference, known.title, known.theme) == ("ANZ-CARPEAUX", "Anzin : Carpeaux", "social_housing")
    assert (known.phase, known.planned_on, known.owner, known.programme) == ("started", None, None, None)
    assert (known.cost_cents, known.starts_on, known.planned_outputs) == (None, None, None)


def test_a_payment_before_the_day_of_its_commitment_stands_on_its_line():
    operation = planned()
    line = committed(operation, 100_00, on="2009")
    operation.pay(line=line, kind="interim", amount_cents=30_00, external_ref="V-1", **entry("2008-06"))
    known = as_true_on(operation.entries, YEAR)
    assert known is not None
    assert [(each.committed_cents, each.paid_cents) for each in known.money.lines.values()] == [(0, 30_00)]


def test_a_revision_moves_on_its_day_the_amount_that_it_was_decided_to_move():
    operation = planned()
    line = committed(operation, 80_00, on="2008")
    operation.revise_commitment(line=line, amount_cents=100_00, **entry("2010", reason="Avenant"))
    operation.revise_commitment(line=line, amount_cents=90_00, **entry("2009", reason="Avenant retrouvé"))
    sums = {year: as_true_on(operation.entries, date(year, 12, 31)) for year in (2008, 2009, 2010)}
    assert [each and each.money.figures.committed_cents for each in sums.values()] == [80_00, 70_00, 90_00]


def test_a_milestone_that_was_reached_is_named_though_it_was_announced_later():
    operation = planned()
    operation.schedule_milestone(code="permis", title="Permis de construire", due_on=day("2010"), **entry("2009"))
    operation.reach_milestone(code="permis", **entry("2008-09"))
    known = as_true_on(operation.entries, YEAR)
    assert known is not None
    (milestone,) = known.milestones.values()
    assert (milestone.label, milestone.due_on, milestone.reached_on) == ("Permis de construire", None, day("2008-09"))


@pytest.mark.parametrize(("on", "started"), [("2008-11", True), ("2009-01", False)])
def test_a_corrected_fact_counts_from_its_own_day_and_the_correction_from_none(on, started):
    operation = delivered()
    operation.correct(target=3, changes={"on": on}, **entry("2014", reason="Ordre de service retrouvé"))
    known = as_true_on(operation.entries, YEAR)
    assert known is not None
    assert (known.phase == "started") is started
