"""Planning an operation on its page: what is said stands on the operation's own page then."""

import pytest

from tests.api.desk import Desk
from tests.pages.offering import beside, sends, standing
from tests.pages.reader import Reader, text

PAGE = "/operations/new"
PLAN = {"reference": "ANZ-JAURES", "title": "Anzin : Jaurès", "on": "02/2008", "communes": ["59014"]}


@pytest.fixture
def lea(followed: Desk) -> Reader:
    return Reader(followed).signed_in()


def test_a_plan_leads_to_the_page_of_the_operation(lea: Reader):
    answer = sends(lea, lea.at(PAGE), PAGE, **PLAN)
    assert answer.status_code == 303
    assert answer.location.startswith("/operations/ANZ-JAURES?min_position=")
    page = text(lea.at(answer.location))
    assert "Anzin : Jaurès" in page


def test_all_that_a_plan_can_say_is_recorded(lea: Reader):
    money = {"cost_cents": "56 000 000", "cost_basis": "excl_tax", "starts_on": "2008-09", "delivers_on": "31/12/2012"}
    frame = {"owner": "sigh", "family": "demolition", "theme": "mining", "programme": "PNRU", "site": "Carpeaux"}
    more = {"other_themes": ["tramway"], "communes": ["59014", "59606; 59207"], "weights": "5 000; 3000; 2000"}
    outputs = {"outputs__demolished": "173", "outputs__households_to_rehouse": "1 040"}
    piece = {"documents__0__title": "Délibération", "reason": "Convention signée"}
    answer = sends(lea, lea.at(PAGE), PAGE, **(PLAN | money | frame | more | outputs | piece))
    assert answer.status_code == 303, text(answer)
    told = lea.desk.read("/v1/operations/ANZ-JAURES")
    assert [(each["insee"], each["weight"]) for each in told["communes"]] == [
        ("59014", 5000),
        ("59606", 3000),
        ("59207", 2000),
    ]
    assert {name: told[name] for name in frame} == frame
    assert told["other_themes"] == ["tramway"]
    assert told["funding"]["cost_cents"] == 56_000_000_00
    assert told["schedule"]["delivery"]["initial"] == "2012-12-31"
    assert (told["planned_outputs"]["demolished"], told["planned_outputs"]["households_to_rehouse"]) == (173, 1040)


def test_a_plan_of_the_whole_territory_names_no_commune(lea: Reader):
    answer = sends(lea, lea.at(PAGE), PAGE, **(PLAN | {"communes": "", "territory_wide": "true"}))
    assert answer.status_code == 303
    assert lea.desk.read("/v1/operations/ANZ-JAURES")["territory_wide"] is True


def test_a_refused_plan_keeps_all_that_was_typed(lea: Reader):
    head = lea.desk.ledger.head()
    refused = sends(lea, lea.at(PAGE), PAGE, **(PLAN | {"reference": "anz jaurès", "communes": ["59014", "62193"]}))
    assert (refused.status_code, lea.desk.ledger.head()) == (422, head)
    assert "ANZ-CARPEAUX" in beside(refused, PAGE, "reference")
    kept = standing(refused, PAGE)
    assert kept["title"] == "Anzin : Jaurès"
    assert kept.getlist("communes") == ["59014", "62193"]
    again = sends(lea, refused, PAGE, reference="ANZ-JAURES", communes=["59014"])
    assert again.status_code == 303


def test_a_reference_that_is_taken_is_refused(lea: Reader):
    sends(lea, lea.at(PAGE), PAGE, **PLAN)
    refused = sends(lea, lea.at(PAGE), PAGE, **(PLAN | {"title": "Autre"}))
    assert refused.status_code == 409
    assert standing(refused, PAGE)["title"] == "Autre"


def test_a_plan_that_is_sent_twice_counts_once(lea: Reader):
    page = lea.at(PAGE)
    first, again = (sends(lea, page, PAGE, **PLAN) for _ in range(2))
    assert first.location == again.location


def test_an_operation_of_no_commune_is_refused_beside_the_communes(lea: Reader):
    refused = sends(lea, lea.at(PAGE), PAGE, **(PLAN | {"communes": ""}))
    assert refused.status_code == 422
    assert beside(refused, PAGE, "communes")


@pytest.mark.parametrize(("who", "shown"), [("lea", True), ("landlord", True), ("auditor", False), ("anru", False)])
def test_the_team_is_led_there(desk: Desk, who, shown):
    assert ('href="/operations/new"' in Reader(desk).signed_in(who).at("/").text) is shown
