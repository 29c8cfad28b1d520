"""The portfolio commune by commune, what of it a reader reads in full, and how many stand where."""

from typing import Any

import pytest

from tests.api.desk import GRANT, PLAN, Desk

PLANS = "/v1/operations"
DATES = ["", "as_known_on=2026-11-22", "as_true_on=2026-11-22"]


@pytest.fixture
def five(desk: Desk) -> Desk:
    """Operations in Valenciennes, in Anzin, in both, on the whole territory; ANRU funds one of them."""
    for name, facts in {
        "A-VALENCIENNES": {"communes": ["59606"]},
        "B-BOTH": {"communes": ["59014", "59606"], "starts_on": "2020", "delivers_on": "2027"},
        "C-ANZIN": {"delivers_on": "2012-12"},
        "D-WIDE": {"territory_wide": True, "communes": None},
        "E-ANZIN": {},
    }.items():
        desk.record(PLANS, {key: value for key, value in (PLAN | {"reference": name} | facts).items() if value})
    desk.record(f"{PLANS}/E-ANZIN/commitments", GRANT)
    return desk


def references(shown: Any) -> list[str]:
    return [each["reference"] for each in shown["items"]]


BY_COMMUNE = ["C-ANZIN", "E-ANZIN", "A-VALENCIENNES", "B-BOTH", "D-WIDE"]


@pytest.mark.parametrize("dates", DATES)
def test_communes_come_by_their_code_then_what_covers_several_then_what_covers_all(five: Desk, dates):
    assert references(five.read(f"{PLANS}?order=commune&{dates}".rstrip("&"))) == BY_COMMUNE


@pytest.mark.parametrize("dates", DATES)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_its_pages_repeat_and_skip_nothing(five: Desk, dates, limit):
    found, cursor = [], ""
    while cursor is not None:
        page = five.read(
            f"{PLANS}?order=commune&limit={limit}&{dates}{cursor and f'&cursor={cursor}'}".replace("&&", "&")
        )
        found += references(page)
        cursor = page["next"]
    assert found == BY_COMMUNE


def test_a_cursor_of_one_order_is_refused_in_another(five: Desk):
    cursor = five.read(f"{PLANS}?limit=1")["next"]
    refused = five.get(f"{PLANS}?order=commune&limit=1&cursor={cursor}")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["cursor"])
    assert five.get(f"{PLANS}?order=title").status_code == 422


@pytest.mark.parametrize("dates", DATES)
def test_a_partner_finds_what_it_reads_in_full_or_the_rest(five: Desk, dates):
    found = [references(five.read(f"{PLANS}?in_full={each}&{dates}".rstrip("&"), "anru")) for each in ("true", "false")]
    assert found == [["E-ANZIN"], ["A-VALENCIENNES", "B-BOTH", "C-ANZIN", "D-WIDE"]]
    assert len(references(five.read(f"{PLANS}?in_full=true&{dates}".rstrip("&")))) == 5
    assert references(five.read(f"{PLANS}?in_full=false&{dates}".rstrip("&"))) == []


@pytest.mark.parametrize("dates", DATES)
def test_the_totals_tell_how_many_stand_where_and_how_many_are_late(five: Desk, dates):
    five.record(f"{PLANS}/C-ANZIN/reschedule", {"on": "2012-12", "delivers_on": "2028", "reason": "Fouilles"})
    totals = five.read(f"{PLANS}?{dates}".rstrip("?"))["totals"]
    assert {each["phase"]: each["operations"] for each in totals["by_phase"] if each["operations"]} == {
        "planned": 4,
        "partly_funded": 1,
    }
    assert len(totals["by_phase"]) == 8
    assert (totals["late"], totals["late_initially"]) == (1, 2)


@pytest.mark.parametrize("dates", DATES)
def test_an_operation_tells_since_how_many_days_a_step_of_it_lies_behind(five: Desk, dates):
    five.record(f"{PLANS}/C-ANZIN/reschedule", {"on": "2012-12", "delivers_on": "2026-11", "reason": "Fouilles"})
    told = {each["reference"]: each for each in five.read(f"{PLANS}?{dates}".rstrip("?"))["items"]}
    # Its delivery was promised for the end of 2012, and is now for a month that is not over.
    assert (told["C-ANZIN"]["days_late"], told["C-ANZIN"]["days_late_initially"]) == (0, 5074)
    assert (told["B-BOTH"]["late"], told["B-BOTH"]["days_late"]) == (True, 2152)
    assert (told["E-ANZIN"]["days_late"], told["E-ANZIN"]["days_late_initially"]) == (0, 0)
