"""The portfolio: operations found by what people know of them, and the agreements that contain them."""

from datetime import date
from typing import Any

import pytest

from domain.outputs import Outputs
from projections import portfolio
from projections.orders import Key
from projections.words import folded
from tests.story import allocated, committed, day, delivered, entry, planned, signed, started

TODAY = date(2012, 6, 30)


def found(cursor: Any, **wanted: Any) -> list[str]:
    return [row.reference for row in portfolio.operations(cursor, today=TODAY, **wanted)]


def test_a_row_says_all_about_an_operation(told, cursor):
    operation = planned(
        site="Croix d'Anzin",
        family="demolition",
        other_themes=("tramway",),
        programme="PNRU",
        owner="sigh",
        cost_cents=500_00,
        cost_basis="excl_tax",
        starts_on=day("2008-09"),
        outputs=Outputs(demolished=33),
    )
    committed(operation, 200_00, scheme="FEDER", decision_ref="D-1")
    operation.schedule_milestone(code="permis", title="Permis", due_on=day("2009"), **entry("2008-05"))
    operation.reschedule_milestone(code="permis", due_on=day("2010"), **entry("2009", reason="Recours"))
    position = told(operation)
    row = portfolio.operation(cursor, "ANZ-CARPEAUX", today=TODAY)
    assert row is not None
    assert (row.title, row.site, row.family, row.owner) == ("Anzin : Carpeaux", "Croix d'Anzin", "demolition", "sigh")
    assert (row.theme, row.other_themes, row.programme) == ("social_housing", ["tramway"], "PNRU")
    assert (row.planned_on, row.planned_by, row.communes, row.outside) == ("2008-02", "cavm", ["59014"], [])
    assert (row.phase, row.version, row.position) == ("partly_funded", 4, position)
    assert (row.cost_cents, row.cost_basis, row.undetermined_cents) == (500_00, "excl_tax", 300_00)
    assert row.milestones == [
        {
            "code": "permis",
            "label": "Permis",
            "initial_due_on": "2009",
            "due_on": "2010",
            "reached_on": None,
            "dropped": False,
        }
    ]
    assert row.lines == [
        {
            "line": "L1",
            "partner": "anru",
            "instrument": "grant",
            "scheme": "FEDER",
            "decision_ref": "D-1",
            "allocated_cents": 0,
            "committed_cents": 200_00,
            "paid_cents": 0,
            "schedule": [],
        }
    ]
    assert (row.planned_outputs, row.outputs) == ({"demolished": 33}, None)
    assert portfolio.operation(cursor, "UNKNOWN", today=TODAY) is None


def test_each_filter_finds_its_own(told, cursor):
    a = planned("A", communes=("59014",), theme="mining", programme="PNRU", owner="sigh")
    b = planned("B", communes=("59014", "59606"), other_themes=("mining",), owner="cavm")
    c = started(reference="C", communes=("59606",), theme="tramway")
    allocated(b, partner="region")
    told(a, b, c)
    assert found(cursor) == ["A", "B", "C"]
    assert found(cursor, commune="59606") == ["B", "C"]
    assert found(cursor, theme="mining") == ["A", "B"]
    assert found(cursor, programme="PNRU") == ["A"]
    assert found(cursor, phase="started") == ["C"]
    assert found(cursor, owner="cavm") == ["B"]
    assert found(cursor, partner="region") == ["B"]
    assert found(cursor, partner="region", theme="tramway") == []


@pytest.mark.parametrize(
    "q",
    ["conde", "CONDÉ", "condé-sur-l'escaut", "sur l escaut", "cœur", "coeur de ville", "rue st", "OP-7", "ville conde"],
)
def test_texts_are_found_whatever_their_accents_capitals_and_punctuation(told, cursor, q):
    told(planned("OP-7", title="Cœur de ville", site="Rue St-Éloi", communes=("59153",)), planned("B"))
    assert found(cursor, q=q) == ["OP-7"]


