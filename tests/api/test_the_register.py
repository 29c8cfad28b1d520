"""The real register, from its file to what partners read: nothing is lost, added or rounded on the way."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from uuid import uuid4

import pytest

from api.imports import import_register
from api.run.wiring import register_reference_partners
from domain.ledger import Command
from domain.reference.partners import find_by_name
from tests.api.conftest import opened
from tests.api.desk import Desk
from tests.conftest import empty
from tests.story import NOW

REGISTER = files("domain.reference").joinpath("cavm_operations.csv").read_bytes()
ROWS = list(csv.DictReader(REGISTER.decode("utf-8").splitlines(keepends=True)))
OPERATIONS = [row for row in ROWS if row["record"] == "operation"]
AGREEMENTS = [row for row in ROWS if row["record"] == "agreement"]


@pytest.fixture(scope="module")
def desk(tables, app, services) -> Iterator[Desk]:
    """The desk, with the whole register taken over."""
    desk = opened(app, services, tables)
    register_reference_partners(desk.ledger)
    import_register(desk.ledger, REGISTER, command=Command(id=uuid4()), at=NOW)
    desk.follower.catch_up()
    yield desk
    empty(tables)


def pages(desk: Desk, path: str) -> Iterator[dict]:
    """Every item of a list, page by page."""
    cursor = ""
    while cursor is not None:
        page = desk.read(f"{path}?limit=7{cursor and f'&cursor={cursor}'}")
        yield from page["items"]
        cursor = page["next"]


def money(row: dict[str, str]) -> list[dict]:
    return json.loads(row["commitments"])


def dated_facts(row: dict[str, str]) -> Iterator[str]:
    """Every date of a row as its source gives it."""
    if row["planned_on"]:
        yield row["planned_on"]
    yield from (each["decided_on"] for each in money(row) if each["decided_on"])
    yield from (each["on"] for each in json.loads(row["milestones"]) if each["on"])


def test_the_portfolio_holds_forty_operations_and_four_agreements(desk):
    assert [each["reference"] for each in pages(desk, "/v1/operations")] == sorted(r["reference"] for r in OPERATIONS)
    assert [each["reference"] for each in pages(desk, "/v1/agreements")] == sorted(r["reference"] for r in AGREEMENTS)


def test_every_partner_reads_the_sums_of_the_register_to_the_cent(desk):
    expected: dict[str, dict[str, int]] = defaultdict(lambda: {"allocated": 0, "committed": 0, "loans": 0})
    for row in ROWS:
        for each in money(row):
            found = find_by_name(each["partner"])
            assert found, each
            level = {"allocation": "allocated", "commitment": "committed"}[each["level"]]
            kind = "loans" if each["instrument"] == "loan" else level
            expected[found[0]][kind] += each["amount_eur"] * 100
    assert len(expected) == 7
    for partner in pages(desk, "/v1/partners"):
        totals = desk.read(f"/v1/partners/{partner['code']}/commitments")["totals"]
        sums = {"allocated": totals["allocated_cents"], "committed": totals["committed_cents"]}
        assert sums | {"loans": totals["loans_cents"]} == expected[partner["code"]], partner["code"]
        assert totals["paid_cents"] == 0


def test_the_lines_of_a_partner_add_up_to_its_totals(desk):
    for partner in pages(desk, "/v1/partners"):
        totals = desk.read(f"/v1/partners/{partner['code']}/commitments")["totals"]
        lines = list(pages(desk, f"/v1/partners/{partner['code']}/commitments/lines"))
        grants = [line for line in lines if line["instrument"] != "loan"]
        assert sum(line["allocated_cents"] for line in grants) == totals["allocated_cents"]
        assert sum(line["committed_cents"] for line in grants) == totals["committed_cents"]


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row["reference"])
def test_a_timeline_shows_every_dated_fact_of_its_row_with_its_sources(desk, row):
    timeline = desk.read(f"/v1/operations/{row['reference']}/timeline")
    told = {entry["on"] for entry in timeline["entries"]}
    assert set(dated_facts(row)) <= told
    sources = set(row["source_url"].split(" | "))
    for entry in timeline["entries"]:
        assert {document["ref"] for document in entry["documents"]} == sources
        assert entry["source"].startswith("import:")


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row["reference"])
def test_a_timeline_ends_on_the_cost_of_its_row(desk, row):
    timeline = desk.read(f"/v1/operations/{row['reference']}/timeline")
    assert timeline["funding"]["cost_cents"] == (int(row["cost_eur"]) * 100 if row["cost_eur"] else None)
    assert ("cost" in timeline["to_complete"]) == (not row["cost_eur"])
    assert ("owner" in timeline["to_complete"]) == (not row["owner"])
    assert ("planned_on" in timeline["to_complete"]) == (not row["planned_on"])
    assert ("theme" in timeline["to_complete"]) == (not row["theme"])


def test_what_lies_outside_the_agglomeration_is_flagged(desk):
    outside = {
        each["reference"]
        for each in pages(desk, "/v1/operations")
        if any(place["outside"] for place in each["communes"])
    }
    assert outside == {
        "NPNRU-2019-CHASSE-ROYALE",
        "NPNRU-2019-CHASSE-ROYALE-ECOLE-SENTINELLE",
        "OPAHRU-2005",
        "PNRU-2008-CORRIDOR-THIERS",
        "TRAM-L1-PHASE2-DENAIN",
        "TRAM-L2",
    }


def test_two_sources_that_disagree_are_both_in_sight(desk):
    entries = desk.read("/v1/operations/ERBM-SAINT-PIERRE/timeline")["entries"]
    delivered = next(entry for entry in entries if entry["kind"] == "delivered")
    correction = next(entry for entry in entries if entry["kind"] == "entry_corrected")
    assert (delivered["on"], delivered["voided_by"]) == ("2025-01-22", correction["version"])
    assert (correction["on"], correction["corrects"]) == ("2025-04-22", delivered["version"])
