"""Every rule that a command may meet, through the API: its status, its stable code, its French sentence, its values."""

import string
from collections.abc import Iterator

import pytest

from domain import errors
from tests.api.desk import GRANT, PAYMENT, PLAN, Desk
from tests.api.test_contract import every

OPERATIONS = "/v1/operations"
FUNDED, BALANCE = "FUNDED", {"on": "2014", "line": "L1", "kind": "balance", "amount_cents": 40_00}
ASSISTANCE = {"on": "2010", "commune": "59014", "subject": "Montage"}
COHERENCE = {"on": "2016", "plan": "PLH", "plan_version": "2016", "verdict": "aligned", "orientation": "Rénover"}
SHARE = {"partner": "anru", "amount_cents": 60_00, "instrument": "grant"}
WHY = {"on": "2011", "reason": "Avenant"}


@pytest.fixture(scope="module")
def house(started: Desk) -> Desk:
    """Operations in all states that a rule looks at, each named by its state."""
    for name, steps in HISTORIES.items():
        started.record(OPERATIONS, PLAN | {"reference": name, "cost_cents": 100_00, "programme": "PNRU"} | steps[0])
        for path, body in steps[1:]:
            started.record(f"{OPERATIONS}/{name}/{path}", body)
    return started


COMMITMENT = ("commitments", GRANT | {"amount_cents": 100_00})
DELIVERY = ("deliver", {"on": "2013", "reason": "Démarrage inconnu"})
HISTORIES = {
    # L1: 100 € committed, 50 € of them paid in 2009; L2: 120 € allocated.
    FUNDED: [
        {},
        COMMITMENT,
        ("allocations", GRANT | {"amount_cents": 120_00}),
        ("payments", PAYMENT | {"amount_cents": 50_00}),
        ("rehousing", {"on": "2010", "households_to_rehouse": 100, "households_rehoused": 40}),
    ],
    "SUSPENDED": [{}, COMMITMENT, ("suspend", {"on": "2010-05", "reason": "Fouilles"})],
    "DELIVERED": [{}, COMMITMENT, DELIVERY, ("payments", BALANCE | {"external_ref": "V-9"})],
    "SETTLED": [{}, DELIVERY],
    "CLOSED": [{}, DELIVERY, ("close", {"on": "2014", "final_cost_cents": 100_00})],
    "ABANDONED": [{}, COMMITMENT, ("abandon", {"on": "2010", "reason": "Recours"})],
    "PAID": [{}, COMMITMENT, ("payments", PAYMENT | {"amount_cents": 100_00})],
    "BARE": [{}],
    "NPNRU": [{"programme": "NPNRU"}, COMMITMENT],
}

