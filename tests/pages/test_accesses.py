"""Who read which page stands in the access log, refusals included; what anybody may fetch does not."""

from typing import Any

import pytest

from tests.api.desk import SECRET, Desk
from tests.pages.reader import Reader

LOG = "/v1/audit/accesses"


@pytest.fixture
def told(funded: Desk, services: Any) -> Any:
    """What auditors find by some filters, by route and status; nobody has asked anything yet."""
    services.accesses.write()
    with services.reads.connection() as connection:
        connection.execute("DELETE FROM access_log")

    def find(query: str = "") -> list[dict[str, Any]]:
        services.accesses.write()
        items = funded.read(f"{LOG}?{query}", by="auditor")["items"]
        # All of one instant, by the clock of the tests.
        return sorted(items, key=lambda each: (each["route"], each["status"]))

    return find


def test_reading_a_page_is_noted_like_reading_the_api(funded: Desk, told):
    page = Reader(funded).signed_in("anru").at("/operations/ANZ-CARPEAUX")
    _, found = told("account=u-anru")
    assert found["request_id"] == page.headers["X-Request-Id"]
    assert (found["route"], found["object"]) == ("/operations/{reference}", "ANZ-CARPEAUX")
    assert (found["operation"], found["role"], found["status"]) == ("ANZ-CARPEAUX", "partner", 200)


def test_a_file_of_a_page_is_noted_as_the_file_that_it_is(funded: Desk, told):
    reader = Reader(funded).signed_in("anru")
    for form in ("csv", "json"):
        reader.at(f"/partners/anru.{form}")
    found = told("partner=anru")
    assert [(each["route"], each["object"], each["export"]) for each in found] == [
        ("/partners/{code}.csv", "anru", True),
        ("/partners/{code}.json", "anru", False),
    ]
    assert [each["route"] for each in told("exports=true")] == ["/partners/{code}.csv"]


def test_a_filter_of_a_page_names_what_it_is_about(funded: Desk, told):
    Reader(funded).signed_in("lea").at("/?partner=anru")
    assert [each["route"] for each in told("partner=anru")] == ["/"]


def test_refusals_are_noted(funded: Desk, told):
    region, nobody = Reader(funded).signed_in("region"), Reader(funded)
    assert region.at("/operations/ANZ-CARPEAUX").status_code == 404
    assert nobody.at("/operations/ANZ-CARPEAUX").status_code == 303
    assert Reader(funded).signed_in("admin").at("/operations/ANZ-CARPEAUX").status_code == 403
    found = [(each["account"], each["status"], each["refused"]) for each in told("operation=ANZ-CARPEAUX")]
    assert found == [(None, 401, True), ("u-admin", 403, True), ("u-region", 404, True)]


def test_signing_in_is_noted_and_so_is_who_could_not(funded: Desk, told):
    Reader(funded).signed_in("region")
    Reader(funded).signs_in(f"jal_lea_{SECRET}X")
    succeeded, failed = told()
    assert (succeeded["route"], succeeded["account"], succeeded["status"]) == ("/login", "u-region", 303)
    assert (failed["account"], failed["token"], failed["status"], failed["refused"]) == (None, "lea", 401, True)
    assert SECRET not in str(told())


def test_recording_by_a_form_is_noted(funded: Desk, told):
    reader = Reader(funded).signed_in("lea")
    page = reader.at("/operations/ANZ-CARPEAUX?record=start")
    action = "/operations/ANZ-CARPEAUX/start"
    assert reader.sends(page, action, on="2010").status_code == 303
    found = next(
        each for each in told("operation=ANZ-CARPEAUX") if each["method"] == "POST" and "v1" not in each["route"]
    )
    assert (found["route"], found["account"], found["status"]) == (
        "/operations/{reference}/start",
        "u-lea",
        303,
    )


@pytest.mark.parametrize("path", ["/login", "/help", "/problems", "/static/jalon.css", "/healthz", "/openapi.json"])
def test_what_anybody_may_fetch_is_not_noted(funded: Desk, told, path):
    with Reader(funded).at(path) as response:
        assert response.status_code == 200
    assert told() == []
