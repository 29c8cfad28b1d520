"""Beuvrages from convention to close-out: the published figures that moved between sources, then a plausible end.

Published (domain/reference/SOURCES.md): signature on 18 September 2006, 100 M€ announced, ANRU 33 M€; later 96 M€ HT;
450 dwellings to demolish, 291 to rebuild, 221 to rehabilitate. Dates and amounts after 2009 are made up for this story.
"""

from collections.abc import Iterator

import pytest

from tests.api.conftest import opened
from tests.api.desk import Desk
from tests.conftest import empty

BEUVRAGES = "/v1/operations/PNRU-2006-BEUVRAGES"
FENELON = "/v1/operations/PNRU-2006-FENELON"
CONVENTION = "/v1/agreements/PNRU-2006"
MILLION = 1_000_000_00


@pytest.fixture(scope="module")
def story(tables, app, services) -> Iterator[Desk]:
    """All that happened, told through the API."""
    desk = opened(app, services, tables)
    for path, body in HISTORY:
        desk.record(path, body)
    yield desk
    empty(tables)


def grant(partner: str, millions: int, on: str) -> dict:
    return {"on": on, "partner": partner, "instrument": "grant", "amount_cents": millions * MILLION}


def payment(kind: str, millions: int, on: str) -> dict:
    return {"on": on, "line": "L1", "kind": kind, "amount_cents": millions * MILLION, "external_ref": f"{kind}-{on}"}


PLANNED = {
    "reference": "PNRU-2006-BEUVRAGES",
    "title": "Beuvrages : rénovation urbaine de quatre quartiers",
    "communes": ["59079"],
    "on": "2006-09-18",
    "owner": "cavm",
    "programme": "PNRU",
    "theme": "social_housing",
    "agreement": "PNRU-2006",
    "cost_cents": 100 * MILLION,
    "starts_on": "2007-03",
    "delivers_on": "2012-12-31",
    "outputs": {"demolished": 450, "built": 291, "rehabilitated": 221},
}
HISTORY = [
    (
        "/v1/agreements",
        {
            "reference": "PNRU-2006",
            "title": "Convention PNRU de Beuvrages",
            "kind": "convention",
            "programme": "PNRU",
            "leader": "cavm",
            "signatories": ["anru", "cavm", "region"],
            "on": "2006-09-18",
        },
    ),
    (f"{CONVENTION}/allocations", grant("anru", 33, "2006-09-18")),
    ("/v1/operations", PLANNED),
    (
        "/v1/operations",
        PLANNED | {"reference": "PNRU-2006-FENELON", "title": "Beuvrages : Fénelon", "cost_cents": 4 * MILLION},
    ),
    (f"{BEUVRAGES}/rehousing", {"on": "2007-01", "households_to_rehouse": 450, "households_rehoused": 0}),
    (f"{BEUVRAGES}/commitments", grant("anru", 30, "2007-02-01")),
    (f"{FENELON}/commitments", grant("anru", 2, "2007-02-01")),
    (f"{BEUVRAGES}/start", {"on": "2007-04-02", "order_ref": "OS-1"}),
    (f"{BEUVRAGES}/payments", payment("advance", 5, "2007-06-01")),
    (
        f"{BEUVRAGES}/revise-cost",
        {
            "on": "2009-03",
            "cost_cents": 96 * MILLION,
            "cost_basis": "excl_tax",
            "reason": "Montant HT publié par l'agglomération",
        },
    ),
    (f"{BEUVRAGES}/suspend", {"on": "2009-05", "reason": "Fouilles", "expected_resume_on": "2009-09"}),
    (f"{BEUVRAGES}/resume", {"on": "2009-10-01"}),
    (
        f"{CONVENTION}/amendments",
        {
            "number": 1,
            "on": "2010-02-01",
            "reason": "Fouilles archéologiques",
            "changes": [
                {"kind": "reschedule", "operation": "PNRU-2006-BEUVRAGES", "delivers_on": "2013-06-30"},
                {"kind": "reschedule", "operation": "PNRU-2006-FENELON", "delivers_on": "2013-06-30"},
                {
                    "kind": "transfer",
                    "from_operation": "PNRU-2006-FENELON",
                    "from_line": "L1",
                    "to_operation": "PNRU-2006-BEUVRAGES",
                    "to_line": "L1",
                    "amount_cents": MILLION,
                },
            ],
        },
    ),
    (f"{BEUVRAGES}/payments", payment("interim", 20, "2011-06-01")),
    (f"{BEUVRAGES}/rehousing", {"on": "2011-12", "households_rehoused": 450}),
    (
        f"{BEUVRAGES}/deliver",
        {"on": "2013-06-28", "outputs": {"demolished": 450, "built": 288, "rehabilitated": 221}},
    ),
    (f"{BEUVRAGES}/commitments/L1/decommit", {"on": "2013-12", "amount_cents": MILLION, "reason": "Trop engagé"}),
    (f"{BEUVRAGES}/payments", payment("balance", 5, "2014-02-03")),
    (
        f"{BEUVRAGES}/close",
        {"on": "2014-06-30", "final_cost_cents": 95 * MILLION, "reason": "Trois logements de moins"},
    ),
]


def test_the_timeline_tells_the_whole_life(story):
    timeline = story.read(f"{BEUVRAGES}/timeline")
    assert timeline["phase"] == "closed"
    assert timeline["schedule"]["delivery"] == {
        "initial": "2012-12-31",
        "current": "2013-06-30",
        "actual": "2013-06-28",
        "slip_days": 179,
    }
    kinds = [entry["kind"] for entry in timeline["entries"]]
    assert kinds[0] == "planned"
    assert kinds[-1] == "closed"
    assert {"suspended", "resumed", "rescheduled", "funding_transferred", "payment_recorded"} <= set(kinds)


def test_the_figures_that_moved_between_sources_are_both_in_sight(story):
    told = [entry["detail"] or "" for entry in story.read(f"{BEUVRAGES}/timeline")["entries"]]
    assert any("100\u202f000\u202f000" in each and "96\u202f000\u202f000" in each for each in told)


def test_every_entry_of_the_amendment_names_it(story):
    for operation in (BEUVRAGES, FENELON):
        entries = story.read(f"{operation}/timeline")["entries"]
        moved = [entry for entry in entries if entry["kind"] in ("rescheduled", "funding_transferred")]
        assert len(moved) == 2
        assert all("avenant" in entry["detail"] for entry in moved)


def test_the_money_adds_up_for_the_partner(story):
    document = story.read("/v1/partners/anru/commitments")
    assert document["totals"] == {
        "operations": 2,
        "allocated_cents": 33 * MILLION,
        "committed_cents": 31 * MILLION,
        "paid_cents": 30 * MILLION,
        "to_commit_cents": 2 * MILLION,
        "to_pay_cents": MILLION,
        "loans_cents": 0,
    }
    assert sum(each["paid_cents"] for each in document["by_year"]) == 30 * MILLION


def test_a_closed_operation_owes_nothing(story):
    funding = story.read(f"{BEUVRAGES}/timeline")["funding"]
    assert (funding["committed_cents"], funding["paid_cents"], funding["to_pay_cents"]) == (
        30 * MILLION,
        30 * MILLION,
        0,
    )


def test_nothing_is_recorded_after_the_close_out(story):
    response = story.post(f"{BEUVRAGES}/payments", payment("interim", 1, "2015-01-05"))
    assert (response.status_code, response.json["code"]) == (409, "already-closed")