@pytest.mark.parametrize("q", ["%", "_", "conde marly", "B%"])
def test_a_search_knows_no_wildcards(told, cursor, q):
    told(planned("OP-7", communes=("59153",)))
    assert found(cursor, q=q) == (["OP-7"] if folded(q) == "" else [])


def test_an_operation_is_late_when_a_promised_step_lies_behind(told, cursor):
    told(
        planned("NOT-STARTED", starts_on=day("2012-05"), delivers_on=day("2015")),
        planned("STILL-TIME", starts_on=day("2012-06-30"), delivers_on=day("2015")),
        started(reference="NOT-DELIVERED", starts_on=day("2008"), delivers_on=day("2011")),
        started(reference="THIS-YEAR", starts_on=day("2008"), delivers_on=day("2012")),
        delivered(reference="DELIVERED", delivers_on=day("2010")),
        planned("NO-CALENDAR"),
    )
    assert found(cursor, late=True) == ["NOT-DELIVERED", "NOT-STARTED"]
    assert found(cursor, late=False) == ["DELIVERED", "NO-CALENDAR", "STILL-TIME", "THIS-YEAR"]
    assert {row.reference: row.late for row in portfolio.operations(cursor, today=date(2013, 1, 1))} == {
        "DELIVERED": False,
        "NO-CALENDAR": False,
        "NOT-DELIVERED": True,
        "NOT-STARTED": True,
        "STILL-TIME": True,
        "THIS-YEAR": True,
    }


def test_an_abandoned_operation_is_never_late(told, cursor):
    operation = planned(starts_on=day("2009"))
    operation.abandon(**entry("2009", reason="Le propriétaire ne vend pas"))
    told(operation)
    assert found(cursor, late=True) == []


def test_operations_come_page_by_page(told, cursor):
    told(*(planned(reference) for reference in ("B-2", "A", "B", "B-10")))
    assert found(cursor, limit=2) == ["A", "B"]
    assert found(cursor, after=Key(reference="B"), limit=2) == ["B-10", "B-2"]
    assert found(cursor, after=Key(reference="B-2")) == []


def test_a_row_follows_what_happens_and_what_is_corrected(told, cursor):
    operation = planned()
    told(operation)
    committed(operation, 100_00)
    operation.start(**entry("2009"))
    told(operation)
    assert [row.phase for row in portfolio.operations(cursor, today=TODAY)] == ["started"]
    operation.void(target=3, **entry("2010", reason="Erreur d'opération"))
    operation.correct(target=1, changes={"title": "Anzin : Croix"}, **entry("2010", reason="Une faute"))
    told(operation)
    row = portfolio.operation(cursor, "ANZ-CARPEAUX", today=TODAY)
    assert row is not None
    assert (row.phase, row.title, row.version) == ("partly_funded", "Anzin : Croix", 5)


def test_an_agreement_names_its_operations_and_they_its_leader(told, cursor):
    agreement = signed(signatories=("anru", "region"), programme="PNRU", communes=("59014",))
    agreement.allocate(partner="anru", instrument="grant", amount_cents=60_00, **entry("2008-06"))
    told(agreement, planned("B", agreement=agreement), planned("A", agreement=agreement), planned("C"))
    (row,) = portfolio.agreements(cursor)
    assert row == portfolio.agreement(cursor, "PNRU-2008")
    assert (row.title, row.kind, row.signed_on, row.leader) == ("Corridor minier", "convention", "2008-06", "cavm")
    assert (row.signatories, row.communes, row.operations) == (["anru", "region"], ["59014"], ["A", "B"])
    assert (row.figures.allocated_cents, [line["partner"] for line in row.lines]) == (60_00, ["anru"])
    leaders = {each.reference: each.agreement_leader for each in portfolio.operations(cursor, today=TODAY)}
    assert leaders == {"A": "cavm", "B": "cavm", "C": None}
    assert portfolio.agreements(cursor, after="PNRU-2008") == []
    assert portfolio.agreement(cursor, "UNKNOWN") is None
