"""Dated answers: what a day takes in, what stays the same for ever, what is refused."""

from typing import Any

import pytest

from domain.operation import Operation
from tests.api import archive
from tests.api.archive import planned, told
from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk

past = archive.past

TIMELINE = f"{CARPEAUX}/timeline"
ANRU = "/v1/partners/anru/commitments"
PLANS = "/v1/operations"
DATED = [CARPEAUX, TIMELINE, PLANS, ANRU, f"{ANRU}/lines", "/v1/territory"]


def granted(operation: Operation, cents: int, on: str, recorded: str, partner: str = "anru") -> str:
    """A commitment."""
    return operation.commit(partner=partner, instrument="grant", amount_cents=cents, **told(on, recorded))


def test_a_past_knowledge_is_the_same_bytes_for_ever(past: Desk):
    operation = planned(recorded="2011-05-02")
    granted(operation, 100_00, "2011-06", "2011-07-01")
    past.save(operation)
    paths = [f"{path}?as_known_on=2011-12-31" for path in DATED]
    before, last = [past.get(path).get_data() for path in paths], past.ledger.head()
    assert all(
        past.read(path)["position"] == last for path in paths if "lines" not in path and "operations?" not in path
    )
    granted(operation, 50_00, "2010", "2012-03-01")
    operation.correct(target=1, changes={"title": "Carpeaux", "theme": "mining"}, **told("2012", "2012-05-02", "Nom"))
    operation.void(target=2, **told("2012", "2012-05-03", "Doublon"))
    past.save(operation, planned("ANZ-B", recorded="2012-06-01"))
    assert [past.get(path).get_data() for path in paths] == before


@pytest.mark.parametrize(
    ("recorded", "day"),
    [
        ("2012-07-14T21:59:59", "2012-07-14"),
        ("2012-07-14T22:30:00", "2012-07-15"),
        ("2012-12-31T22:30:00", "2012-12-31"),
        ("2012-12-31T23:30:00", "2013-01-01"),
        ("2012-03-25T00:59:59", "2012-03-25"),
        ("2012-10-28T22:59:59", "2012-10-28"),
        ("2012-10-28T23:00:00", "2012-10-29"),
    ],
)
def test_a_day_ends_at_midnight_in_paris(past: Desk, recorded, day):
    past.save(planned(recorded=recorded))
    known = [each for each in DAYS if past.get(f"{CARPEAUX}?as_known_on={each}").status_code == 200]
    assert known[0] == day


DAYS = [
    *("2012-03-24", "2012-03-25", "2012-07-13", "2012-07-14", "2012-07-15", "2012-10-27", "2012-10-28", "2012-10-29"),
    *("2012-12-30", "2012-12-31", "2013-01-01", "2013-01-02"),
]


def test_a_clock_that_goes_back_tells_nothing_earlier_than_what_came_before(past: Desk):
    operation = planned(recorded="2012-05-02")
    past.save(operation)
    granted(operation, 100_00, "2011", "2011-03-01")
    past.save(operation)
    assert past.get(f"{CARPEAUX}?as_known_on=2012-05-01").status_code == 404
    assert past.read(ANRU + "?as_known_on=2011-12-31")["totals"]["committed_cents"] == 0
    assert past.read(ANRU + "?as_known_on=2012-05-02")["totals"]["committed_cents"] == 100_00
    assert past.read(ANRU + "?as_true_on=2011-12-31")["totals"]["committed_cents"] == 100_00


def test_an_operation_that_was_not_yet_recorded_is_not_found(past: Desk):
    past.save(planned(recorded="2012-05-02"))
    for path in (CARPEAUX, TIMELINE):
        assert past.get(f"{path}?as_known_on=2012-05-01").status_code == 404
        assert past.get(f"{path}?as_known_on=2012-05-02").status_code == 200
    assert past.read(f"{PLANS}?as_known_on=2012-05-01")["items"] == []
    assert past.read("/v1/territory?as_known_on=2012-05-01")["totals"]["operations"] == 0