REFUSED = [
    # Lines of money.
    (FUNDED, "commitments/L9/revise", WHY | {"amount_cents": 1}, 422, "unknown-line", "line"),
    (FUNDED, "commitments/L2/revise", WHY | {"amount_cents": 1}, 422, "not-a-commitment", "line"),
    (FUNDED, "commitments/L2/decommit", WHY | {"amount_cents": 1}, 422, "not-a-commitment", "line"),
    (FUNDED, "allocations/L1/take-back", WHY | {"amount_cents": 1}, 422, "not-an-allocation", "line"),
    (FUNDED, "commitments/L1/revise", WHY | {"amount_cents": 49_99}, 409, "committed-below-paid", None),
    (FUNDED, "commitments/L1/revise", WHY | {"amount_cents": 100_00}, 422, "nothing-to-change", "amount_cents"),
    (FUNDED, "commitments/L1/revise", {"on": "2011", "amount_cents": 99_00}, 422, "reason-missing", "reason"),
    (FUNDED, "commitments/L1/decommit", WHY | {"amount_cents": 50_01}, 409, "committed-below-paid", None),
    (FUNDED, "allocations/L2/take-back", WHY | {"amount_cents": 120_01}, 409, "more-than-allocated", None),
    (FUNDED, "allocations/L2/take-back", WHY | {"amount_cents": 20_01}, 409, "allocation-in-use", None),
    (
        FUNDED,
        "commitments/L1/schedule",
        WHY | {"schedule": [{"year": 2010, "amount_cents": 100_00}]},
        409,
        "credit-below-paid",
        None,
    ),
    (
        FUNDED,
        "commitments/L1/schedule",
        WHY | {"schedule": [{"year": 2009, "amount_cents": 99_00}]},
        422,
        "schedule-mismatch",
        "schedule",
    ),
    ("ABANDONED", "commitments/L1/revise", WHY | {"amount_cents": 1}, 409, "already-abandoned", None),
    # Money that moves.
    (FUNDED, "payments", PAYMENT | {"line": "L9"}, 422, "unknown-line", "line"),
    (FUNDED, "payments", PAYMENT | {"line": "L2"}, 422, "not-a-commitment", "line"),
    (FUNDED, "payments", PAYMENT | {"amount_cents": 50_01, "external_ref": "V-2"}, 409, "paid-above-committed", None),
    (FUNDED, "payments", PAYMENT | {"amount_cents": 1}, 409, "payment-repeated", None),
    (FUNDED, "payments", BALANCE | {"external_ref": "V-2"}, 409, "balance-too-early", None),
    ("DELIVERED", "payments", BALANCE | {"external_ref": "V-10"}, 409, "balance-already-paid", None),
    ("NPNRU", "payments", PAYMENT | {"kind": "advance", "amount_cents": 1}, 409, "advance-not-allowed", None),
    ("ABANDONED", "payments", PAYMENT | {"on": "2011", "amount_cents": 1}, 409, "already-abandoned", None),
    (FUNDED, "repayments", WHY | {"line": "L1", "amount_cents": 50_01}, 409, "repaid-above-paid", None),
    (FUNDED, "repayments", {"on": "2011", "line": "L1", "amount_cents": 1}, 422, "reason-missing", "reason"),
    (
        "PAID",
        "payment-requests",
        {"on": "2011", "line": "L1", "kind": "interim", "amount_cents": 1},
        409,
        "line-settled",
        None,
    ),
    # Plans.
    (
        FUNDED,
        "financing-plan",
        {"on": "2008", "total_cents": 59_00, "shares": [SHARE]},
        422,
        "shares-above-total",
        "shares",
    ),
    (
        FUNDED,
        "financing-plan",
        {"on": "2008", "total_cents": 120_00, "shares": [SHARE, SHARE]},
        422,
        "repeated-value",
        "shares",
    ),
    (
        FUNDED,
        "financing-plan",
        {"on": "2008", "total_cents": 120_00, "shares": [SHARE, SHARE | {"partner": "xyz"}]},
        422,
        "unknown-partner",
        "shares.1.partner",
    ),
    ("NPNRU", "programme", {"on": "2009", "programme": "NPNRU"}, 409, "same-programme", None),
    (FUNDED, "commitments", GRANT | {"on": "2016"}, 409, "programme-closed", None),
    # Works.
    ("SUSPENDED", "start", {"on": "2011"}, 409, "operation-suspended", None),
    ("SUSPENDED", "suspend", WHY, 409, "operation-suspended", None),
    (FUNDED, "suspend", {"on": "2010"}, 422, "reason-missing", "reason"),
    (FUNDED, "suspend", WHY | {"expected_resume_on": "2010"}, 409, "resumed-before-suspension", None),
    (FUNDED, "resume", {"on": "2011"}, 409, "not-suspended", None),
    ("SUSPENDED", "resume", {"on": "2010-04"}, 409, "resumed-before-suspension", None),
    (FUNDED, "close", {"on": "2014", "final_cost_cents": 100_00}, 409, "not-ended", None),
    ("DELIVERED", "close", {"on": "2014", "final_cost_cents": 100_00}, 409, "lines-unsettled", None),
    ("SETTLED", "close", {"on": "2012", "final_cost_cents": 100_00}, 409, "closed-before-end", None),
    ("SETTLED", "close", {"on": "2014", "final_cost_cents": 99_00}, 409, "final-cost-differs", None),
    ("SETTLED", "close", {"on": "2014", "final_cost_cents": 0}, 422, "amount-not-positive", "final_cost_cents"),
    ("CLOSED", "rehousing", {"on": "2014", "households_rehoused": 1}, 409, "already-closed", None),
    ("DELIVERED", "suspend", {"on": "2014", "reason": "Fouilles"}, 409, "already-delivered", None),
    ("BARE", "start", {"on": "2010"}, 409, "not-funded", None),
    ("BARE", "deliver", {"on": "2010"}, 409, "not-started", None),
    # People.
    (FUNDED, "rehousing", {"on": "2011"}, 422, "nothing-to-change", "households_rehoused"),
    (FUNDED, "rehousing", {"on": "2011", "households_rehoused": 39}, 409, "running-total-falls", None),
    (
        FUNDED,
        "rehousing",
        {"on": "2011", "households_rehoused": 101},
        422,
        "rehoused-above-need",
        "households_rehoused",
    ),
    (
        FUNDED,
        "assistance",
        ASSISTANCE | {"commune": "59606", "kind": "operational", "days": "1"},
        422,
        "commune-elsewhere",
        "commune",
    ),
    (
        FUNDED,
        "assistance",
        ASSISTANCE | {"commune": "01001", "kind": "operational", "days": "1"},
        422,
        "unknown-commune",
        "commune",
    ),
    (FUNDED, "assistance", ASSISTANCE | {"kind": "operational"}, 422, "assistance-mismatch", "days"),
    (
        FUNDED,
        "assistance",
        ASSISTANCE | {"kind": "financial", "days": "1", "amount_cents": 1},
        422,
        "assistance-mismatch",
        "days",
    ),
    # Frame.
    (
        FUNDED,
        "priority-area",
        {"on": "2016", "generation": "QN", "code": None, "list_ref": "Liste"},
        409,
        "generation-not-in-force",
        None,
    ),
    (FUNDED, "coherence", COHERENCE | {"on": "2027"}, 422, "future-date", "on"),
]


