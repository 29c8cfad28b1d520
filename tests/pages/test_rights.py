"""Who may read which page, and record from it: the roles of the API, by the API's own code."""

import re
from typing import NamedTuple

import pytest

from api.http.access import LOGIN, policy_of
from tests.api.desk import CARPEAUX, PLAN, TOKENS, Desk
from tests.pages.reader import Reader, text

OPEN = frozenset[str]()
EVERYONE = frozenset({"team", "partner", "auditor", "admin"})
READERS = EVERYONE - {"admin"}
TEAM = frozenset({"team"})
AUDITOR = frozenset({"auditor"})
OPERATION = "/operations/<reference:reference>"

# The forms of an operation, by their addresses below its own: those of the API.
FORMS = (
    *("/start", "/deliver", "/reschedule", "/suspend", "/resume", "/authorise-early-start", "/close", "/abandon"),
    *("/milestones", *(f"/milestones/<code:code>/{name}" for name in ("reach", "reschedule", "drop"))),
    *("/commitments", *(f"/commitments/<line:line>/{name}" for name in ("revise", "schedule", "decommit"))),
    *("/allocations", "/allocations/<line:line>/take-back", "/financing-plan", "/revise-cost"),
    *("/payment-requests", "/payments", "/repayments", "/rehousing", "/assistance"),
    *("/programme", "/programme/detach", "/owner", "/priority-area", "/coherence"),
)

# Every address of a page, and who may use it: a page that is not written down here fails the tests.
POLICIES = {
    "/login": OPEN,
    "/language/<any(fr,en):chosen>": OPEN,
    "/static/<path:name>": OPEN,
    "/help": OPEN,
    "/logout": EVERYONE,
    "/": EVERYONE,
    "/home.<any(csv,json):form>": EVERYONE,
    "/operations": EVERYONE,
    "/operations.<any(csv,json):form>": EVERYONE,
    "/partners": EVERYONE,
    "/partners.<any(csv,json):form>": EVERYONE,
    "/partners/<code:code>": EVERYONE,
    "/partners/<code:code>.<any(csv,json):form>": EVERYONE,
    "/territory": EVERYONE - {"partner"},
    "/territory.<any(csv,json):form>": EVERYONE - {"partner"},
    "/agreements": READERS,
    "/agreements.<any(csv,json):form>": READERS,
    "/agreements/<reference:reference>": READERS,
    "/agreements/<reference:reference>.<any(csv,json):form>": READERS,
    OPERATION: READERS,
    f"{OPERATION}.<any(csv,json):form>": READERS,
    "/operations/new": TEAM,
    "/operations/new.<any(csv,json):form>": TEAM,
    f"{OPERATION}/entries/<version:version>": READERS,
    f"{OPERATION}/entries/<version:version>.<any(csv,json):form>": READERS,
    **{f"{OPERATION}/entries/<version:version>/{name}": TEAM for name in ("correct", "void")},
    **{f"{OPERATION}{path}": TEAM for path in FORMS},
    "/moved": EVERYONE,
    "/statements": EVERYONE,
    "/statements.<any(csv,json):form>": EVERYONE,
    "/statements/name": TEAM,
    "/audit": AUDITOR,
    "/audit.<any(csv,json):form>": AUDITOR,
    "/audit.csv": AUDITOR,
    "/audit.jsonl": AUDITOR,
    "/audit/<position:position>": AUDITOR,
    "/audit/<position:position>.<any(csv,json):form>": AUDITOR,
    "/audit/findings": AUDITOR,
    "/audit/findings.<any(csv,json):form>": AUDITOR,
    "/audit/findings.csv": AUDITOR,
    f"{OPERATION}/milestones/<code:code>/reach": TEAM,
}


class Case(NamedTuple):
    """What a page answers, by who asks."""

    path: str
    status: dict[str, int]


