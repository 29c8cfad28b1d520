"""Whose operation it is: what a token may record and read changes with what is recorded."""

from tests.api.desk import CARPEAUX, GRANT, PAYMENT, PLAN, Desk, granted
from tests.api.test_commands import ACCEPTED
from tests.story import AUTHORITY, entry


def test_a_revoked_token_opens_nothing(planned: Desk):
    token = planned.ledger.token("anru")
    token.revoke(**entry("2026-11-22"))
    planned.save(token)
    assert planned.get("/v1/partners", by="anru").status_code == 401


def test_a_new_owner_reads_the_operation(planned: Desk):
    assert planned.get(CARPEAUX, by="region").status_code == 404
    planned.record(f"{CARPEAUX}/owner", {"on": "2010", "owner": "region"})
    assert planned.get(CARPEAUX, by="region").status_code == 200


def test_a_team_does_not_record_on_what_is_not_its_own(planned: Desk):
    response = planned.post(f"{CARPEAUX}/commitments", GRANT, by="landlord")
    assert (response.status_code, response.json["code"]) == (403, "forbidden")
    assert planned.ledger.operation("ANZ-CARPEAUX").version == 1


LATER = [
    ("/resume", {"on": "2010"}),
    ("/close", {"on": "2010", "final_cost_cents": 1}),
    ("/repayments", {"on": "2010", "line": "L1", "amount_cents": 1, "reason": "Non"}),
    ("/allocations/L1/take-back", {"on": "2010", "amount_cents": 1, "reason": "Non"}),
    ("/programme/detach", {"on": "2010", "reason": "Non"}),
    ("/entries/1/void", {"reason": "Non"}),
    ("/milestones/permis/reach", {"on": "2010"}),
    ("/milestones/permis/drop", {"on": "2010", "reason": "Non"}),
    ("/milestones/permis/reschedule", {"on": "2010", "due_on": "2030", "reason": "Non"}),
]


def test_no_command_whatever_is_open_to_a_team_that_has_nothing_to_do_with_the_operation(funded: Desk):
    said = {path: body for path, body, _ in ACCEPTED} | dict(LATER)
    rules = [rule.rule for rule in funded.app.url_map.iter_rules() if rule.rule.startswith("/v1/operations/<")]
    known = {"code": "permis", "line": "L1", "version": "1"}
    for path in {fill(rule, known) for rule in rules} - {"", "/timeline", "/changes"}:
        answer = funded.post(CARPEAUX + path, said[path], by="landlord")
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden"), path
    assert funded.ledger.operation("ANZ-CARPEAUX").version == 2


def fill(rule: str, known: dict[str, str]) -> str:
    """The address of a command within its operation, with these names."""
    parts = [part.strip("<>").partition(":")[0] if part.startswith("<") else part for part in rule.split("/")[4:]]
    return "".join(f"/{known.get(part, part)}" for part in parts)


def test_an_owner_records_its_payments(planned: Desk):
    planned.record(f"{CARPEAUX}/owner", {"on": "2008-02", "owner": "sigh"})
    planned.record(f"{CARPEAUX}/commitments", GRANT, by="landlord")
    planned.record(f"{CARPEAUX}/payments", PAYMENT, by="landlord")
    assert planned.ledger.operation("ANZ-CARPEAUX").entries[-1].by.organisation == "sigh"


def test_a_team_records_on_what_its_organisation_owns(planned: Desk):
    planned.record(f"{CARPEAUX}/owner", {"on": "2010", "owner": "sigh"})
    planned.record(f"{CARPEAUX}/commitments", GRANT, by="landlord")


def test_a_team_plans_for_any_owner_and_records_on_what_it_planned(desk: Desk):
    desk.record("/v1/operations", PLAN | {"owner": "region"}, by="landlord")
    desk.record(f"{CARPEAUX}/commitments", GRANT, by="landlord")
    assert desk.ledger.operation("ANZ-CARPEAUX").entries[-1].by.organisation == "sigh"


def test_a_team_records_on_what_its_organisation_leads_by_an_agreement(planned: Desk):
    agreement = {"reference": "SIGH-2010", "title": "Sigh", "kind": "convention", "leader": "sigh", "on": "2010"}
    planned.record("/v1/agreements", agreement, by="landlord")
    planned.record("/v1/agreements/SIGH-2010/allocations", GRANT | {"on": "2010"}, by="landlord")
    planned.record(f"{CARPEAUX}/programme", {"on": "2010", "programme": "NPNRU", "agreement": "SIGH-2010"})
    planned.record(f"{CARPEAUX}/commitments", GRANT, by="landlord")


def test_the_organisation_of_an_entry_is_the_authority_where_the_token_speaks_for_it(desk: Desk):
    desk.save(granted("both", "team", ("sigh", AUTHORITY)))
    desk.record("/v1/operations", PLAN, by="both")
    assert desk.ledger.operation("ANZ-CARPEAUX").planned_by == AUTHORITY
