"""The trail as auditors read it: page by page in both directions, by whatever they ask, one entry whole."""

import hashlib
import json
from base64 import b64decode

import pytest

from tests.api.desk import CARPEAUX, Desk

PROOF = {"title": "Ordre de service", "ref": "OS-1", "sha256": "a" * 64}


@pytest.fixture
def told(funded: Desk) -> Desk:
    """The desk, with an operation that started late (entry 3) and whose funding was put right (entry 4)."""
    funded.record(f"{CARPEAUX}/start", {"on": "2008-11-20", "reason": "Ordre de service", "documents": [PROOF]})
    funded.record(f"{CARPEAUX}/entries/2/correct", {"changes": {"amount_cents": 20_00}, "reason": "Faute"})
    return funded


def versions(desk: Desk, asked: str) -> list[int]:
    """Versions of the entries of Carpeaux that are found, newest first."""
    items = desk.read(f"/v1/audit?operation=ANZ-CARPEAUX&{asked}", "auditor")["items"]
    return [each["version"] for each in items]


def test_an_entry_says_who_what_when_and_why(told: Desk):
    correction, start = told.read("/v1/audit?limit=2", "auditor")["items"]
    assert (start["type"], start["label"], start["record"], start["reference"]) == (
        "operation.started",
        "Démarrage",
        "operation",
        "ANZ-CARPEAUX",
    )
    assert (start["recorded_by"], start["organisation"], start["role"]) == ("u-lea", "cavm", "team")
    assert (start["credential"], start["source"], start["on_behalf_of"]) == ("lea", "api", None)
    assert start["command"] == start["correlation"] != correction["command"]
    assert (start["on"], start["recorded_at"], start["recorded_on"]) == (
        "2008-11-20",
        "2026-11-22T10:00:00Z",
        "2026-11-22",
    )
    assert (start["late"], start["reason"], start["documents"]) == (True, "Ordre de service", [PROOF])
    assert start["changes"] == {
        "started_on": [None, "2008-11-20"],
    }
    assert (correction["corrects"], correction["changes"]) == (2, {"lines.L1.amount_cents": [22_000_000_00, 20_00]})
    assert versions(told, "voided=true") == [2]


def test_the_trail_goes_page_by_page_to_its_end_and_back(told: Desk):
    whole = told.read("/v1/audit?limit=200", "auditor")
    assert (whole["next"], whole["previous"]) == (None, None)
    pages, page = [], told.read("/v1/audit?limit=4", "auditor")
    assert page["previous"] is None
    while True:
        pages.append(page["items"])
        if page["next"] is None:
            break
        page = told.read(f"/v1/audit?limit=4&cursor={page['next']}", "auditor")
    assert [each for page in pages for each in page] == whole["items"]
    back = [page["items"]]
    while page["previous"]:
        page = told.read(f"/v1/audit?limit=4&cursor={page['previous']}", "auditor")
        back.append(page["items"])
    assert [each for page in reversed(back) for each in page] == whole["items"]


