"""What the territory tells: communes by weight, inhabitants of today, outputs, effort, partnership."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import opened
from tests.api.desk import Desk
from tests.api.territory_story import story
from tests.conftest import empty
from tests.story import ANZIN, BRUAY, ESCAUTPONT, VALENCIENNES


@pytest.fixture(scope="module")
def desk(app, services, tables) -> Iterator[Desk]:
    """The desk with the story told. Shared: the tests leave everything as it is."""
    desk = opened(app, services, tables)
    story(desk)
    yield desk
    empty(tables)


def commune(territory: dict[str, Any], insee: str) -> dict[str, Any]:
    (found,) = (each for each in territory["communes"] if each["insee"] == insee)
    return found


def theme(territory: dict[str, Any], code: str | None) -> dict[str, Any]:
    (found,) = (each for each in territory["themes"] if each["theme"] == code)
    return found


def test_two_communes_share_by_weight_to_the_cent(desk):
    territory = desk.read("/v1/territory")
    # 150.01 € committed, 30.01 € paid.
    assert (commune(territory, ANZIN)["committed_cents"], commune(territory, BRUAY)["committed_cents"]) == (
        100_01,
        50_00,
    )
    assert (commune(territory, ANZIN)["paid_cents"], commune(territory, BRUAY)["paid_cents"]) == (20_01, 10_00)


def test_members_come_first_and_a_neighbour_is_flagged_without_inhabitants(desk):
    territory = desk.read("/v1/territory")
    assert [each["outside"] for each in territory["communes"]] == [False] * 35 + [True]
    neighbour = territory["communes"][-1]
    assert (neighbour["insee"], neighbour["name"], neighbour["committed_cents"]) == (ESCAUTPONT, "Escautpont", 82_50)
    assert {neighbour[key] for key in ("inhabitants", "share_of_committed", "share_of_population")} == {None}
    assert neighbour["committed_per_inhabitant_cents"] is None


@pytest.mark.parametrize("dates", ["", "?as_true_on=2026-11-22", "?as_known_on=2026-11-22"])
def test_operations_that_cover_a_neighbour_are_told(desk, dates):
    assert desk.read(f"/v1/territory{dates}")["outside"] == [
        {
            "reference": "BEYOND",
            "title": "Anzin : Carpeaux",
            "phase": "partly_funded",
            "communes": [{"insee": ESCAUTPONT, "name": "Escautpont"}],
        }
    ]


def test_inhabitants_are_those_of_the_vintage_in_force_today(desk):
    territory = desk.read("/v1/territory")
    assert territory["population"] == {"column": "population_municipale", "vintage": 2026, "inhabitants": 191_885}
    assert sum(each["inhabitants"] or 0 for each in territory["communes"]) == 191_885
    mining, none = theme(territory, "mining"), theme(territory, None)
    places = (ANZIN, BRUAY, VALENCIENNES)
    assert mining["inhabitants"] == sum(commune(territory, insee)["inhabitants"] for insee in places)
    assert mining["committed_in_members_cents"] == mining["committed_cents"] - 82_50
    assert none["inhabitants"] == 191_885


def test_outputs_are_added_up_planned_and_delivered(desk):
    mining = theme(desk.read("/v1/territory"), "mining")
    assert (mining["planned_outputs"]["demolished"], mining["planned_outputs"]["built"]) == (10, 4)
    assert (mining["outputs"]["demolished"], mining["outputs"]["built"]) == (9, None)


def test_a_year_of_little_effort_is_flagged_and_an_undated_one_is_not_judged(desk):
    years = desk.read("/v1/territory")["fundamentals"]["effort"]["years"]
    assert [each["year"] for each in years] == [*range(2008, 2027), None]
    found = {each["year"]: each for each in years}
    assert [found[year]["committed_cents"] for year in (2008, 2009, 2010, 2011, None)] == [
        100_01,
        110_00,
        100_00,
        29_99,
        25_01,
    ]
    assert found[2010]["committed"] == {"mean_cents": None, "under_half": False, "insufficient_data": True}
    assert found[2011]["committed"] == {"mean_cents": 103_34, "under_half": True, "insufficient_data": False}
    assert found[None]["committed"]["insufficient_data"]
    assert found[2026]["committed"]["insufficient_data"]
    assert (found[2009]["paid_cents"], found[2010]["paid_cents"]) == (33_34, -3_33)
    assert found[2011]["paid"]["insufficient_data"]


def test_funders_are_told_with_their_kinds_and_shares(desk):
    told = desk.read("/v1/territory")["fundamentals"]["partnership"]
    (two,) = (each for each in told["items"] if each["reference"] == "TWO")
    assert (two["kinds"], two["committed_cents"], two["loans_cents"]) == (["epci", "state_anru"], 150_01, 900_00)
    assert [(each["partner"], each["share_of_committed"]) for each in two["partners"]] == [
        ("anru", 0.3333),
        ("cavm", 0.6667),
    ]
    assert (told["operations"], told["single_funder"], told["single_kind"]) == (3, 2, 2)


def test_a_partner_does_not_read_the_sums_of_all(desk):
    assert desk.get("/v1/territory", by="anru").status_code == 403
    assert desk.read("/v1/territory", by="admin") == desk.read("/v1/territory", by="auditor")
