"""What readers get of an operation's whole life, its money in full, and the agreement that it comes under."""

from typing import Any

import jsonschema
import pytest

from domain.amending import Reschedule, Transfer, amend
from domain.money import Instalment, PlannedShare
from domain.operation import Operation
from tests.api.desk import Desk
from tests.api.test_documents import complete
from tests.story import ANZIN, VALENCIENNES, abandoned, committed, day, entry, planned, signed, suspended


def lived(**facts: Any) -> Operation:
    """An operation in two communes that was financed, paid and delivered; the second line was never paid."""
    operation = planned("LIVED", communes=(ANZIN, VALENCIENNES), weights=(7_500, 2_500), **facts)
    shares = (PlannedShare("anru", 300_00, "grant"),)
    operation.set_financing_plan(total_cents=500_00, shares=shares, **entry("2008-03"))
    committed(operation, 100_00, scheme="FEDER", schedule=(Instalment(2010, 60_00), Instalment(2009, 40_00)))
    operation.assess_priority_area(generation="ZUS", code=None, list_ref="Décret 96-1156", **entry("2009"))
    verdict = {"plan_version": "2008-2013", "verdict": "partial", "orientation": "Renouveler le parc"}
    operation.assess_coherence(plan="PLH", **verdict, **entry("2009"))
    operation.report_rehousing(households_to_rehouse=80, households_rehoused=35, **entry("2009"))
    operation.assist(commune=ANZIN, kind="operational", days="2.5", subject="Montage", **entry("2009"))
    operation.start(**entry("2009"))
    operation.pay(line="L1", kind="advance", amount_cents=10_00, external_ref="V-1", **entry("2009"))
    operation.pay(line="L1", kind="interim", amount_cents=60_00, external_ref="V-2", **entry("2010"))
    operation.repay(line="L1", amount_cents=5_00, **entry("2010", reason="Trop-perçu"))
    operation.deliver(**entry("2012"))
    operation.pay(line="L1", kind="balance", amount_cents=35_00, external_ref="V-3", **entry("2013"))
    return operation


def closed() -> Operation:
    operation = lived(cost_cents=120_00)
    operation.close(final_cost_cents=100_00, **entry("2014", reason="Décompte général"))
    return operation


@pytest.fixture
def framed(desk: Desk) -> Desk:
    """The desk, with an agreement that an amendment changed, and in which ANRU set aside less than it committed."""
    agreement = signed(on="2008-01")
    agreement.allocate(partner="anru", instrument="grant", amount_cents=150_00, **entry("2008-01"))
    agreement.allocate(partner="region", instrument="grant", amount_cents=50_00, **entry("2008-01"))
    first, second = lived(agreement=agreement), planned("OTHER", agreement=agreement)
    committed(second, 80_00)
    committed(second, 70_00, instrument="loan", partner="sigh")
    changes = (
        Transfer(from_operation="OTHER", from_line="L1", to_operation="LIVED", to_line="L1", amount_cents=20_00),
        Reschedule(operation="OTHER", delivers_on=day("2014"), reason="Fouilles"),
    )
    amend(agreement, [first, second], number=1, title="Redéploiement", changes=changes, **entry("2013"))
    desk.save(agreement, first, second)
    return desk


def test_an_operation_tells_its_whole_life(desk: Desk):
    desk.save(closed())
    document = desk.read("/v1/operations/LIVED")
    assert [(each["insee"], each["weight"]) for each in document["communes"]] == [(ANZIN, 7_500), (VALENCIENNES, 2_500)]
    assert document["financing_plan"] == {
        "on": "2008-03",
        "total_cents": 500_00,
        "undetermined_cents": 200_00,
        "shares": [{"partner": "anru", "amount_cents": 300_00, "instrument": "grant"}],
    }
    assert document["lines"][0]["schedule"] == [
        {"year": 2009, "amount_cents": 40_00},
        {"year": 2010, "amount_cents": 60_00},
    ]
    assert (document["phase"], document["late"], document["closed_on"]) == ("closed", False, "2014")
    assert (document["final_cost_cents"], document["abandoned_on"], document["suspension"]) == (100_00, None, None)
    assert document["rehousing"] == {"households_to_rehouse": 80, "households_rehoused": 35}
    assert document["assistance"] == {"days": "2.5", "amount_cents": 0}
    assert document["priority_area"] == {
        "generation": "ZUS",
        "code": None,
        "list_ref": "Décret 96-1156",
        "since": "2009-12-31",
    }
    assert document["coherence"] == [
        {
            "plan": "PLH",
            "plan_version": "2008-2013",
            "verdict": "partial",
            "orientation": "Renouveler le parc",
            "since": "2009-12-31",
        }
    ]