@pytest.mark.parametrize(
    ("name", "path", "body", "status", "code", "field"),
    REFUSED,
    ids=[f"{code}: {path}" for _, path, _, _, code, _ in REFUSED],
)
def test_a_rule_is_told_by_its_status_its_code_its_sentence_and_its_values(
    house: Desk, name, path, body, status, code, field
):
    head = house.ledger.head()
    response = house.post(f"{OPERATIONS}/{name}/{path}", body)
    assert (response.status_code, response.json["code"]) == (status, code), response.json
    assert list(response.json.get("errors", [None])) == [field]
    assert response.json["type"] == f"/problems/{code}"
    (rule,) = [each for each in every(errors.Refusal) if each.code == code]
    assert set(places(rule.sentence)) <= response.json.get("values", {}).keys()
    assert "{" not in response.json["detail"]
    assert response.json["detail"].endswith((".", ")"))
    assert house.ledger.head() == head


def places(sentence: str) -> Iterator[str]:
    """The values that a sentence names."""
    return (name for _, name, _, _ in string.Formatter().parse(sentence) if name)


SAID = [
    (
        "payments",
        PAYMENT | {"amount_cents": 50_01, "external_ref": "V-2"},
        "Les versements de la ligne L1 atteindraient 100,01\u00a0€, plus que l'engagement (100\u00a0€).",
        {"line": "L1", "paid_cents": 100_01, "committed_cents": 100_00},
    ),
    (
        "payments",
        PAYMENT | {"amount_cents": 1},
        "Un versement de anru porte déjà la référence V-1 pour la même année.",
        {"partner": "anru", "external_ref": "V-1", "year": 2009},
    ),
    (
        "suspend",
        WHY | {"expected_resume_on": "2010-02"},
        "La reprise (février 2010) précède la suspension (2011).",
        {"resumes_on": "2010-02", "since": "2011"},
    ),
]


@pytest.mark.parametrize(("path", "body", "detail", "values"), SAID, ids=[path for path, *_ in SAID])
def test_a_refusal_says_in_french_what_its_values_say(house: Desk, path, body, detail, values):
    answer = house.post(f"{OPERATIONS}/{FUNDED}/{path}", body).json
    assert (answer["detail"], answer["values"]) == (detail, values)


