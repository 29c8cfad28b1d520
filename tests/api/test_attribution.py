"""Every command of the API leaves an entry that says who, for whom, in which role, by what, when and why.

The commands come from the application itself: one that is not told here fails the tests.
"""

import json
import re
from typing import Any, NamedTuple

import psycopg
import pytest

from domain import events
from tests.api.desk import AGREEMENT, GRANT, PAYMENT, PLAN, Desk

EVIDENCE = [{"title": "Délibération", "ref": "2026-118", "sha256": "b" * 64}]
WHY = "Délibération n° 118"
KINDS = {kind.TOPIC: kind for kind in (getattr(events, name) for name in events.__all__)}
OPERATION, LED = "/v1/operations/<reference>", "/v1/agreements/<reference>"
ON = {"on": "2010"}


class Told(NamedTuple):
    """A command of the story. topic: of the entry that it leaves; of the last one where there are several."""

    route: str
    named: dict[str, str]
    body: dict[str, Any]
    topic: str
    by: str = "lea"

    @property
    def of_access(self) -> bool:
        """Accounts and tokens are opened without evidence."""
        return self.route.startswith(("/v1/accounts", "/v1/tokens"))

    @property
    def address(self) -> str:
        known = {"reference": "ANZ-CARPEAUX"} | self.named
        return re.sub("<([a-z]+)>", lambda found: known[found[1]], self.route)


def of_operation(path: str, body: dict[str, Any], topic: str, **named: str) -> Told:
    return Told(OPERATION + path, named, body, f"operation.{topic}")


def of_agreement(path: str, body: dict[str, Any], topic: str, **named: str) -> Told:
    return Told(LED + path, {"reference": "PNRU-2008"} | named, body, topic, "landlord")


L1, L2 = {"line": "L1"}, {"line": "L2"}
AREA = {"generation": "QP", "code": None, "list_ref": "Décret 2014-1750"}
PLAN_HELD = {"plan": "PLH", "plan_version": "2016", "verdict": "partial", "orientation": "Rénover"}
SHARES = [{"partner": "anru", "amount_cents": 1_00, "instrument": "grant"}]
CREDITS = [{"year": 2011, "amount_cents": 23_000_000_00}]
MOVED = {"kind": "reschedule", "operation": "ANZ-CARPEAUX", "delivers_on": "2014"}

# One history that every command has its place in.
STORY = [
    Told("/v1/partners", {}, {"code": "etat", "name": "État", "kind": "state_other"}, "partner.registered", "admin"),
    Told("/v1/agreements", {}, AGREEMENT, "agreement.signed", "landlord"),
    of_agreement("/allocations", GRANT, "agreement.allocation_made"),
    of_agreement(
        "/entries/<version>/correct",
        {"changes": {"title": "Corridor minier"}},
        "agreement.entry_corrected",
        version="1",
    ),
    of_agreement("/entries/<version>/void", {}, "agreement.entry_voided", version="3"),
    Told("/v1/operations", {}, PLAN | {"agreement": "PNRU-2008", "programme": "PNRU"}, "operation.planned"),
    of_agreement("/amendments", ON | {"number": 1, "changes": [MOVED]}, "operation.rescheduled"),
    of_operation("/reschedule", ON | {"delivers_on": "2013"}, "rescheduled"),
    of_operation("/revise-cost", ON | {"cost_cents": 61_000_000_00}, "cost_revised"),
    of_operation("/owner", ON | {"owner": "anzin"}, "owner_changed"),
    of_operation("/financing-plan", ON | {"total_cents": 1_00, "shares": SHARES}, "financing_plan_set"),
    of_operation("/programme", ON | {"programme": "NPNRU"}, "programme_attached"),
    of_operation("/programme/detach", ON, "programme_detached"),
    of_operation("/priority-area", {"on": "2016", **AREA}, "priority_area_assessed"),
    of_operation("/coherence", {"on": "2016", **PLAN_HELD}, "coherence_assessed"),
    of_operation("/authorise-early-start", {"on": "2008-01", "authority": "Préfet"}, "early_start_authorised"),
    of_operation("/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"}, "milestone_scheduled"),
    of_operation(
        "/milestones/<code>/reschedule", {"on": "2026", "due_on": "2031"}, "milestone_rescheduled", code="permis"
    ),
    of_operation("/milestones/<code>/reach", {"on": "2026"}, "milestone_reached", code="permis"),
    of_operation("/milestones", {"code": "visite", "label": "Visite", "on": "2009"}, "milestone_logged"),
    of_operation("/milestones", {"code": "comite", "label": "Comité", "due_on": "2030"}, "milestone_scheduled"),
    of_operation("/milestones/<code>/drop", {"on": "2026"}, "milestone_dropped", code="comite"),
    of_operation("/allocations", GRANT, "funding_allocated"),
    of_operation("/allocations/<line>/take-back", ON | {"amount_cents": 1_00}, "allocation_taken_back", **L1),
    of_operation("/commitments", GRANT, "funding_committed"),
    of_operation("/commitments/<line>/revise", ON | {"amount_cents": 23_000_000_00}, "funding_revised", **L2),
    of_operation("/commitments/<line>/schedule", ON | {"schedule": CREDITS}, "payment_schedule_revised", **L2),
    of_operation("/start", {"on": "2008-11-20"}, "started"),
    of_operation("/suspend", ON, "suspended"),
    of_operation("/resume", {"on": "2011"}, "resumed"),
    of_operation(
        "/payment-requests", ON | {"line": "L2", "kind": "interim", "amount_cents": 1_00}, "payment_requested"
    ),
    of_operation("/payments", PAYMENT | L2, "payment_recorded"),
    of_operation("/repayments", ON | {"line": "L2", "amount_cents": 1_00}, "repayment_recorded"),
    of_operation("/commitments/<line>/decommit", ON | {"amount_cents": 13_000_001_00}, "funding_decommitted", **L2),
    of_operation("/rehousing", ON | {"households_to_rehouse": 173}, "rehousing_reported"),
    of_operation(
        "/assistance",
        ON | {"commune": "59014", "kind": "operational", "days": "2.5", "subject": "Montage"},
        "assistance_provided",
    ),
    of_operation("/entries/<version>/correct", {"changes": {"title": "Carpo"}}, "entry_corrected", version="1"),
    of_operation("/entries/<version>/void", {}, "entry_voided", version="4"),
    of_operation("/deliver", {"on": "2013-06-30"}, "delivered"),
    of_operation("/close", {"on": "2014", "final_cost_cents": 60_000_000_00}, "closed"),
    Told("/v1/operations", {}, PLAN | {"reference": "OTHER"}, "operation.planned"),
    Told(f"{OPERATION}/abandon", {"reference": "OTHER"}, ON, "operation.abandoned"),
    Told("/v1/statements", {}, {"code": "comite", "title": "Comité", "on": "2026-11"}, "statement.made"),
    Told(
        "/v1/accounts", {}, {"name": "Léa Martin", "role": "team", "organisations": ["cavm"]}, "account.opened", "admin"
    ),
    Told("/v1/accounts/<account>/change", {}, {"role": "auditor"}, "account.changed", "admin"),
    Told("/v1/accounts/<account>/tokens", {}, {}, "token.granted", "admin"),
    Told("/v1/tokens/<token>/revoke", {}, {}, "token.revoked", "admin"),
    Told("/v1/accounts/<account>/close", {}, {}, "account.closed", "admin"),
]