def test_what_came_since_is_on_the_page_before(told: Desk):
    newest = told.read("/v1/audit?limit=1", "auditor")
    cursor = told.read(f"/v1/audit?limit=1&cursor={newest['next']}", "auditor")["previous"]
    told.record(f"{CARPEAUX}/suspend", {"on": "2010", "reason": "Fouilles"})
    page = told.read(f"/v1/audit?limit=1&cursor={cursor}", "auditor")
    assert page["items"] == newest["items"]
    page = told.read(f"/v1/audit?limit=1&cursor={page['previous']}", "auditor")
    assert ([each["version"] for each in page["items"]], page["previous"]) == ([5], None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("actor=u-lea", [4, 3, 2, 1]),
        ("actor=u-1", []),
        ("credential=lea", [4, 3, 2, 1]),
        ("organisation=sigh", []),
        ("partner=anru", [4, 2]),
        ("type=operation.started", [3]),
        ("from=2026-11-22&to=2026-11-22", [4, 3, 2, 1]),
        ("from=2026-11-23", []),
        ("to=2026-11-21", []),
        ("on_from=2008-03-01&on_to=2008-03-31", [4, 2]),
        ("on_from=2008-11-20", [3]),
        ("late=true", [3, 2, 1]),
        ("late=false", [4]),
        ("corrections=true", [4]),
        ("corrections=false", [3, 2, 1]),
        ("documented=true", [3]),
        ("voided=false&late=true", [3, 1]),
        ("agreement=ANZ-CARPEAUX", []),
    ],
)
def test_entries_are_found_by(told: Desk, asked, found):
    assert versions(told, asked) == found


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("type=operation.nothing", "type"),
        ("from=2026-13-01", "from"),
        ("from=2026-02-01&to=2026-01-01", "to"),
        ("on_from=2026-02-01&on_to=2026-01-01", "on_to"),
        ("late=yes", "late"),
        ("cursor=WzFd", "cursor"),
        ("cursor=WyJiZWZvcmUiLC0xXQ", "cursor"),
        ("cursor=WyJiZWZvcmUiLDk5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "cursor"),
        ("actor=%27", "actor"),
        ("colour=red", "colour"),
        ("limit=201", "limit"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(desk: Desk, asked, field):
    response = desk.get(f"/v1/audit?{asked}", "auditor")
    assert (response.status_code, list(response.json["errors"])) == (422, [field])


def test_one_entry_is_shown_with_the_bytes_that_are_stored_of_it(told: Desk):
    position = told.read("/v1/audit?type=operation.started", "auditor")["items"][0]["position"]
    response = told.get(f"/v1/audit/{position}", "auditor")
    stored = response.json["stored"]
    assert json.loads(stored["content"])["reason"] == "Ordre de service"
    assert b64decode(stored["state"]) == stored["content"].encode()
    assert stored["sha256"] == hashlib.sha256(stored["content"].encode()).hexdigest()
    assert (stored["topic"], stored["originator_version"]) == ("operation.started", 3)
    assert stored["originator_id"] == str(told.ledger.operation("ANZ-CARPEAUX").id)
    assert response.headers["Jalon-Position"] == str(told.ledger.head())
    assert told.get(f"/v1/audit/{position}", "auditor", If_None_Match=response.headers["ETag"]).status_code == 304


def test_a_position_that_no_entry_has_is_not_found(desk: Desk):
    for position in (desk.ledger.head() + 1, 10**18 - 1):
        assert desk.get(f"/v1/audit/{position}", "auditor").status_code == 404


def test_the_trail_says_up_to_where_it_speaks_even_where_it_finds_nothing(told: Desk):
    response = told.get("/v1/audit?operation=NOWHERE", "auditor")
    assert (response.json["items"], response.headers["Jalon-Position"]) == ([], str(told.ledger.head()))


def test_findings_come_page_by_page(told: Desk):
    for number in range(1, 4):
        paid = {"on": "2009", "line": "L1", "kind": "interim", "amount_cents": number, "external_ref": f"V-{number}"}
        told.record(f"{CARPEAUX}/payments", paid)
    whole = told.read("/v1/audit/findings?about=payments", "auditor")["items"]
    assert [(each["kind"], each["version"]) for each in whole] == [("payment_without_document", n) for n in (5, 6, 7)]
    first = told.read("/v1/audit/findings?about=payments&limit=2", "auditor")
    rest = told.read(f"/v1/audit/findings?about=payments&limit=2&cursor={first['next']}", "auditor")
    assert (first["items"] + rest["items"], rest["next"]) == (whole, None)
    assert told.get(f"/v1/audit/findings?about=dates&cursor={first['next']}", "auditor").status_code == 422


def test_what_was_put_right_is_not_found_any_more(told: Desk):
    paid = {"on": "2009", "line": "L1", "kind": "interim", "amount_cents": 15_00, "external_ref": "V-1"}
    told.record(f"{CARPEAUX}/payments", paid)
    found = told.read("/v1/audit/findings", "auditor")["items"]
    assert {each["kind"] for each in found} == {
        "payment_without_document",
        "interim_above_ceiling",
        "committed_and_paid_by_one",
    }
    told.record(f"{CARPEAUX}/entries/5/void", {"reason": "Rejeté"})
    assert told.read("/v1/audit/findings", "auditor")["items"] == []
