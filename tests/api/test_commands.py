"""Recording through the API: each command is answered by the entry that it made."""

from decimal import Decimal

import pytest

from domain.event import Document
from domain.outputs import Outputs
from tests.api.desk import CARPEAUX, GRANT, PAYMENT, PLAN, Desk

ACCEPTED = [
    ("/reschedule", {"on": "2010", "delivers_on": "2013-06", "reason": "Fouilles"}, "rescheduled"),
    ("/revise-cost", {"on": "2010", "cost_cents": 61_000_000_00, "reason": "Marchés"}, "cost_revised"),
    ("/owner", {"on": "2010", "owner": "sigh"}, "owner_changed"),
    ("/authorise-early-start", {"on": "2008-01", "authority": "Préfet"}, "early_start_authorised"),
    ("/start", {"on": "2008-11-20", "order_ref": "OS n° 1"}, "started"),
    ("/deliver", {"on": "2013-06-30", "outputs": {"built": 168}, "reason": "Démarrage inconnu"}, "delivered"),
    ("/abandon", {"on": "2010", "reason": "Recours"}, "abandoned"),
    ("/suspend", {"on": "2010-05", "reason": "Fouilles", "expected_resume_on": "2030-01"}, "suspended"),
    ("/allocations", GRANT, "funding_allocated"),
    ("/commitments", GRANT | {"scheme": "DETR", "decision_ref": "DAS 1"}, "funding_committed"),
    ("/commitments/L1/revise", {"on": "2010", "amount_cents": 23_000_000_00, "reason": "DAS 2"}, "funding_revised"),
    ("/commitments/L1/decommit", {"on": "2010", "amount_cents": 1_00, "reason": "Moins cher"}, "funding_decommitted"),
    (
        "/commitments/L1/schedule",
        {"on": "2010", "schedule": [{"year": 2011, "amount_cents": 22_000_000_00}], "reason": "Retard"},
        "payment_schedule_revised",
    ),
    ("/payment-requests", {"on": "2010", "line": "L1", "kind": "interim", "amount_cents": 1_00}, "payment_requested"),
    ("/payments", PAYMENT, "payment_recorded"),
    (
        "/financing-plan",
        {
            "on": "2008",
            "total_cents": 56_000_000_00,
            "shares": [{"partner": "anru", "amount_cents": 22_000_000_00, "instrument": "grant"}],
        },
        "financing_plan_set",
    ),
    ("/rehousing", {"on": "2010", "households_to_rehouse": 173, "households_rehoused": None}, "rehousing_reported"),
    (
        "/assistance",
        {"on": "2010", "commune": "59014", "kind": "operational", "days": "2.5", "subject": "Montage"},
        "assistance_provided",
    ),
    (
        "/coherence",
        {
            "on": "2016",
            "plan": "PLH",
            "plan_version": "2016-2021",
            "verdict": "partial",
            "orientation": "Rénover sans étendre",
        },
        "coherence_assessed",
    ),
    (
        "/priority-area",
        {"on": "2016", "generation": "QP", "code": None, "list_ref": "Décret 2014-1750"},
        "priority_area_assessed",
    ),
    ("/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"}, "milestone_scheduled"),
    ("/milestones", {"code": "permis", "label": "Permis", "on": "2009-05-04"}, "milestone_logged"),
    ("/programme", {"on": "2010", "programme": "NPNRU"}, "programme_attached"),
    ("/entries/1/correct", {"changes": {"title": "Carpeaux"}, "reason": "Faute"}, "entry_corrected"),
    ("/entries/2/correct", {"changes": {"amount_cents": 1_00}, "reason": "Faute"}, "entry_corrected"),
    ("/entries/2/void", {"reason": "Saisie deux fois"}, "entry_voided"),
]


@pytest.mark.parametrize(("path", "body", "topic"), ACCEPTED, ids=[path for path, _, _ in ACCEPTED])
def test_a_command_is_answered_by_its_entry(funded: Desk, path, body, topic):
    response = funded.post(CARPEAUX + path, body)
    last = funded.ledger.operation("ANZ-CARPEAUX").entries[-1]
    assert (response.status_code, last.TOPIC) == (201, f"operation.{topic}")
    assert list(response.json)[:3] == ["reference", "version", "position"]
    assert (response.json["reference"], response.json["version"]) == ("ANZ-CARPEAUX", last.version)
    assert response.headers["ETag"] == f'"{last.version}"'
    assert response.headers["Jalon-Position"] == str(response.json["position"]) == str(funded.ledger.head())


