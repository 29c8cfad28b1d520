"""Whose operation it is: what a token may record and read changes with what is recorded."""

from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk, granted
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
