"""The dashboard: what stands where, what is late and by how much, what comes next, what is new; by role."""

import json
from typing import Any

import pytest

from tests.api.desk import GRANT, PAYMENT, PLAN, TOKENS, Desk

BOARD = "/v1/dashboard"
PLANS = "/v1/operations"


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """ANRU funds one that is late; the Region funds one with steps to come; a landlord owns one that nobody funds."""
    desk.record(PLANS, PLAN | {"reference": "A-LATE", "starts_on": "2008-09", "delivers_on": "2012-12"})
    desk.record(PLANS, PLAN | {"reference": "B-NEXT", "starts_on": "2027-03", "delivers_on": "2029"})
    desk.record(PLANS, PLAN | {"reference": "C-LATER", "owner": "sigh", "delivers_on": "2025-12-31"})
    desk.record(f"{PLANS}/A-LATE/commitments", GRANT)
    desk.record(f"{PLANS}/A-LATE/start", {"on": "2008-11-20"})
    desk.record(f"{PLANS}/B-NEXT/commitments", GRANT | {"partner": "region", "amount_cents": 300})
    for code, due_on in (("permis", "2026-12-01"), ("visite", "2026-11-21")):
        desk.record(f"{PLANS}/B-NEXT/milestones", {"code": code, "label": code.title(), "due_on": due_on})
    return desk


@pytest.fixture
def stated(busy: Desk) -> Desk:
    """Then a statement, and since then a payment on one and a new date on the other."""
    busy.record("/v1/statements", {"code": "comite", "title": "Comité", "on": "2026-11-20"})
    busy.record(f"{PLANS}/A-LATE/payments", PAYMENT)
    busy.record(f"{PLANS}/B-NEXT/reschedule", {"on": "2026-11-21", "starts_on": "2027-06", "reason": "Fouilles"})
    return busy


def named(rows: Any) -> list[str]:
    return [each["reference"] for each in rows]


def steps(board: Any) -> list[tuple[str, str, str]]:
    return [(each["reference"], each["code"] or each["kind"], each["due_on"]) for each in board["next"]]


def counts(board: Any) -> dict[str, int]:
    return {each["phase"]: each["operations"] for each in board["totals"]["by_phase"] if each["operations"]}


def test_it_tells_what_stands_where_and_what_it_adds_up_to(busy: Desk):
    board = busy.read(BOARD)
    assert counts(board) == {"started": 1, "partly_funded": 1, "planned": 1}
    assert board["totals"]["committed_cents"] == GRANT["amount_cents"] + 300
    assert board["totals"] == busy.read(PLANS)["totals"]


def test_the_latest_come_first_with_their_days(busy: Desk):
    late = busy.read(BOARD)["late"]
    assert [(each["reference"], each["days_late"]) for each in late] == [("A-LATE", 5074), ("C-LATER", 326)]
    assert busy.read(f"{BOARD}?as_true_on=2013-02-01")["late"][0]["days_late"] == 32


def test_the_soonest_steps_come_first_and_those_behind_are_left_out(busy: Desk):
    assert steps(busy.read(BOARD)) == [
        ("B-NEXT", "permis", "2026-12-01"),
        ("B-NEXT", "start", "2027-03"),
        ("B-NEXT", "delivery", "2029"),
    ]
    busy.record(f"{PLANS}/B-NEXT/milestones/permis/reach", {"on": "2026-11-21"})
    busy.record(f"{PLANS}/B-NEXT/start", {"on": "2026-11-21"})
    assert steps(busy.read(BOARD)) == [("B-NEXT", "delivery", "2029")]
    busy.record(f"{PLANS}/B-NEXT/abandon", {"on": "2026-11-21", "reason": "Le propriétaire ne vend pas"})
    assert steps(busy.read(BOARD)) == []


def test_looking_back_it_tells_of_starts_and_deliveries(busy: Desk):
    assert steps(busy.read(f"{BOARD}?as_known_on=2026-11-22")) == [("B-NEXT", "start", "2027-03")]
    back = busy.read(f"{BOARD}?as_true_on=2008-06-01")
    assert steps(back) == [
        ("A-LATE", "start", "2008-09"),
        ("C-LATER", "delivery", "2025-12-31"),
        ("B-NEXT", "start", "2027-03"),
    ]
    assert (back["day"], counts(back)) == ("2008-06-01", {"partly_funded": 2, "planned": 1})