def test_an_entry_says_who_recorded_it_through_what_and_when(planned: Desk):
    (entry,) = planned.ledger.operation("ANZ-CARPEAUX").entries
    assert (entry.by.actor, entry.by.organisation, entry.by.role) == ("u-lea", "cavm", "team")
    assert (entry.by.source, entry.by.credential, entry.by.command) == ("api", "lea", entry.by.correlation)
    assert entry.timestamp.isoformat() == "2026-11-22T10:00:00+00:00"


def test_a_plan_keeps_all_that_it_is_told(desk: Desk):
    body = {
        **PLAN,
        "title": "He\u0301rin",
        "communes": ["59014", "59112"],
        "weights": [7_000, 3_000],
        "owner": "sigh",
        "family": "demolition",
        "theme": "social_housing",
        "other_themes": ["mining"],
        "site": "Carpeaux",
        "programme": "PNRU",
        "cost_cents": 56_000_000_00,
        "cost_basis": "excl_tax",
        "starts_on": "2008-09",
        "delivers_on": "2012",
        "outputs": {"demolished": 173, "built": None},
        "reason": "Convention",
        "documents": [{"title": "Convention", "ref": "R-1", "sha256": "a" * 64}],
    }
    desk.record("/v1/operations", body)
    operation = desk.ledger.operation("ANZ-CARPEAUX")
    assert (operation.title, operation.owner, operation.planned_by) == ("H\u00e9rin", "sigh", "cavm")
    assert operation.other_themes == ("mining",)
    assert (operation.communes, operation.weights) == (("59014", "59112"), (7_000, 3_000))
    assert operation.planned_outputs == Outputs(demolished=173)
    assert operation.entries[0].documents == (Document("Convention", "R-1", "a" * 64),)
    assert str(operation.delivers_on) == "2012"


def test_a_commitment_names_its_line(funded: Desk):
    again = GRANT | {"schedule": [{"year": 2009, "amount_cents": GRANT["amount_cents"]}]}
    assert funded.record(f"{CARPEAUX}/commitments", again)["line"] == "L2"


def test_an_operation_comes_under_the_agreement_of_the_one_that_contains_it(desk: Desk):
    agreement = {"reference": "PNRU-2008", "title": "Corridor", "kind": "convention", "leader": "cavm", "on": "2008-06"}
    desk.record("/v1/agreements", agreement | {"signatories": ["anru", "region"], "communes": ["59207"]})
    desk.record("/v1/operations", PLAN | {"reference": "CORRIDOR", "agreement": "PNRU-2008", "communes": ["59207"]})
    desk.record("/v1/operations", PLAN | {"part_of": "CORRIDOR", "communes": ["59207"]})
    assert desk.ledger.operation("ANZ-CARPEAUX").agreement == "PNRU-2008"


def test_money_is_set_aside_in_an_agreement(desk: Desk):
    agreement = {"reference": "PNRU-2008", "title": "Corridor", "kind": "convention", "leader": "cavm", "on": "2008-06"}
    desk.record("/v1/agreements", agreement)
    assert desk.record("/v1/agreements/PNRU-2008/allocations", GRANT | {"on": "2008-06"})["line"] == "L1"


