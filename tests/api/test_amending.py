"""Amending an agreement through the API: one decision on several operations, recorded whole or not at all."""

from typing import Any

import pytest

from tests.api.desk import AGREEMENT, CORRIDOR, GRANT, PLAN, Desk

PATH = "/v1/agreements/PNRU-2008"
MOVED = {"kind": "reschedule", "operation": "ANZ-A", "delivers_on": "2013-06"}
REVISED = {"kind": "revise", "operation": "ANZ-B", "line": "L1", "amount_cents": 150_00, "decision_ref": "DAS 2"}
TRANSFERRED = {
    "kind": "transfer",
    "from_operation": "ANZ-A",
    "from_line": "L1",
    "to_operation": "ANZ-B",
    "to_line": "L1",
    "amount_cents": 40_00,
}


def amendment(*changes: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return {"on": "2011-03", "number": number, "changes": list(changes), "reason": "Retard du foncier"}


def committed(desk: Desk) -> list[int]:
    return [desk.ledger.operation(name).money.figures.committed_cents for name in CORRIDOR]


def versions(desk: Desk) -> list[int]:
    return [desk.ledger.agreement("PNRU-2008").version, *(desk.ledger.operation(name).version for name in CORRIDOR)]


def test_an_amendment_is_answered_by_all_that_it_touched(corridor: Desk):
    body = amendment(MOVED, REVISED, TRANSFERRED) | {"title": "Avenant n° 1"}
    response = corridor.post(f"{PATH}/amendments", body)
    assert (response.status_code, response.headers["ETag"]) == (201, '"2"')
    position = corridor.ledger.head()
    assert response.json == {
        "reference": "PNRU-2008",
        "version": 2,
        "position": position,
        "operations": [{"reference": "ANZ-A", "version": 4}, {"reference": "ANZ-B", "version": 4}],
    }
    assert response.headers["Jalon-Position"] == str(position)
    assert (committed(corridor), versions(corridor)) == ([60_00, 190_00], [2, 4, 4])
    operation = corridor.ledger.operation("ANZ-A")
    assert str(operation.delivers_on) == "2013-06"
    assert operation.entries[-1].reason == "Retard du foncier"


def test_an_amendment_may_change_no_operation(corridor: Desk):
    assert corridor.record(f"{PATH}/amendments", amendment())["operations"] == []


def test_an_amendment_sent_again_with_its_key_counts_once(corridor: Desk):
    first = corridor.post(f"{PATH}/amendments", amendment(TRANSFERRED), Idempotency_Key="a-1")
    again = corridor.post(f"{PATH}/amendments", amendment(TRANSFERRED), Idempotency_Key="a-1")
    assert (first.status_code, first.data) == (201, again.data)
    assert (again.headers["Idempotent-Replayed"], committed(corridor)) == ("true", [60_00, 140_00])


def test_an_amendment_meets_the_version_of_the_agreement(corridor: Desk):
    assert corridor.post(f"{PATH}/amendments", amendment(MOVED), If_Match='"2"').status_code == 412
    assert corridor.post(f"{PATH}/amendments", amendment(MOVED), If_Match='"1"').status_code == 201


REFUSED = [
    ("nothing moved", [MOVED | {"delivers_on": None}], 422, "nothing-to-change", "changes.1.delivers_on"),
    ("an unknown line", [REVISED | {"line": "L7"}], 422, "unknown-line", "changes.1.line"),
    ("an unknown line to give", [TRANSFERRED | {"from_line": "L7"}], 422, "unknown-line", "changes.1.from_line"),
    ("more than there is", [TRANSFERRED | {"amount_cents": 101_00}], 409, "committed-below-paid", None),
    ("from itself to itself", [TRANSFERRED | {"to_operation": "ANZ-A"}], 409, "same-operation", None),
    ("to another partner", [TRANSFERRED | {"to_line": "L2"}], 409, "transfer-mismatch", None),
    ("an operation of no agreement", [MOVED | {"operation": "ANZ-C"}], 409, "not-in-agreement", None),
    (
        "an unknown operation",
        [MOVED | {"operation": "ANZ-X"}],
        422,
        "unknown-amended-operation",
        "changes.1.operation",
    ),
    (
        "an unknown operation to give",
        [TRANSFERRED | {"from_operation": "ANZ-X"}],
        422,
        "unknown-amended-operation",
        "changes.1.from_operation",
    ),
    (
        "an unknown operation to receive",
        [TRANSFERRED | {"to_operation": "ANZ-X"}],
        422,
        "unknown-amended-operation",
        "changes.1.to_operation",
    ),
    ("an unknown kind", [{"kind": "cancel", "operation": "ANZ-A"}], 422, "validation", "changes.1.kind"),
    ("no kind", [{"operation": "ANZ-A"}], 422, "validation", "changes.1.kind"),
    ("a field of another kind", [MOVED | {"line": "L1"}], 422, "validation", "changes.1.line"),
    (
        "a missing field",
        [{"kind": "revise", "operation": "ANZ-A", "line": "L1"}],
        422,
        "validation",
        "changes.1.amount_cents",
    ),
    ("a text", ["reschedule"], 422, "validation", "changes.1"),
]


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_refused_amendment_says_which_change_and_records_nothing(corridor: Desk, changes, status, code, field):
    corridor.record("/v1/operations", PLAN | {"reference": "ANZ-C"})
    corridor.record("/v1/operations/ANZ-B/commitments", GRANT | {"partner": "region"})
    head = corridor.ledger.head()
    response = corridor.post(f"{PATH}/amendments", amendment(REVISED, *changes))
    assert (response.status_code, response.json["code"]) == (status, code)
    assert list(response.json.get("errors", [None])) == [field]
    assert corridor.ledger.head() == head


def test_the_refusal_of_a_change_carries_its_place(corridor: Desk):
    response = corridor.post(f"{PATH}/amendments", amendment(MOVED, TRANSFERRED | {"amount_cents": 101_00}))
    assert response.json["values"] == {"line": "L1", "committed_cents": -1_00, "paid_cents": 0, "change": 1}


@pytest.mark.parametrize(("number", "code"), [(2, "amendment-taken"), (1, "amendment-out-of-order")])
def test_the_numbers_of_amendments_rise(corridor: Desk, number, code):
    corridor.record(f"{PATH}/amendments", amendment(MOVED, number=2))
    response = corridor.post(f"{PATH}/amendments", amendment(MOVED, number=number))
    assert (response.status_code, response.json["code"]) == (409, code)


def test_only_who_leads_the_agreement_and_the_authority_amend_it(corridor: Desk):
    assert corridor.post(f"{PATH}/amendments", amendment(MOVED, number=1), by="landlord").status_code == 201
    assert corridor.post(f"{PATH}/amendments", amendment(REVISED, number=2), by="lea").status_code == 201
    corridor.record("/v1/agreements", AGREEMENT | {"reference": "CAVM-1", "leader": "cavm"})
    refused = corridor.post("/v1/agreements/CAVM-1/amendments", amendment(), by="landlord")
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")


def test_an_amendment_is_voided_whole(corridor: Desk):
    corridor.record(f"{PATH}/amendments", amendment(MOVED, TRANSFERRED))
    end = corridor.post("/v1/operations/ANZ-A/entries/4/void", {"reason": "Erreur"})
    assert (end.status_code, end.json["code"]) == (409, "not-voidable")
    answer = corridor.record(f"{PATH}/entries/2/void", {"reason": "Jamais signé"}, by="landlord")
    assert [each["reference"] for each in answer["operations"]] == ["ANZ-A", "ANZ-B"]
    assert (committed(corridor), versions(corridor)) == ([100_00, 100_00], [3, 6, 4])
    assert corridor.post(f"{PATH}/entries/2/void", {"reason": "Encore"}).json["code"] == "already-voided"


def test_an_entry_of_an_agreement_is_put_right(corridor: Desk):
    right = {"title": "Corridor minier", "signatories": ["anru"], "on": "2008-02"}
    corridor.record(f"{PATH}/entries/1/correct", {"changes": right, "reason": "Faute"}, by="landlord")
    agreement = corridor.ledger.agreement("PNRU-2008")
    assert (agreement.title, agreement.signatories, str(agreement.signed_on)) == (
        "Corridor minier",
        ("anru",),
        "2008-02",
    )


def test_an_allocation_of_an_agreement_is_voided(corridor: Desk):
    corridor.record(f"{PATH}/allocations", GRANT)
    assert corridor.record(f"{PATH}/entries/2/void", {"reason": "Saisie deux fois"})["operations"] == []
    assert corridor.ledger.agreement("PNRU-2008").money.lines == {}


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"signatories": ["xyz"]}, 422, "unknown-partner", "changes.signatories"),
        ({"leader": "xyz"}, 422, "unknown-partner", "changes.leader"),
        ({"reference": "X"}, 422, "validation", "changes.reference"),
        ({"amount_cents": 1}, 422, "not-correctable", "changes.amount_cents"),
        ({}, 422, "nothing-to-change", "changes"),
    ],
)
def test_a_correction_of_an_agreement_is_held_to_the_rules_of_its_entries(corridor: Desk, changes, status, code, field):
    response = corridor.post(f"{PATH}/entries/1/correct", {"changes": changes, "reason": "Faute"})
    assert (response.status_code, response.json["code"], list(response.json["errors"])) == (status, code, [field])


def test_a_team_does_not_give_away_an_agreement_by_a_correction(corridor: Desk):
    body = {"changes": {"leader": "cavm"}, "reason": "Faute"}
    assert corridor.post(f"{PATH}/entries/1/correct", body, by="landlord").status_code == 403
    assert corridor.post(f"{PATH}/entries/1/correct", body, by="lea").status_code == 201