NOT_SAID = [
    ("payments", PAYMENT | {"line": "l1"}, "line"),
    ("payments", PAYMENT | {"line": 1}, "line"),
    ("payments", PAYMENT | {"line": "L1\n"}, "line"),
    ("payments", PAYMENT | {"kind": "gift"}, "kind"),
    ("payments", PAYMENT | {"kind": ["interim"]}, "kind"),
    ("payments", PAYMENT | {"amount_cents": 0}, "amount_cents"),
    ("payments", PAYMENT | {"amount_cents": True}, "amount_cents"),
    ("payments", PAYMENT | {"amount_cents": 1.0}, "amount_cents"),
    ("payments", PAYMENT | {"amount_cents": 10**24}, "amount_cents"),
    ("payments", PAYMENT | {"external_ref": "  "}, "external_ref"),
    ("payments", PAYMENT | {"external_ref": "a" * 4_001}, "external_ref"),
    ("payments", PAYMENT | {"partner": "anru"}, "partner"),
    ("repayments", {"on": "2011", "line": "L1", "amount_cents": -1, "reason": "Non"}, "amount_cents"),
    ("close", {"on": "2011", "final_cost_cents": -1}, "final_cost_cents"),
    ("suspend", WHY | {"expected_resume_on": "soon"}, "expected_resume_on"),
    ("commitments/L1/schedule", WHY | {"schedule": {}}, "schedule"),
    ("commitments/L1/schedule", WHY | {"schedule": [2009]}, "schedule.0"),
    ("commitments/L1/schedule", WHY | {"schedule": [{"year": 2009}]}, "schedule.0.amount_cents"),
    ("commitments/L1/schedule", WHY | {"schedule": [{"year": 1, "amount_cents": 1}]}, "schedule.0.year"),
    ("commitments/L1/schedule", WHY | {"schedule": [{"year": 2009, "amount_cents": 1}] * 61}, "schedule"),
    ("financing-plan", {"on": "2008", "total_cents": 1, "shares": "anru"}, "shares"),
    ("financing-plan", {"on": "2008", "total_cents": 1, "shares": [{}] * 61}, "shares.0.partner"),
    ("financing-plan", {"on": "2008", "total_cents": 1, "shares": [SHARE | {"rate": 1}]}, "shares.0.rate"),
    ("rehousing", {"on": "2011", "households_rehoused": "40"}, "households_rehoused"),
    ("rehousing", {"on": "2011", "households_rehoused": -1}, "households_rehoused"),
    ("assistance", ASSISTANCE | {"kind": "operational", "days": 2.25}, "days"),
    ("assistance", ASSISTANCE | {"kind": "operational", "days": "2.25"}, "days"),
    ("assistance", ASSISTANCE | {"kind": "operational", "days": "٢"}, "days"),
    ("assistance", ASSISTANCE | {"kind": "moral"}, "kind"),
    ("coherence", COHERENCE | {"plan": "plh"}, "plan"),
    ("coherence", COHERENCE | {"orientation": ""}, "orientation"),
    ("priority-area", {"on": "2016", "generation": "QP", "list_ref": "Liste"}, "code"),
    ("priority-area", {"on": "2016", "generation": "QP", "code": "", "list_ref": "Liste"}, "code"),
    (
        "entries/2/correct",
        {"changes": {"schedule": [{"year": 2009}]}, "reason": "Non"},
        "changes.schedule.0.amount_cents",
    ),
    ("entries/2/correct", {"changes": {"shares": [{}]}, "reason": "Non"}, "changes.shares.0.partner"),
    ("entries/2/correct", {"changes": {"kind": "gift"}, "reason": "Non"}, "changes.kind"),
]


@pytest.mark.parametrize(("path", "body", "field"), NOT_SAID, ids=[f"{path} {field}" for path, _, field in NOT_SAID])
def test_what_a_body_may_not_say_is_refused_by_its_field(house: Desk, path, body, field):
    head = house.ledger.head()
    response = house.post(f"{OPERATIONS}/{FUNDED}/{path}", body)
    assert (response.status_code, response.json["code"]) == (422, "validation")
    assert next(iter(response.json["errors"])) == field
    assert house.ledger.head() == head


@pytest.mark.parametrize(
    "changes", [{"kind": "operational"}, {"amount_cents": None}, {"kind": None}], ids=["kind", "null", "no kind"]
)
def test_a_payment_is_not_corrected_to_what_no_payment_says(house: Desk, changes):
    response = house.post(f"{OPERATIONS}/{FUNDED}/entries/4/correct", {"changes": changes, "reason": "Non"})
    assert (response.status_code, list(response.json["errors"])) == (422, [f"changes.{next(iter(changes))}"])


@pytest.mark.parametrize("line", ["l1", "L", "1", "L1%00", "L1%0A", "L" + "1" * 500, "L%D9%A1"])
def test_an_address_that_names_no_line_is_not_found(house: Desk, line):
    response = house.post(f"{OPERATIONS}/{FUNDED}/commitments/{line}/revise", WHY | {"amount_cents": 1})
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_a_committed_line_is_not_taken_back_while_the_entries_that_rest_on_it_stand(house: Desk):
    response = house.post(f"{OPERATIONS}/{FUNDED}/entries/2/void", {"reason": "Saisie deux fois"})
    assert (response.status_code, response.json["code"]) == (409, "entries-in-the-way")
    assert 4 in response.json["values"]["versions"]
