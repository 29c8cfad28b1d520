"""What becomes of an operation, as the portfolio keeps it: plan of money, halts, end, people, plans that it meets."""

from datetime import date
from typing import Any

import pytest

from domain.money import Instalment, PlannedShare
from projections import portfolio
from tests.story import ANZIN, VALENCIENNES, abandoned, committed, day, delivered, entry, planned, suspended

TODAY = date(2012, 6, 30)


def read(cursor: Any, reference: str = "ANZ-CARPEAUX") -> portfolio.OperationRow:
    row = portfolio.operation(cursor, reference, today=TODAY)
    assert row is not None
    return row


def test_nothing_is_known_of_an_operation_that_is_only_planned(told, cursor):
    told(planned())
    row = read(cursor)
    assert (row.financing_plan, row.suspension, row.abandoned_on, row.closed_on, row.final_cost_cents) == (None,) * 5
    assert row.rehousing == {"households_to_rehouse": None, "households_rehoused": None}
    assert row.assistance == {"days": "0", "amount_cents": 0}
    assert (row.weights, row.priority_area, row.coherence) == ([10_000], None, [])


def test_a_financing_plan_says_what_nobody_brings_yet(told, cursor):
    operation = planned()
    shares = (PlannedShare("anru", 300_00, "grant"), PlannedShare("cdc", 100_00, "loan"))
    operation.set_financing_plan(total_cents=500_00, shares=shares, **entry("2009"))
    told(operation)
    assert read(cursor).financing_plan == {
        "on": "2009",
        "total_cents": 500_00,
        "undetermined_cents": 100_00,
        "shares": [
            {"partner": "anru", "amount_cents": 300_00, "instrument": "grant"},
            {"partner": "cdc", "amount_cents": 100_00, "instrument": "loan"},
        ],
    }


def test_each_line_has_its_payment_credits(told, cursor):
    operation = planned()
    committed(operation, 50_00, schedule=(Instalment(2009, 20_00), Instalment(2010, 30_00)))
    told(operation)
    (line,) = read(cursor).lines
    assert line["schedule"] == [{"year": 2009, "amount_cents": 20_00}, {"year": 2010, "amount_cents": 30_00}]


def test_a_suspension_is_shown_as_long_as_it_lasts(told, cursor):
    operation = planned()
    reason = {"reason": "Fouilles archéologiques"}
    operation.suspend(expected_resume_on=day("2013"), **entry("2010-05", **reason))
    told(operation)
    row = read(cursor)
    assert (row.phase, row.suspension) == ("suspended", {"since": "2010-05", "expected_resume_on": "2013"})
    operation.resume(**entry("2011"))
    told(operation)
    row = read(cursor)
    assert (row.phase, row.suspension) == ("planned", None)


def closed(reference: str = "ANZ-CARPEAUX", **facts: Any) -> Any:
    """A delivered operation, paid and closed in 2014."""
    operation = delivered(reference=reference, **facts)
    operation.pay(line="L1", kind="balance", amount_cents=100_00, external_ref="V-1", **entry("2013-09"))
    operation.close(final_cost_cents=100_00, **entry("2014", reason="Décompte général"))
    return operation


def test_a_closed_operation_says_what_it_cost_in_the_end(told, cursor):
    told(closed(cost_cents=120_00))
    row = read(cursor)
    assert (row.phase, row.closed_on, row.final_cost_cents) == ("closed", "2014", 100_00)


def test_an_operation_that_is_over_is_never_late_and_a_suspended_one_may_be(told, cursor):
    late = {"starts_on": day("2009"), "delivers_on": day("2010")}
    operations = closed("A", **late), abandoned(reference="B", **late), suspended(reference="C", **late)
    told(*operations)
    assert {row.reference: row.late for row in portfolio.operations(cursor, today=TODAY)} == {
        "A": False,
        "B": False,
        "C": True,
    }
    assert read(cursor, "B").abandoned_on == "2010-05"


@pytest.mark.parametrize(("phase", "found"), [("closed", ["A"]), ("suspended", ["C"]), ("abandoned", ["B"])])
def test_the_portfolio_finds_what_is_over_and_what_stands_still(told, cursor, phase, found):
    told(closed("A"), abandoned(reference="B"), suspended(reference="C"), delivered(reference="D"))
    assert [row.reference for row in portfolio.operations(cursor, today=TODAY, phase=phase)] == found


def test_people_are_counted_by_the_latest_report_and_help_in_all(told, cursor):
    operation = planned()
    operation.report_rehousing(households_to_rehouse=80, **entry("2009"))
    operation.report_rehousing(households_rehoused=35, **entry("2010"))
    for days in ("2.5", "0.5"):
        operation.assist(commune=ANZIN, kind="operational", days=days, subject="Montage", **entry("2010"))
    operation.assist(commune=ANZIN, kind="financial", amount_cents=40_00, subject="FSIC", **entry("2011"))
    told(operation)
    row = read(cursor)
    assert row.rehousing == {"households_to_rehouse": 80, "households_rehoused": 35}
    assert row.assistance == {"days": "3", "amount_cents": 40_00}
    operation.void(target=4, **entry("2011", reason="Une autre opération"))
    told(operation)
    assert read(cursor).assistance["days"] == "0.5"


def test_what_an_operation_is_held_against_is_what_counts_now(told, cursor):
    operation = planned(communes=(ANZIN, VALENCIENNES), weights=(7_500, 2_500))
    operation.assess_priority_area(generation="ZUS", code="3125010", list_ref="Décret 96-1156", **entry("2009"))
    for version, verdict in (("2008-2013", "partial"), ("2016-2021", "aligned")):
        said = {"plan": "PLH", "plan_version": version, "verdict": verdict, "orientation": "Renouveler le parc"}
        operation.assess_coherence(**said, **entry(version[:4]))
    told(operation)
    row = read(cursor)
    assert row.weights == [7_500, 2_500]
    assert row.priority_area == {
        "generation": "ZUS",
        "code": "3125010",
        "list_ref": "Décret 96-1156",
        "since": "2009-12-31",
    }
    assert [(each["plan"], each["plan_version"], each["verdict"]) for each in row.coherence] == [
        ("PLH", "2016-2021", "aligned")
    ]
