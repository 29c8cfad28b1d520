"""What the API refuses to record: in words that name the rule or the field, and without effect."""

import pytest

from api.problems import catalogue
from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk

REFUSED = [
    # What the issue names.
    ("a negative amount", "/commitments", GRANT | {"amount_cents": -1}, 422, "validation", "amount_cents"),
    ("nothing at all", "/commitments", GRANT | {"amount_cents": 0}, 422, "validation", "amount_cents"),
    ("an unknown partner", "/commitments", GRANT | {"partner": "xyz"}, 422, "unknown-partner", "partner"),
    ("a delivery before its start", "/deliver", {"on": "2008-02"}, 409, "delivered-before-start", None),
    # What the domain refuses.
    ("a second start", "/start", {"on": "2009"}, 409, "already-started", None),
    ("a start in the future", "/start", {"on": "2027"}, 422, "future-date", "on"),
    ("an unknown owner", "/owner", {"on": "2009", "owner": "xyz"}, 422, "unknown-partner", "owner"),
    ("no reason", "/abandon", {"on": "2009"}, 422, "reason-missing", "reason"),
    ("an unknown programme", "/programme", {"on": "2009", "programme": "XX"}, 422, "unknown-programme", "programme"),
    (
        "an unknown agreement",
        "/programme",
        {"on": "2009", "programme": "NPNRU", "agreement": "XX"},
        422,
        "unknown-frame",
        "agreement",
    ),
    ("no programme to leave", "/programme/detach", {"on": "2009", "reason": "Non"}, 409, "no-programme", None),
    ("an unknown milestone", "/milestones/permis/reach", {"on": "2009"}, 422, "unknown-milestone", "code"),
    ("a milestone without a date", "/milestones", {"code": "a", "label": "A"}, 422, "validation", "due_on"),
    (
        "a schedule that falls short",
        "/commitments",
        GRANT | {"schedule": [{"year": 2009, "amount_cents": 1}]},
        422,
        "schedule-mismatch",
        "schedule",
    ),
    ("an unknown entry", "/entries/9/void", {"reason": "Non"}, 422, "unknown-entry", "version"),
    (
        "a correction without changes",
        "/entries/2/correct",
        {"changes": {}, "reason": "Non"},
        422,
        "nothing-to-change",
        "changes",
    ),
    (
        "a correction to an unknown partner",
        "/entries/2/correct",
        {"changes": {"partner": "xyz"}, "reason": "Non"},
        422,
        "unknown-partner",
        "changes.partner",
    ),
    (
        "a correction to a negative amount",
        "/entries/2/correct",
        {"changes": {"amount_cents": -1}, "reason": "Non"},
        422,
        "validation",
        "changes.amount_cents",
    ),
    (
        "a correction of what the entry has not",
        "/entries/3/correct",
        {"changes": {"amount_cents": 1}, "reason": "Non"},
        422,
        "not-correctable",
        "changes.amount_cents",
    ),
    (
        "a correction of a name",
        "/entries/1/correct",
        {"changes": {"reference": "X"}, "reason": "Non"},
        422,
        "validation",
        "changes.reference",
    ),
    ("a voiding that breaks the rest", "/entries/2/void", {"reason": "Non"}, 409, "entries-in-the-way", None),
    # What the body may not say.
    ("an unknown field", "/start", {"on": "2009", "colour": "red"}, 422, "validation", "colour"),
    ("a missing field", "/revise-cost", {"on": "2009", "reason": "Non"}, 422, "validation", "cost_cents"),
    ("a blank reason", "/abandon", {"on": "2009", "reason": "  "}, 422, "validation", "reason"),
    ("a date that is none", "/start", {"on": "2009-02-30"}, 422, "validation", "on"),
    ("an amount as a text", "/commitments", GRANT | {"amount_cents": "100"}, 422, "validation", "amount_cents"),
    ("an amount with a point", "/commitments", GRANT | {"amount_cents": 100.0}, 422, "validation", "amount_cents"),
    ("an amount of 25 digits", "/commitments", GRANT | {"amount_cents": 10**24}, 422, "validation", "amount_cents"),
    (
        "a document without a title",
        "/start",
        {"on": "2009", "documents": [{"ref": "x"}]},
        422,
        "validation",
        "documents.0.title",
    ),
    ("an unknown operation", "X/start", {"on": "2009"}, 404, "unknown-operation", None),
]


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_refused_names_its_rule_or_its_field_and_changes_nothing(
    started: Desk, path, body, status, code, field
):
    head = started.ledger.head()
    response = started.post(CARPEAUX + path, body)
    assert (response.status_code, response.json["code"]) == (status, code)
    assert list(response.json.get("errors", [None])) == [field]
    assert response.content_type == "application/problem+json"
    assert response.json["type"] == f"/problems/{code}"
    assert response.json["title"] == catalogue.title(code)
    assert response.json["status"] == status
    assert response.json["request_id"] == response.headers["X-Request-Id"]
    assert started.ledger.head() == head