def test_a_suspended_operation_says_since_when_and_until_when_it_is_expected_to(desk: Desk):
    operation = planned("HALTED", delivers_on=day("2012"))
    operation.suspend(expected_resume_on=day("2027-03"), **entry("2011", reason="Fouilles"))
    desk.save(operation)
    document = desk.read("/v1/operations/HALTED")
    assert document["suspension"] == {"since": "2011", "expected_resume_on": "2027-03"}
    assert (document["phase"], document["late"]) == ("suspended", True)


@pytest.mark.parametrize(("phase", "found"), [("closed", "LIVED"), ("abandoned", "GIVEN-UP"), ("suspended", "HALTED")])
def test_the_portfolio_is_filtered_by_what_stands_still_or_is_over(desk: Desk, phase, found):
    desk.save(closed(), abandoned(reference="GIVEN-UP"), suspended(reference="HALTED"))
    assert [item["reference"] for item in desk.read(f"/v1/operations?phase={phase}")["items"]] == [found]
    assert [item["reference"] for item in desk.read("/v1/operations?late=true")["items"]] == []


def test_a_partner_reads_what_it_paid_by_kind_and_by_budget_line(desk: Desk):
    desk.save(lived())
    document = desk.read("/v1/partners/anru/commitments", "anru")
    assert document["payments"] == {
        "advance_cents": 10_00,
        "interim_cents": 60_00,
        "balance_cents": 35_00,
        "repaid_cents": 5_00,
    }
    assert (document["totals"]["paid_cents"], document["totals"]["to_pay_cents"]) == (100_00, 0)
    (scheme,) = document["by_scheme"]
    assert (scheme["scheme"], scheme["committed_cents"], scheme["paid_cents"]) == ("FEDER", 100_00, 100_00)
    years = {each["year"]: (each["committed_cents"], each["paid_cents"]) for each in document["by_year"]}
    assert years == {2008: (100_00, 0), 2009: (0, 10_00), 2010: (0, 55_00), 2013: (0, 35_00)}


def test_an_operation_tells_what_each_partner_brings(framed: Desk):
    operation = framed.read("/v1/operations/OTHER")
    nothing = dict.fromkeys(operation["funding"].keys() - {"cost_cents", "undetermined_cents"}, 0)
    assert operation["by_partner"] == [
        nothing | {"partner": "anru", "committed_cents": 60_00, "to_pay_cents": 60_00},
        nothing | {"partner": "sigh", "loans_cents": 70_00},
    ]
    for level in ("allocated", "committed", "paid", "to_pay", "loans"):
        told = sum(each[f"{level}_cents"] for each in operation["by_partner"])
        assert told == operation["funding"][f"{level}_cents"]


def test_a_line_of_a_partner_shows_its_payments_and_its_credits(desk: Desk):
    desk.save(lived())
    (line,) = desk.read("/v1/partners/anru/commitments/lines", "anru")["items"]
    assert line["payments"] == {
        "advance_cents": 10_00,
        "interim_cents": 60_00,
        "balance_cents": 35_00,
        "repaid_cents": 5_00,
    }
    assert [credit["year"] for credit in line["schedule"]] == [2009, 2010]
    assert (line["committed_cents"], line["paid_cents"], line["to_pay_cents"]) == (100_00, 100_00, 0)


def test_an_agreement_shows_its_amendments(framed: Desk):
    assert framed.read("/v1/agreements/PNRU-2008")["amendments"] == [
        {"number": 1, "title": "Redéploiement", "signed_on": "2013", "operations": ["OTHER", "LIVED"]}
    ]


def test_an_agreement_shows_what_is_set_aside_against_what_is_committed(framed: Desk):
    document = framed.read("/v1/agreements/PNRU-2008")
    figures = {each.pop("partner"): tuple(each.values()) for each in document["by_partner"]}
    # Allocated, committed, paid, left, loans.
    assert figures == {
        "anru": (150_00, 180_00, 100_00, 0, 0),
        "region": (50_00, 0, 0, 50_00, 0),
        "sigh": (0, 0, 0, 0, 70_00),
    }
    (flag,) = document["above_allocation"]
    assert (flag["partner"], flag["allocated_cents"], flag["committed_cents"], flag["excess_cents"]) == (
        "anru",
        150_00,
        180_00,
        30_00,
    )
    assert "de plus que" in flag["sentence"]


DOCUMENTS = {
    "/v1/operations/LIVED": "Operation",
    "/v1/operations/OTHER/timeline": "Timeline",
    "/v1/partners/anru/commitments": "Commitments",
    "/v1/partners/anru/commitments/lines": "Lines",
    "/v1/agreements/PNRU-2008": "Agreement",
}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_is_exactly_as_it_is_described(framed: Desk, path):
    components = framed.get("/openapi.json", None).json["components"]
    document, name = framed.read(path), DOCUMENTS[path]
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    complete(document, components["schemas"], name)