READS_ALL = dict.fromkeys(TOKENS, 200) | {"anru": 403, "region": 403}
CASES = [
    Case("/", dict.fromkeys(TOKENS, 200)),
    Case("/operations", dict.fromkeys(TOKENS, 200)),
    Case("/operations.csv", dict.fromkeys(TOKENS, 200)),
    Case("/partners/anru", dict.fromkeys(TOKENS, 200) | {"region": 404}),
    Case("/partners/anru.json", dict.fromkeys(TOKENS, 200) | {"region": 404}),
    Case("/partners/anru.csv", dict.fromkeys(TOKENS, 200) | {"region": 404}),
    Case("/partners", dict.fromkeys(TOKENS, 200)),
    Case("/partners.csv", dict.fromkeys(TOKENS, 200)),
    *(Case(f"/territory{form}", READS_ALL) for form in ("", ".csv", ".json")),
    *(Case(f"/agreements{form}", dict.fromkeys(TOKENS, 200) | {"admin": 403}) for form in ("", ".csv", ".json")),
    Case("/agreements/NOTHING", dict.fromkeys(TOKENS, 404) | {"admin": 403}),
    Case("/operations/ANZ-CARPEAUX", dict.fromkeys(TOKENS, 200) | {"region": 404, "admin": 403}),
    Case("/operations/ANZ-CARPEAUX.json", dict.fromkeys(TOKENS, 200) | {"region": 404, "admin": 403}),
    Case("/operations/ANZ-CARPEAUX.csv", dict.fromkeys(TOKENS, 200) | {"region": 404, "admin": 403}),
    Case("/operations/ANZ-CARPEAUX/entries/1", dict.fromkeys(TOKENS, 200) | {"region": 404, "admin": 403}),
    Case("/operations/ANZ-CARPEAUX/entries/1.csv", dict.fromkeys(TOKENS, 200) | {"region": 404, "admin": 403}),
    Case("/operations/ANZ-CARPEAUX/entries/99", dict.fromkeys(TOKENS, 404) | {"admin": 403}),
    Case("/operations/new", dict.fromkeys(TOKENS, 403) | {"lea": 200, "landlord": 200}),
    *(
        Case(path, dict.fromkeys(TOKENS, 403) | {"auditor": 200})
        for path in ("/audit", "/audit.csv", "/audit.jsonl", "/audit.json", "/audit/findings", "/audit/findings.csv")
    ),
    Case("/audit/99999", dict.fromkeys(TOKENS, 403) | {"auditor": 404}),
    Case("/statements", dict.fromkeys(TOKENS, 200)),
    Case("/moved?after=0", dict.fromkeys(TOKENS, 204)),
    Case("/operations/NOTHING", dict.fromkeys(TOKENS, 404) | {"admin": 403}),
]


def test_every_page_says_who_may_use_it(desk: Desk):
    rules = {rule.rule: rule.endpoint for rule in desk.app.url_map.iter_rules() if rule.endpoint.startswith("pages.")}
    assert {rule: policy_of(desk.app.view_functions[endpoint]) for rule, endpoint in rules.items()} == POLICIES


@pytest.mark.parametrize("case", CASES, ids=[case.path for case in CASES])
def test_everybody_reads_what_the_api_would_tell_them(funded: Desk, case: Case):
    assert {who: Reader(funded).signed_in(who).at(case.path).status_code for who in TOKENS} == case.status


@pytest.mark.parametrize("path", ["/", "/partners/anru", "/operations/ANZ-CARPEAUX", "/partners/anru.csv"])
@pytest.mark.parametrize("cookie", [None, "", "wrong", "é"])
def test_nobody_else_reads_anything(funded: Desk, path, cookie):
    reader = Reader(funded)
    if cookie is not None:
        reader.client.set_cookie(LOGIN, cookie)
    assert reader.at(path).status_code == 303


def test_what_a_partner_may_not_see_looks_like_what_is_not_there(funded: Desk):
    reader = Reader(funded).signed_in("region")
    for hidden, absent in (("ANZ-CARPEAUX", "NOTHING"), ("anru", "nobody")):
        kind = "operations" if hidden.isupper() else "partners"
        pages = [reader.at(f"/{kind}/{name}") for name in (hidden, absent)]
        assert [page.status_code for page in pages] == [404, 404]
        said = [
            re.sub("[0-9a-f]{32}", "…", text(page)).replace(name, "…")
            for page, name in zip(pages, (hidden, absent), strict=True)
        ]
        assert said[0] == said[1]


def test_a_partner_sees_no_money_of_others_in_the_list(funded: Desk):
    page = Reader(funded).signed_in("region").at("/operations")
    assert "22 000 000" not in text(page)
    assert "non communiqué" in text(page)
    assert "/operations/ANZ-CARPEAUX" not in page.text


@pytest.mark.parametrize(("who", "offered"), [("lea", True), ("landlord", False), ("anru", False), ("auditor", False)])
def test_a_form_is_offered_to_whoever_may_send_it(funded: Desk, who, offered):
    funded.record(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"})
    page = Reader(funded).signed_in(who).at("/operations/ANZ-CARPEAUX?record=reach_milestone")
    assert ("milestones/permis/reach" in page.text) is offered


def test_a_form_is_refused_to_whoever_may_not_send_it(funded: Desk):
    funded.record(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"})
    head = funded.ledger.head()
    form = Reader(funded).signed_in("lea").at("/operations/ANZ-CARPEAUX?record=reach_milestone")
    address = "/operations/ANZ-CARPEAUX/milestones/permis/reach"
    assert address in form.text
    for who in ("landlord", "anru", "auditor", "admin"):
        reader = Reader(funded).signed_in(who)
        token = re.search('name="csrf_token" value="([^"]+)"', reader.at("/").text)
        assert token
        response = reader.client.post(address, data={"csrf_token": token[1], "on": "2010"})
        assert response.status_code == 403
    assert funded.ledger.head() == head


def test_another_teams_operation_is_read_without_forms(desk: Desk):
    desk.record("/v1/operations", PLAN | {"reference": "VAL-DUTEMPLE", "owner": "sigh"}, by="landlord")
    desk.record("/v1/operations/VAL-DUTEMPLE/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"})
    for who in ("landlord", "lea"):
        page = Reader(desk).signed_in(who).at("/operations/VAL-DUTEMPLE?record=reach_milestone")
        assert "permis/reach" in page.text