REFUSED_PLANS = [
    ("an unknown commune", {"communes": ["59014", "01001"]}, 422, "unknown-commune", "communes"),
    ("no commune", {"communes": []}, 422, "no-commune", "communes"),
    ("a commune twice", {"communes": ["59014", "59014"]}, 422, "repeated-value", "communes"),
    ("an unknown owner", {"owner": "xyz"}, 422, "unknown-partner", "owner"),
    ("an unknown agreement", {"agreement": "XYZ"}, 422, "unknown-frame", "agreement"),
    ("an unknown container", {"part_of": "XYZ"}, 422, "unknown-container", "part_of"),
    ("itself as container", {"part_of": "ANZ-CARPEAUX-2"}, 422, "unknown-container", "part_of"),
    ("a commune of the neighbours", {"communes": ["59207"]}, 409, "outside-territory", None),
    ("a plan out of order", {"starts_on": "2012", "delivers_on": "2011"}, 422, "plan-out-of-order", "delivers_on"),
    ("a second one of that name", {"reference": "ANZ-CARPEAUX"}, 409, "reference-taken", None),
    ("a reference in small letters", {"reference": "anz"}, 422, "validation", "reference"),
    ("a reference with a line feed", {"reference": "ANZ\n"}, 422, "validation", "reference"),
    ("a title of 301 letters", {"title": "a" * 301}, 422, "validation", "title"),
    ("61 communes", {"communes": ["59014"] * 61}, 422, "validation", "communes"),
    ("a weight too many", {"weights": [5_000, 5_000]}, 422, "weights-mismatch", "weights"),
    ("weights that fall short", {"weights": [9_999]}, 422, "weights-mismatch", "weights"),
    ("a weight of nothing", {"weights": [0]}, 422, "validation", "weights"),
    ("a weight as a text", {"weights": ["10000"]}, 422, "validation", "weights"),
    ("an unknown theme", {"theme": "garden"}, 422, "validation", "theme"),
    ("almost true", {"territory_wide": 1}, 422, "validation", "territory_wide"),
]


@pytest.mark.parametrize(
    ("change", "status", "code", "field"), [case[1:] for case in REFUSED_PLANS], ids=[case[0] for case in REFUSED_PLANS]
)
def test_a_plan_that_cannot_be_is_refused_and_changes_nothing(started: Desk, change, status, code, field):
    head = started.ledger.head()
    response = started.post("/v1/operations", PLAN | {"reference": "ANZ-CARPEAUX-2"} | change)
    assert (response.status_code, response.json["code"]) == (status, code)
    assert [name.split(".")[0] for name in response.json.get("errors", {})][:1] == [field][: bool(field)]
    assert started.ledger.head() == head


def test_a_refusal_carries_the_values_that_explain_it(started: Desk):
    response = started.post(f"{CARPEAUX}/deliver", {"on": "2008-02"})
    assert response.json["values"] == {"delivered_on": "2008-02", "started_on": "2008-11-20"}
    assert response.json["detail"] == "La livraison (février 2008) précède le démarrage (20 novembre 2008)."


@pytest.mark.parametrize("code", ["cavm", "anru"])
def test_a_partner_that_is_known_is_not_registered_again(started: Desk, code):
    response = started.post("/v1/partners", {"code": code, "name": "Autre", "kind": "other"}, by="admin")
    assert (response.status_code, response.json["code"]) == (409, "reference-taken")


def test_an_agreement_is_signed_by_known_partners(started: Desk):
    body = {"reference": "A", "title": "A", "kind": "convention", "leader": "cavm", "on": "2008"}
    response = started.post("/v1/agreements", body | {"signatories": ["anru", "xyz"]})
    assert (response.status_code, list(response.json["errors"])) == (422, ["signatories"])