def test_a_partner_that_was_not_yet_recorded_has_no_money(past: Desk):
    shown = past.read(ANRU + "?as_known_on=2009-12-31")
    assert set(shown["totals"].values()) == {0}
    assert (shown["by_year"], shown["position"], shown["leverage"]["ratio"]) == ([], 0, None)
    assert past.read(f"{ANRU}/lines?as_known_on=2009-12-31")["items"] == []
    assert past.get("/v1/partners/nobody/commitments?as_known_on=2009-12-31").status_code == 404


def test_nothing_of_an_operation_has_happened_before_its_first_fact(past: Desk):
    past.save(planned(on="2011-05-10", recorded="2011-06-02", owner="sigh", cost_cents=1_00))
    shown = past.read(TIMELINE + "?as_true_on=2011-05-09")
    assert (shown["phase"], shown["entries"], shown["funding"]["cost_cents"]) == (None, [], None)
    assert (shown["title"], past.read(CARPEAUX + "?as_true_on=2011-05-09")["owner"]) == ("Anzin : Carpeaux", None)
    assert past.read(PLANS + "?as_true_on=2011-05-09")["items"] == []
    assert past.read(PLANS + "?as_true_on=2011-05-10")["items"][0]["phase"] == "planned"


def test_a_month_or_a_year_has_happened_at_its_end_and_an_undated_fact_when_it_was_recorded(past: Desk):
    operation = planned(on="2011", recorded="2012-05-02")
    granted(operation, 1_00, "2012-02", "2012-05-02")
    past.save(operation)
    phases = {
        day: past.read(f"{TIMELINE}?as_true_on={day}")["phase"]
        for day in ("2011-12-30", "2011-12-31", "2012-02-28", "2012-02-29")
    }
    assert list(phases.values()) == [None, "planned", "planned", "partly_funded"]


def test_the_calendar_and_the_phase_are_those_of_the_day(past: Desk):
    operation = planned(on="2011-05-01", recorded="2011-05-02", cost_cents=100_00, **calendar("2012-03-01"))
    granted(operation, 100_00, "2011-09-01", "2011-09-02")
    operation.reschedule(starts_on=calendar("2012-06-01")["starts_on"], **told("2012-02-10", "2012-02-11", "Météo"))
    operation.start(**told("2012-06-20", "2012-06-21"))
    past.save(operation)
    shown = {
        day: past.read(f"{PLANS}?as_true_on={day}")["items"][0] for day in ("2011-06-30", "2012-04-01", "2012-07-01")
    }
    assert [each["phase"] for each in shown.values()] == ["planned", "funded", "started"]
    assert [each["schedule"]["start"]["current"] for each in shown.values()] == ["2012-03-01", *2 * ["2012-06-01"]]
    assert [each["late"] for each in shown.values()] == [False, False, False]
    assert [each["late_initially"] for each in shown.values()] == [False, True, False]
    for day, phase in (("2011-06-30", "planned"), ("2012-04-01", "funded"), ("2012-07-01", "started")):
        for asked in ("planned", "funded", "started"):
            found = past.read(f"{PLANS}?as_true_on={day}&phase={asked}")
            assert (len(found["items"]), found["totals"]["operations"]) == ((1, 1) if asked == phase else (0, 0))
    assert past.read(f"{PLANS}?as_known_on=2012-02-10&as_true_on=2012-04-01&late=true")["totals"]["operations"] == 1
    assert past.read(f"{PLANS}?as_true_on=2012-04-01&late_initially=true")["totals"]["operations"] == 1


def calendar(starts_on: str) -> dict[str, Any]:
    return {"starts_on": told(starts_on, "2011-01-01")["on"]}


