"""Statements name what was known; changes say what came between two of them."""

import json
from typing import Any

import pytest

from tests.api import archive
from tests.api.desk import AGREEMENT, CARPEAUX, GRANT, PAYMENT, PLAN, Desk

past = archive.past

STATEMENTS = "/v1/statements"
MARCH = {"code": "comite-mars", "title": "Comité du 12 mars", "on": "2012-03-12"}
ANRU = "/v1/partners/anru"


@pytest.fixture
def stated(past: Desk) -> Desk:
    """A commitment, a statement, then a start and a payment, and another statement."""
    past.record("/v1/operations", PLAN | {"cost_cents": GRANT["amount_cents"]})
    past.record(f"{CARPEAUX}/commitments", GRANT)
    past.record(STATEMENTS, MARCH)
    past.record(f"{CARPEAUX}/start", {"on": "2009-01-05"})
    past.record(f"{CARPEAUX}/payments", PAYMENT)
    past.record(STATEMENTS, MARCH | {"code": "comite-juin", "title": "Comité de juin", "on": "2012-06"})
    past.record(f"{CARPEAUX}/deliver", {"on": "2012-12-20"})
    return past


def changed(told: Any) -> dict[str, tuple[Any, Any]]:
    return {each["field"]: (each["before"], each["after"]) for each in told["changes"]}


def test_a_statement_names_the_present_position_or_an_earlier_one(stated: Desk):
    head = stated.ledger.head()
    answered = stated.record(STATEMENTS, MARCH | {"code": "avant", "position": 12})
    assert answered == {"reference": "avant", "version": 1, "position": head + 1}
    assert [(each["code"], each["position"], each["on"]) for each in stated.read(STATEMENTS)["items"]] == [
        ("avant", 12, "2012-03-12"),
        ("comite-juin", head - 2, "2012-06"),
        ("comite-mars", head - 5, "2012-03-12"),
    ]
    assert stated.read(STATEMENTS + "?limit=1")["items"][0]["recorded_by"] == "u-lea"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"position": 10**15}, "position", "unknown-position"),
        ({"position": 0}, "position", "validation"),
        ({"code": "2012-03-12"}, "code", "code-like-a-date"),
        ({"code": "2012"}, "code", "code-like-a-date"),
        ({"code": "Comité"}, "code", "validation"),
        ({"title": ""}, "title", "validation"),
        ({"on": "2026-11-23"}, "on", "future-date"),
    ],
)
def test_what_cannot_be_stated_is_refused(past: Desk, body, field, code):
    refused = past.post(STATEMENTS, MARCH | body)
    assert (refused.status_code, refused.json["code"], list(refused.json["errors"])) == (422, code, [field])


def test_a_statement_is_made_once_and_by_the_authority_alone(stated: Desk):
    assert stated.post(STATEMENTS, MARCH).json["code"] == "reference-taken"
    assert stated.post(STATEMENTS, MARCH | {"code": "autre"}, "landlord").status_code == 403
    for who in ("anru", "auditor", "admin"):
        assert stated.post(STATEMENTS, MARCH | {"code": "autre"}, who).status_code == 403
        assert len(stated.read(STATEMENTS, who)["items"]) == 2


@pytest.mark.parametrize(
    "path", [CARPEAUX, f"{CARPEAUX}/timeline", "/v1/operations", f"{ANRU}/commitments", "/v1/territory"]
)
def test_every_dated_read_takes_a_statement(stated: Desk, path):
    def paid(dates: str) -> int:
        told = stated.read(path + dates)
        assert told["statement"] == (dates.partition("statement=")[2].partition("&")[0] or None)
        return int((told.get("totals") or told["funding"])["paid_cents"])

    cents = PAYMENT["amount_cents"]
    assert [paid(f"?statement={code}") for code in ("comite-mars", "comite-juin")] == [0, cents]
    assert [paid(f"?statement=comite-juin&as_true_on={day}") for day in ("2009-05-30", "2009-05-31")] == [0, cents]
    refused = stated.get(f"{path}?statement=comite-mars&as_known_on=2012-03-12")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["statement"])


def test_changes_between_two_statements_say_before_and_after_and_who_and_why(stated: Desk):
    told = stated.read(f"{CARPEAUX}/changes?since=comite-mars&until=comite-juin")
    facts = changed(told)
    assert facts["phase"] == ("funded", "started")
    assert facts["schedule.start.actual"] == (None, "2009-01-05")
    assert facts["funding.paid_cents"] == facts["lines.L1.paid_cents"] == (0, PAYMENT["amount_cents"])
    assert facts.keys() == {
        *("phase", "schedule.start.actual", "funding.paid_cents", "funding.to_pay_cents", "lines.L1.paid_cents"),
    }
    started, payed = told["entries"]
    assert [each["kind"] for each in told["entries"]] == ["started", "payment_recorded"]
    assert changed(started).keys() == {"phase", "schedule.start.actual"}
    assert changed(payed)["lines.L1.paid_cents"] == (0, PAYMENT["amount_cents"])
    assert {each["recorded_by"] for each in told["entries"]} == {"u-lea"}
    assert (told["since"]["asked"], told["until"]["asked"]) == ("comite-mars", "comite-juin")