def test_without_a_statement_nothing_is_new(busy: Desk):
    assert busy.read(BOARD)["since"] is None


def test_what_is_new_is_told_since_the_last_statement(stated: Desk):
    since = stated.read(BOARD)["since"]
    assert since["statement"]["code"] == "comite"
    assert (since["totals"]["paid_cents"], since["entries"]) == (0, 2)
    assert [(each["reference"], each["label"]) for each in since["latest"]] == [
        ("B-NEXT", "Calendrier révisé"),
        ("A-LATE", "Versement"),
    ]
    assert since["own"][0]["totals"]["paid_cents"] == 0
    stated.record("/v1/statements", {"code": "encore", "title": "Encore", "on": "2026-11-22"})
    assert (stated.read(BOARD)["since"]["statement"]["code"], stated.read(BOARD)["since"]["entries"]) == ("encore", 0)


def test_at_a_statement_it_tells_what_was_new_since_the_one_before(stated: Desk):
    stated.record("/v1/statements", {"code": "encore", "title": "Encore", "on": "2026-11-22"})
    stated.record(f"{PLANS}/A-LATE/payments", PAYMENT | {"external_ref": "V-2", "amount_cents": 5})
    board = stated.read(f"{BOARD}?statement=encore")
    assert board["totals"]["paid_cents"] == PAYMENT["amount_cents"]
    assert (board["since"]["statement"]["code"], board["since"]["entries"]) == ("comite", 2)
    assert stated.read(f"{BOARD}?statement=comite")["since"] is None


def test_a_corrected_entry_is_told_once(stated: Desk):
    stated.record(f"{PLANS}/A-LATE/entries/4/correct", {"changes": {"amount_cents": 7}, "reason": "Faute de frappe"})
    since = stated.read(BOARD)["since"]
    assert [each["version"] for each in since["latest"] if each["reference"] == "A-LATE"] == [5, 4]
    assert since["entries"] == 3


# Who is told what


def test_a_partner_is_told_of_what_it_owns_or_funds_and_of_its_own_money(stated: Desk):
    board = stated.read(BOARD, "region")
    assert (counts(board), board["totals"]["operations"], board["late"]) == ({"partly_funded": 1}, 1, [])
    assert [each["code"] or each["kind"] for each in board["next"]] == ["permis", "start", "delivery"]
    (own,) = board["own"]
    told = stated.read("/v1/partners/region/commitments", "region")
    assert own == {name: told[name] for name in ("partner", "totals", "leverage")}
    assert named(board["since"]["latest"]) == ["B-NEXT"]
    assert named(stated.read(BOARD, "anru")["late"]) == ["A-LATE"]


@pytest.mark.parametrize("dates", ["", "?as_known_on=2026-11-22", "?as_true_on=2026-11-22", "?statement=comite"])
def test_a_partner_is_told_nothing_of_the_rest(stated: Desk, dates):
    for who, hidden in (("region", ("A-LATE", "C-LATER", "2200000000", "1000000000")), ("anru", ("B-NEXT", "C-LATER"))):
        told = json.dumps(stated.read(BOARD + dates, who))
        assert [each for each in hidden if each in told] == []


def test_money_is_that_of_the_readers_organisation_or_of_the_authority(stated: Desk):
    found = {who: [each["partner"]["code"] for each in stated.read(BOARD, who)["own"]] for who in TOKENS}
    assert found == {
        "lea": ["cavm"],
        "landlord": ["sigh"],
        "anru": ["anru"],
        "region": ["region"],
        "auditor": ["cavm"],
        "admin": ["cavm"],
    }


def test_admin_is_told_no_milestones_and_no_money_of_entries(stated: Desk):
    board = stated.read(BOARD, "admin")
    assert [each["kind"] for each in board["next"]] == ["start", "delivery"]
    assert {each["amount_cents"] for each in board["since"]["latest"]} == {None}
    assert PAYMENT["amount_cents"] in {each["amount_cents"] for each in stated.read(BOARD)["since"]["latest"]}