def test_an_operation_attached_to_a_programme_years_later_was_under_none_before(past: Desk):
    operation = planned(on="2011-05", recorded="2011-05-02")
    granted(operation, 70_00, "2013-02-01", "2013-02-02")
    operation.attach(programme="NPNRU", **told("2016-09-26", "2016-10-01"))
    granted(operation, 30_00, "2017-01-10", "2017-01-11")
    past.save(operation)
    assert past.read(CARPEAUX + "?as_true_on=2014-12-31")["programme"] is None
    assert past.read(CARPEAUX + "?as_true_on=2017-12-31")["programme"] == "NPNRU"
    assert past.read(PLANS + "?programme=NPNRU&as_true_on=2014-12-31")["items"] == []
    by_programme = past.read(ANRU + "?as_true_on=2017-12-31")["by_programme"]
    assert [(each["programme"], each["committed_cents"]) for each in by_programme] == [("NPNRU", 30_00), (None, 70_00)]


def test_payment_credits_are_those_of_the_day(past: Desk):
    credits = [{"year": 2012, "amount_cents": 100_00}], [{"year": 2013, "amount_cents": 100_00}]
    past.save(planned(recorded="2011-05-02"))
    past.record(f"{CARPEAUX}/commitments", GRANT | {"on": "2011-06", "amount_cents": 100_00, "schedule": credits[0]})
    body = {"on": "2012-06-01", "schedule": credits[1], "reason": "Loi de finances"}
    past.record(f"{CARPEAUX}/commitments/L1/schedule", body)
    for path in (CARPEAUX, f"{ANRU}/lines"):
        lines = "lines" if path == CARPEAUX else "items"
        shown = [past.read(path + dates)[lines][0]["schedule"] for dates in ("?as_true_on=2012-05-31", "")]
        assert shown == list(credits)


def test_whoever_reads_an_operation_today_reads_its_past(past: Desk):
    operation = planned(recorded="2011-05-02", owner="sigh")
    past.save(operation)
    granted(operation, 1_00, "2013", "2013-05-02", partner="region")
    past.save(operation)
    assert past.get(TIMELINE + "?as_known_on=2012-12-31", "region").status_code == 200
    assert past.get(TIMELINE + "?as_known_on=2012-12-31", "anru").status_code == 404
    shown = {who: past.read(PLANS + "?as_known_on=2012-12-31", who) for who in ("region", "anru", "lea")}
    assert [each["items"][0]["funding"]["paid_cents"] for each in shown.values()] == [0, None, 0]
    assert [each["totals"]["in_full"] for each in shown.values()] == [1, 0, 1]
    assert [each["totals"]["operations"] for each in shown.values()] == [1, 1, 1]


def test_the_pages_of_a_dated_list_are_of_one_moment(past: Desk):
    past.save(*(planned(f"ANZ-{name}", recorded="2011-05-02") for name in "ABC"))
    first = past.read(PLANS + "?as_known_on=2011-12-31&limit=2")
    cursor = first["next"]
    second = past.read(f"{PLANS}?as_known_on=2011-12-31&limit=2&cursor={cursor}")
    assert [each["reference"] for page in (first, second) for each in page["items"]] == ["ANZ-A", "ANZ-B", "ANZ-C"]
    assert (first["totals"]["operations"], second["totals"], second["next"]) == (3, None, None)
    for other in ("", "&as_known_on=2012-01-01", "&as_known_on=2011-12-31&as_true_on=2011-12-31"):
        refused = past.get(f"{PLANS}?limit=2&cursor={cursor}{other}")
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["cursor"])


@pytest.mark.parametrize("path", DATED)
@pytest.mark.parametrize("asked", ["as_known_on=2026-11-23", "as_true_on=2026-11-23", "statement=nowhere"])
def test_nobody_looks_ahead_nor_back_to_what_is_not(past: Desk, path, asked):
    past.record("/v1/operations", PLAN)
    refused = past.get(f"{path}?{asked}")
    assert (refused.status_code, list(refused.json["errors"])) == (422, [asked.partition("=")[0]])