# What the issue asks a reason for: who revises, corrects, voids or gives up says why.
EXPLAINED = {
    *(
        "operation.rescheduled",
        "operation.cost_revised",
        "operation.funding_revised",
        "operation.milestone_rescheduled",
    ),
    *("operation.payment_schedule_revised", "operation.entry_corrected", "operation.entry_voided"),
    *("agreement.entry_corrected", "agreement.entry_voided", "operation.abandoned"),
}


@pytest.fixture
def played(followed: Desk) -> list[tuple[Told, dict[str, Any]]]:
    """The story, each command with its entry; whoever must say why was refused before saying it."""
    desk, found, made = followed, [], {}
    for told in STORY:
        told = told._replace(named=told.named | made)
        if KINDS[told.topic].needs_reason:
            refused = desk.post(told.address, told.body, told.by)
            assert [name.rpartition(".")[2] for name in refused.json["errors"]] == ["reason"], told.route
        body = told.body | {"reason": WHY} | ({} if told.of_access else {"documents": EVIDENCE})
        answer = desk.record(told.address, body, told.by, User_Agent="Espion/7.3", X_Forwarded_For="203.0.113.9")
        if told.topic in ("account.opened", "token.granted"):
            made["account" if told.topic == "account.opened" else "token"] = answer["reference"]
        found.append((told, desk.read("/v1/audit?limit=1", "auditor")["items"][0]))
    return found


def test_every_command_of_the_api_is_attributable(played, desk: Desk):
    rules = [rule for rule in desk.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    routes = {re.sub("<[a-z]+:", "<", rule.rule) for rule in rules if rule.rule.startswith("/v1")}
    assert {told.route for told, _ in played} == routes
    for told, entry in played:
        assert entry["type"] == told.topic
        assert (entry["recorded_by"], entry["credential"]) == (f"u-{told.by}", told.by), told.route
        assert entry["organisation"] == ("sigh" if told.by == "landlord" else "cavm")
        assert entry["role"] == ("admin" if told.by == "admin" else "team")
        assert entry["source"] == "api"
        assert entry["recorded_at"] == "2026-11-22T10:00:00Z"
        assert entry["on"] is not None
        assert entry["command"] == entry["correlation"]
        assert entry["reason"] == WHY, told.route
        assert entry["documents"] == ([] if told.of_access else EVIDENCE), told.route
    commands = [entry["command"] for _, entry in played]
    assert len(set(commands)) == len(commands)


def test_every_kind_of_fact_that_the_api_records_is_told(played):
    """Those that only an import, an amendment or an agreement's end records apart."""
    elsewhere = {"agreement.noted", "agreement.early_start_authorised", "operation.funding_transferred"}
    assert {told.topic for told, _ in played} | {"agreement.amendment_signed"} == KINDS.keys() - elsewhere


def test_who_revises_corrects_voids_or_gives_up_says_why():
    assert {topic for topic in EXPLAINED if not KINDS[topic].needs_reason} == set()


def test_no_entry_holds_a_name_an_address_or_a_browser(played, desk: Desk, database_url):
    """Names stand in a table of their own, addresses and browsers in the log of accesses."""
    with psycopg.connect(database_url) as db:
        states = [bytes(state).decode() for (state,) in db.execute("SELECT state FROM stored_events").fetchall()]
        assert db.execute("SELECT count(*) FROM person WHERE name = 'Léa Martin'").fetchone() == (1,)
        trail = [row for (row,) in db.execute("SELECT to_json(e)::text FROM trail.entry AS e").fetchall()]
    assert len(states) == len(trail) >= len(played)
    for text in (*states, *trail, json.dumps([entry for _, entry in played], ensure_ascii=False)):
        for personal in ("Martin", "Espion", "203.0.113.9", "127.0.0.1"):
            assert personal not in text
