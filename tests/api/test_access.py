"""Who may do what: every route and every role, own and others' operations, with and without a token."""

import json
from types import SimpleNamespace

import flask_smorest
import psycopg
import pytest
from flask import Flask, session
from flask.sessions import NullSession, SecureCookieSession

import api.app
from api.app import Services, create_app
from api.http.access import policy_of, refuse_undeclared
from domain.account import Account
from domain.agreement import Agreement
from domain.ledger.notes import SecretKey
from projections import checkpoints
from tests.api.desk import CARPEAUX, GRANT, PLAN, SECRET, Desk
from tests.api.matrix import CAST, OBJECTS, READ, RECORD, Objects, asked_for, routes
from tests.story import AUTHORITY, entry

OWN, OTHER, ABSENT = OBJECTS.values()


@pytest.fixture(scope="module")
def house(started: Desk, tables: str) -> Desk:
    """Two sets of objects: those of the authority that ANRU funds, and those of a landlord that the region funds."""
    started.record(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"})
    other = PLAN | {"reference": OTHER.operation, "title": "Dutemple", "communes": ["59606"], "owner": "sigh"}
    started.record("/v1/operations", other, by="landlord")
    path = f"/v1/operations/{OTHER.operation}"
    started.record(f"{path}/commitments", GRANT | {"partner": "region"}, by="landlord")
    started.record(f"{path}/start", {"on": "2008-11-20"}, by="landlord")
    started.record(f"{path}/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"}, by="landlord")
    agreements = [(OWN, "cavm", "anru"), (OTHER, "sigh", "region")]
    started.save(*(signed(each, leader, signatory) for each, leader, signatory in agreements))
    for each in (OWN, OTHER):
        account = opened(each)
        started.save(account, account.grant(authority=AUTHORITY, token=each.token, sha256="a" * 64, **entry("2026")))
    with psycopg.connect(tables) as db:
        checkpoints.begin(db.cursor(), SecretKey.make("jalon/cavm/test"))
    return started


def signed(objects: Objects, leader: str, signatory: str) -> Agreement:
    agreement = Agreement.sign(
        authority=AUTHORITY,
        reference=objects.agreement,
        title="Anzin",
        kind="convention",
        leader=leader,
        signatories=(signatory,),
        **entry("2008-02"),
    )
    agreement.allocate(partner=signatory, instrument="grant", amount_cents=100_00, **entry("2008-02"))
    return agreement


def opened(objects: Objects) -> Account:
    return Account.open(
        authority=AUTHORITY, account=objects.account, role="team", organisations=("cavm",), **entry("2026-11-22")
    )


# The matrix


def test_the_contract_says_of_every_route_who_may_use_it(house: Desk):
    found = list(routes(house.app))
    assert {each.pattern for each in found if each.reads} == READ.keys()
    assert {each.method for each in found} == {"GET", "HEAD", "POST"}
    assert RECORD.keys() <= {each.pattern for each in found if not each.reads}
    declared = {each: policy_of(house.app.view_functions[each.endpoint]) for each in found}
    assert declared == {each: each.roles for each in found}


@pytest.mark.parametrize("objects", OBJECTS.values(), ids=OBJECTS)
@pytest.mark.parametrize("who", CAST.values(), ids=CAST)
def test_everybody_gets_what_the_contract_gives_them(house: Desk, who, objects):
    """Commands expect a version that nothing has: who may record is told so, and nothing is recorded."""
    before, answers, wanted = house.ledger.head(), {}, {}
    for route in routes(house.app):
        sent = {} if route.reads else {"json": route.recorded[1]}
        asked = {"headers": {"If-Match": '"999"'}} if not route.reads else {}
        address = objects.address(route.pattern, before) + asked_for(route.pattern, position=before)
        cell = route.method, address
        answers[cell] = house.ask(*cell, who, **sent, **asked).status_code
        wanted[cell] = route.expected(who, objects)
    assert answers == wanted
    assert house.ledger.head() == before


def test_nothing_under_v1_is_open_and_nothing_else_asks_for_a_token(house: Desk):
    """Pages ask for a login: tests/pages/test_rights.py."""
    rules = {
        rule.rule: policy_of(house.app.view_functions[rule.endpoint])
        for rule in house.app.url_map.iter_rules()
        if not rule.endpoint.startswith("pages.")
    }
    assert {rule for rule, policy in rules.items() if policy} == {rule for rule in rules if rule.startswith("/v1")}
    assert [house.get(path, None).status_code for path in ("/healthz", "/readyz", "/openapi.json")] == [200] * 3