def test_a_milestone_that_lies_ahead_is_promised_today(planned: Desk):
    planned.record(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"})
    assert str(planned.ledger.operation("ANZ-CARPEAUX").entries[-1].on) == "2026-11-22"


def test_a_milestone_is_promised_moved_and_reached_or_dropped(planned: Desk):
    planned.record(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"})
    planned.record(f"{CARPEAUX}/milestones", {"code": "comite", "label": "Comité", "due_on": "2030"})
    planned.record(f"{CARPEAUX}/milestones/permis/reschedule", {"on": "2026", "due_on": "2031", "reason": "Recours"})
    planned.record(f"{CARPEAUX}/milestones/permis/reach", {"on": "2026-11-22"})
    planned.record(f"{CARPEAUX}/milestones/comite/drop", {"on": "2026-11-22", "reason": "Sans objet"})
    permis, comite = planned.ledger.operation("ANZ-CARPEAUX").milestones.values()
    assert (str(permis.initial_due_on), str(permis.due_on), str(permis.reached_on)) == ("2030", "2031", "2026-11-22")
    assert comite.dropped


def test_an_operation_stands_still_and_goes_on(planned: Desk):
    planned.record(f"{CARPEAUX}/suspend", {"on": "2010-05", "reason": "Fouilles", "expected_resume_on": "2030"})
    assert str(planned.ledger.operation("ANZ-CARPEAUX").suspended.expected_resume_on) == "2030"
    planned.record(f"{CARPEAUX}/resume", {"on": "2011-02-14"})
    assert planned.ledger.operation("ANZ-CARPEAUX").suspended is None


def test_an_allocation_is_taken_back(planned: Desk):
    line = planned.record(f"{CARPEAUX}/allocations", GRANT)["line"]
    back = {"on": "2010", "amount_cents": 2_000_000_00, "reason": "Moins de logements"}
    planned.record(f"{CARPEAUX}/allocations/{line}/take-back", back)
    assert planned.ledger.operation("ANZ-CARPEAUX").money.figures.allocated_cents == 20_000_000_00


def test_an_area_is_named_by_its_code(planned: Desk):
    area = {"on": "2024", "generation": "QN", "code": "QN05913M", "list_ref": "Décret 2023-1314"}
    planned.record(f"{CARPEAUX}/priority-area", area)
    assert planned.ledger.operation("ANZ-CARPEAUX").priority_area.code == "QN05913M"


def test_days_of_assistance_may_be_sent_as_a_number(planned: Desk):
    helped = {"on": "2010", "commune": "59014", "kind": "operational", "subject": "Montage"}
    for days in (2.5, 3, 0.5):
        planned.record(f"{CARPEAUX}/assistance", helped | {"days": days})
    told = planned.ledger.operation("ANZ-CARPEAUX").assistance
    assert [each.days for each in told] == [
        Decimal("2.5"),
        Decimal("3"),
        Decimal("0.5"),
    ]


def test_an_assistance_in_days_is_corrected_to_one_in_money(planned: Desk):
    helped = {"on": "2010", "commune": "59014", "kind": "operational", "days": "0.5", "subject": "Montage"}
    planned.record(f"{CARPEAUX}/assistance", helped)
    right = {"kind": "financial", "days": None, "amount_cents": 5_000_00}
    planned.record(f"{CARPEAUX}/entries/2/correct", {"changes": right, "reason": "Faute"})
    (assistance,) = planned.ledger.operation("ANZ-CARPEAUX").assistance
    assert (assistance.kind, assistance.days, assistance.amount_cents) == ("financial", None, 5_000_00)


def test_an_operation_leaves_its_programme(planned: Desk):
    planned.record(f"{CARPEAUX}/programme", {"on": "2010", "programme": "NPNRU"})
    planned.record(f"{CARPEAUX}/programme/detach", {"on": "2011", "reason": "Hors quartier"})
    assert planned.ledger.operation("ANZ-CARPEAUX").programme is None


def test_what_the_api_calls_a_label_can_be_corrected(planned: Desk):
    planned.record(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Permit", "on": "2009"})
    planned.record(
        f"{CARPEAUX}/entries/2/correct", {"changes": {"label": "Permis", "on": "2009-05"}, "reason": "Faute"}
    )
    permis = planned.ledger.operation("ANZ-CARPEAUX").milestones["permis"]
    assert (permis.label, str(permis.reached_on)) == ("Permis", "2009-05")


def test_an_admin_registers_a_partner(desk: Desk):
    body = {"code": "eiffage", "name": "Eiffage", "kind": "other", "siren": "123456789", "other_names": ["Forclum"]}
    assert desk.record("/v1/partners", body, by="admin")["reference"] == "eiffage"
    assert desk.ledger.partner("eiffage").other_names == ("Forclum",)