def test_changes_since_the_beginning_are_all_there_is(stated: Desk):
    told = stated.read(f"{CARPEAUX}/changes")
    assert [each["version"] for each in told["entries"]] == [1, 2, 3, 4, 5]
    assert changed(told)["title"] == (None, PLAN["title"])
    assert stated.read(f"{CARPEAUX}/changes?since=2026-11-22")["entries"] == []
    assert stated.read(f"{CARPEAUX}/changes?since=2026-11-22")["changes"] == []


def test_what_changed_for_a_partner_between_two_statements(stated: Desk):
    told = stated.read(f"{ANRU}/changes?since=comite-mars&until=comite-juin", "anru")
    assert changed(told)["totals.paid_cents"] == (0, PAYMENT["amount_cents"])
    assert changed(told)["by_year.2009.paid_cents"] == (None, PAYMENT["amount_cents"])
    assert changed(told)["by_theme.null.paid_cents"] == (0, PAYMENT["amount_cents"])
    (payed,) = told["items"]
    assert (payed["kind"], payed["reference"]) == ("payment_recorded", "ANZ-CARPEAUX")
    assert changed(payed) == {"lines.L1.paid_cents": (0, PAYMENT["amount_cents"])}
    pages = [stated.read(f"{ANRU}/changes?limit=1")]
    pages.append(stated.read(f"{ANRU}/changes?limit=1&cursor={pages[0]['next']}"))
    assert [page["items"][0]["kind"] for page in pages] == ["funding_committed", "payment_recorded"]
    assert pages[1]["next"] is None
    assert stated.get(f"{ANRU}/changes?limit=1&since=comite-mars&cursor={pages[0]['next']}").status_code == 422


def test_what_an_agreement_sets_aside_is_a_change_for_its_partner(past: Desk):
    past.record("/v1/agreements", AGREEMENT)
    past.record("/v1/agreements/PNRU-2008/allocations", GRANT | {"amount_cents": 5_00})
    (told,) = past.read(f"{ANRU}/changes")["items"]
    assert (told["holder"], told["reference"], told["title"]) == ("agreement", "PNRU-2008", "Corridor")
    assert changed(told) == {
        "lines.L1.allocated_cents": (None, 5_00),
        "lines.L1.committed_cents": (None, 0),
        "lines.L1.paid_cents": (None, 0),
    }


def test_what_passed_to_another_partner_tells_its_former_one_of_its_own_money_alone(past: Desk):
    past.record("/v1/operations", PLAN)
    past.record(f"{CARPEAUX}/commitments", GRANT | {"amount_cents": 100_00})
    corrected = {"changes": {"partner": "region", "amount_cents": 777_00}, "reason": "777 € de la Région"}
    past.record(f"{CARPEAUX}/entries/2/correct", corrected)
    assert past.get(CARPEAUX, "anru").status_code == 404
    told = past.read(f"{ANRU}/changes", "anru")
    assert "777" not in json.dumps(told)
    mine, theirs = told["items"]
    assert changed(theirs)["lines.L1.committed_cents"] == (100_00, None)
    for entry in (mine, theirs):
        assert {entry[name] for name in ("partner", "amount_cents", "reason", "detail")} == {None}
        assert entry["documents"] == []
    assert past.read(f"{ANRU}/changes", "lea")["items"][1]["amount_cents"] == 777_00
    assert past.read("/v1/partners/region/changes", "region")["items"][0]["amount_cents"] == 777_00


def test_leverage_of_the_past_tells_a_partner_nothing_of_what_it_lost(past: Desk):
    past.record("/v1/operations", PLAN)
    past.record(f"{CARPEAUX}/commitments", GRANT | {"amount_cents": 100_00})
    past.record(f"{CARPEAUX}/commitments", GRANT | {"amount_cents": 555_00, "partner": "region"})
    past.record("/v1/statements", {"code": "comite", "title": "Comité", "on": "2012"})
    past.record(f"{CARPEAUX}/entries/2/void", {"reason": "Un doublon"})

    def leverage(who: str) -> tuple[int, int, float | None]:
        told = past.read(f"{ANRU}/commitments?statement=comite", who)
        assert told["totals"]["committed_cents"] == 100_00
        known = told["leverage"]
        return known["all_partners_cents"], known["own_cents"], known["ratio"]

    assert leverage("lea") == (655_00, 100_00, 6.55)
    assert leverage("anru") == (0, 0, None)
    assert "655" not in json.dumps(past.read(f"{ANRU}/changes?until=comite", "anru")["changes"])