def test_whoever_sends_no_token_is_told_how(house: Desk):
    for method in ("GET", "POST"):
        response = house.ask(method, "/v1/operations", None)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("who", ["anru", "region"])
def test_what_a_partner_may_not_see_looks_like_what_is_not_there(house: Desk, who):
    """But for the name that was asked for, and the number of the request."""
    foreign, last = OTHER if who in OWN.readers else OWN, house.ledger.head()
    for route in routes(house.app):
        if route.reads and route.names_an_object and "partner" in route.roles:
            hidden, absent = (
                house.ask(route.method, each.address(route.pattern, last), who) for each in (foreign, ABSENT)
            )
            assert (hidden.status_code, absent.status_code) == (404, 404)
            assert said(hidden, foreign) == said(absent, ABSENT), route.pattern


def said(response, objects: Objects):
    """All that an answer says, without what must differ."""
    text = response.get_data(as_text=True)
    for name in (objects.operation, objects.agreement, objects.partner):
        text = text.replace(name, "…")
    body = json.loads(text) if text else {}
    body.pop("request_id", None)
    varying = {"X-Request-Id", "Content-Length", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    return body, {name: value for name, value in response.headers.items() if name not in varying}


# Tokens


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


def test_the_api_itself_does_not_start_with_a_route_that_declares_nothing(services: Services, monkeypatch):
    careless = flask_smorest.Blueprint("careless", __name__, url_prefix="/v1/forgotten")
    careless.route("/")(lambda: "everything")
    monkeypatch.setattr(api.app, "RESOURCES", (*api.app.RESOURCES, SimpleNamespace(blueprint=careless)))
    with pytest.raises(RuntimeError, match="/v1/forgotten/"):
        create_app(services)


def test_a_route_that_declares_nothing_is_closed_all_the_same(house: Desk, monkeypatch):
    monkeypatch.setitem(house.app.view_functions, "partners.partners", lambda: "everything")
    assert house.get("/v1/partners").status_code == 403


# What a partner sees


def test_a_partner_reads_in_full_what_it_funds(house: Desk):
    assert house.read(f"{CARPEAUX}/timeline", by="anru") == house.read(f"{CARPEAUX}/timeline", by="lea")
    assert house.read(CARPEAUX, by="anru") == house.read(CARPEAUX, by="lea")


def test_a_partner_sees_the_row_of_another_operation_without_its_money(house: Desk):
    (theirs, _), (whole, _) = (house.read("/v1/operations", by=who)["items"] for who in ("region", "lea"))
    assert set(theirs.pop("funding").values()) == {None}
    assert whole.pop("funding")["committed_cents"] == GRANT["amount_cents"]
    assert theirs == whole


def test_a_partner_sees_the_row_of_another_agreement_without_its_money(house: Desk):
    theirs, _ = house.read("/v1/agreements", by="region")["items"]
    assert set(theirs["funding"].values()) == {None}


@pytest.mark.parametrize("path", ["/v1/partners/anru/commitments", "/v1/partners/anru/commitments/lines"])
def test_a_partner_reads_its_own_totals_only(house: Desk, path):
    assert house.get(path, by="anru").status_code == 200
    assert house.get(path, by="region").json["code"] == house.get("/v1/partners/xyz/commitments").json["code"]


def test_a_team_signs_and_funds_the_agreements_that_it_leads_only(house: Desk):
    agreement = {"reference": "OTHER", "title": "Autre", "kind": "convention", "leader": "cavm", "on": "2010"}
    assert house.post("/v1/agreements", agreement, by="landlord").status_code == 403
    assert house.post("/v1/agreements/PNRU-2008/allocations", GRANT, by="landlord").status_code == 403


def test_a_partner_searches_by_another_funder_among_its_own_operations_only(house: Desk):
    """To know who else funds what is to know of money."""

    def found(partner: str, by: str) -> list[str]:
        return [each["reference"] for each in house.read(f"/v1/operations?partner={partner}", by=by)["items"]]

    assert found("anru", by="lea") == found("anru", by="anru") == [OWN.operation]
    assert found("anru", by="region") == []
    assert found("region", by="region") == [OTHER.operation]


def test_the_api_opens_no_session(app: Flask):
    for path, kind in (("/v1/operations", NullSession), ("/login", SecureCookieSession)):
        with app.test_request_context(path, headers={"Cookie": "jalon_form=forged"}):
            assert type(session._get_current_object()) is kind
