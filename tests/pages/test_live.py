"""Pages that follow the record: a cheap question, and a page that stays as it is where it should."""

import pytest

from tests.api.desk import CARPEAUX, Desk
from tests.pages.reader import Reader


def test_a_page_is_told_once_the_record_has_moved(funded: Desk):
    reader, head = Reader(funded).signed_in("region"), funded.ledger.head()
    assert [reader.at(f"/moved?after={after}").headers.get("HX-Trigger") for after in (head, head - 1)] == [
        None,
        "moved",
    ]
    funded.record(f"{CARPEAUX}/start", {"on": "2008-11-20"})
    response = reader.at(f"/moved?after={head}")
    assert (response.status_code, response.headers["HX-Trigger"], response.data) == (204, "moved", b"")


@pytest.mark.parametrize("query", ["", "?after=x", "?after=-1", "?other=1"])
def test_what_no_page_asks_is_refused(funded: Desk, query):
    assert Reader(funded).signed_in().at(f"/moved{query}").status_code == 422


@pytest.mark.parametrize(("path", "status"), [("/moved?after=1", 286), ("/", 401)])
def test_a_page_whose_reader_is_signed_out_asks_no_more_and_loses_nothing(funded: Desk, path, status):
    response = Reader(funded).at(path, headers={"HX-Request": "true"})
    assert (response.status_code, response.data) == (status, b"")


def test_a_program_that_asks_the_api_is_told_all_the_same(funded: Desk):
    response = funded.ask("GET", CARPEAUX, None, headers={"HX-Request": "true"})
    assert (response.status_code, response.json["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("path", ["/", "/partners/anru", "/operations/ANZ-CARPEAUX"])
def test_a_page_of_today_follows_and_one_that_looks_back_does_not(funded: Desk, path):
    reader = Reader(funded).signed_in("anru")
    assert f'hx-get="/moved?after={funded.ledger.head()}"' in reader.at(path).text
    for query in ("as_known_on=2026-11-22", "as_true_on=2009-01-01"):
        page = reader.at(f"{path}?{query}")
        assert (page.status_code, "/moved" in page.text) == (200, False)


def test_the_question_is_not_noted_but_the_page_is(funded: Desk, services):
    reader = Reader(funded).signed_in("anru")
    services.accesses.write()
    with services.reads.connection() as connection:
        connection.execute("DELETE FROM access_log")
    reader.at("/moved?after=1")
    reader.at("/operations/ANZ-CARPEAUX", headers={"HX-Request": "true"})
    services.accesses.write()
    with services.reads.connection() as connection:
        assert connection.execute("SELECT route, account FROM access_log").fetchall() == [
            ("/operations/{reference}", "u-anru")
        ]
