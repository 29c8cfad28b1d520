"""Who may do what: every route and every role, own and others' operations, with and without a token."""

import re

import pytest
from flask import Flask

from api.http.access import refuse_undeclared
from tests.api.desk import CARPEAUX, GRANT, SECRET, Desk

ROLES = ("team", "partner", "auditor", "admin")
WHO = {"team": "lea", "partner": "anru", "auditor": "auditor", "admin": "admin"}

# Every route and the roles that may use it; the operation is one that the partner funds.
READ = {
    "/v1/operations": ROLES,
    "/v1/operations/<reference>": ("team", "partner", "auditor"),
    "/v1/operations/<reference>/timeline": ("team", "partner", "auditor"),
    "/v1/partners": ROLES,
    "/v1/partners/<code>/commitments": ROLES,
    "/v1/partners/<code>/commitments/lines": ROLES,
    "/v1/agreements": ("team", "partner", "auditor"),
    "/v1/agreements/<reference>": ("team", "partner", "auditor"),
    "/v1/territory": ("team", "auditor", "admin"),
    "/v1/feed": ROLES,
}
OPEN = {"/healthz", "/readyz", "/openapi.json"}
ADMIN_ONLY = {"/v1/partners"}
NAMED = {"<reference>": "ANZ-CARPEAUX", "<code>": "anru", "<version>": "1", "<line>": "L1"}


def routes(app: Flask, method: str) -> dict[str, str]:
    """Each address as a pattern, and as one that can be asked for."""
    found = {}
    for rule in app.url_map.iter_rules():
        if method in rule.methods:
            pattern = re.sub("<[a-z]+:", "<", rule.rule)
            named = {**NAMED, "<reference>": "PNRU-2008"} if "agreements" in pattern else NAMED
            path = re.sub("<[a-z]+>", lambda found, named=named: named[found[0]], pattern)
            found[pattern] = path
    return found


@pytest.fixture(scope="module")
def house(started: Desk) -> Desk:
    """The shared operation, and an agreement that the partner signed."""
    agreement = {"reference": "PNRU-2008", "title": "Anzin", "kind": "convention", "leader": "cavm", "on": "2008-02"}
    started.record("/v1/agreements", agreement | {"signatories": ["anru"]})
    return started


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_what_the_contract_lets_it_read(house: Desk, role):
    asked = routes(house.app, "GET")
    assert asked.keys() == READ.keys() | OPEN
    answers = {pattern: house.get(path, WHO[role]).status_code for pattern, path in asked.items()}
    assert answers == {pattern: 200 if role in READ.get(pattern, ROLES) else 403 for pattern in asked}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_records_what_the_contract_lets_it_record(house: Desk, role):
    """With an empty body: whoever gets as far as its validation was let in."""
    for pattern, path in routes(house.app, "POST").items():
        allowed = "admin" if pattern in ADMIN_ONLY else "team"
        assert house.post(path, {}, WHO[role]).status_code == (422 if role == allowed else 403), pattern


def test_nothing_is_open_without_a_token(house: Desk):
    for method in ("GET", "POST"):
        for pattern, path in routes(house.app, method).items():
            response = house.ask(method, path, None, json={} if method == "POST" else None)
            if pattern in OPEN:
                assert response.status_code == 200, pattern
            else:
                assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer"), pattern


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer",
        "Bearer jal_lea",
        "Bearer jal_lea_",
        "Bearer jal_lea_wrong",
        f"Bearer jal_nobody_{SECRET}",
        f"Bearer jal_LEA_{SECRET}",
        f"Bearer jal_lea_{SECRET} x",
        f"Bearer {SECRET}",
        f"Basic jal_lea_{SECRET}",
        f"jal_lea_{SECRET}",
        "Bearer jal_lea_\u00e9",
    ],
)
def test_what_is_no_valid_token_opens_nothing(house: Desk, sent):
    response = house.ask("GET", CARPEAUX, None, headers={"Authorization": sent})
    assert (response.status_code, response.json["code"]) == (401, "unauthenticated")
    assert SECRET not in response.get_data(as_text=True)


def test_a_cookie_opens_nothing(house: Desk):
    assert house.ask("GET", CARPEAUX, None, headers={"Cookie": f"token=jal_lea_{SECRET}"}).status_code == 401


def test_an_application_with_a_route_that_declares_nothing_does_not_start():
    app = Flask("careless", static_folder=None)
    app.add_url_rule("/v1/forgotten", view_func=lambda: "everything")
    with pytest.raises(RuntimeError, match="/v1/forgotten"):
        refuse_undeclared(app)


def test_a_route_that_declares_nothing_is_closed_all_the_same(house: Desk, monkeypatch):
    monkeypatch.setitem(house.app.view_functions, "partners.partners", lambda: "everything")
    assert house.get("/v1/partners").status_code == 403


# What a partner sees


def test_a_partner_reads_in_full_what_it_funds(house: Desk):
    assert house.read(f"{CARPEAUX}/timeline", by="anru") == house.read(f"{CARPEAUX}/timeline", by="lea")
    assert house.read(CARPEAUX, by="anru") == house.read(CARPEAUX, by="lea")


@pytest.mark.parametrize("path", [CARPEAUX, f"{CARPEAUX}/timeline", "/v1/agreements/PNRU-2008"])
def test_what_is_not_a_partners_does_not_exist_for_it(house: Desk, path):
    hidden, absent = house.get(path, by="region"), house.get(path.replace("A", "X", 1) + "X", by="region")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.json["title"] == absent.json["title"]


def test_a_partner_sees_the_row_of_another_operation_without_its_money(house: Desk):
    (theirs,) = house.read("/v1/operations", by="region")["items"]
    (whole,) = house.read("/v1/operations", by="lea")["items"]
    assert set(theirs.pop("funding").values()) == {None}
    assert whole.pop("funding")["committed_cents"] == GRANT["amount_cents"]
    assert theirs == whole


def test_a_partner_sees_the_row_of_another_agreement_without_its_money(house: Desk):
    (theirs,) = house.read("/v1/agreements", by="region")["items"]
    assert set(theirs["funding"].values()) == {None}


@pytest.mark.parametrize("path", ["/v1/partners/anru/commitments", "/v1/partners/anru/commitments/lines"])
def test_a_partner_reads_its_own_totals_only(house: Desk, path):
    assert house.get(path, by="anru").status_code == 200
    assert house.get(path, by="region").json["code"] == house.get("/v1/partners/xyz/commitments").json["code"]


def test_a_team_signs_and_funds_the_agreements_that_it_leads_only(house: Desk):
    agreement = {"reference": "OTHER", "title": "Autre", "kind": "convention", "leader": "cavm", "on": "2010"}
    assert house.post("/v1/agreements", agreement, by="landlord").status_code == 403
    assert house.post("/v1/agreements/PNRU-2008/allocations", GRANT, by="landlord").status_code == 403
