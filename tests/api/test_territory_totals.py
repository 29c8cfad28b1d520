"""The territory adds up, to the cent: to the raw entries of the ledger, and to what partners read."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.imports import import_register
from api.run.wiring import register_reference_partners
from domain import events
from domain.ledger import Command, read_after
from projections.rebuild import rebuild
from tests.api.conftest import opened
from tests.api.desk import Desk
from tests.api.territory_story import story
from tests.api.test_the_register import REGISTER, pages
from tests.conftest import empty
from tests.story import NOW

AMOUNTS = ("allocated_cents", "committed_cents", "paid_cents", "loans_cents")
OPENING: dict[type, str] = {
    events.AgreementAllocated: "allocated_cents",
    events.FundingAllocated: "allocated_cents",
    events.FundingCommitted: "committed_cents",
}
MOVING: dict[type, tuple[str, int]] = {
    events.PaymentRecorded: ("paid_cents", +1),
    events.RepaymentRecorded: ("paid_cents", -1),
    events.FundingDecommitted: ("committed_cents", -1),
    events.AllocationTakenBack: ("allocated_cents", -1),
}

Sums = Counter[str]


def register(desk: Desk) -> None:
    """The whole register."""
    register_reference_partners(desk.ledger)
    import_register(desk.ledger, REGISTER, command=Command(id=uuid4()), at=NOW)
    desk.follower.catch_up()


@pytest.fixture(scope="module", params=[story, register], ids=["story", "register"])
def desk(request, app, services, tables) -> Iterator[Desk]:
    """The desk with the story, then with the register. Shared: the tests leave everything as it is."""
    desk = opened(app, services, tables)
    request.param(desk)
    yield desk
    empty(tables)


# What the raw entries say


def standing(url: str) -> dict[Any, list[dict[str, Any]]]:
    """The raw entries by aggregate: with what corrections say, and without what was voided."""
    found: dict[Any, dict[int, dict[str, Any]]] = defaultdict(dict)
    with psycopg.connect(url) as db:
        for _, event in read_after(db.cursor(), 0, 10_000):
            entries = found[event.originator_id]
            match event:
                case events.EntryVoided() | events.AgreementEntryVoided():
                    del entries[event.target]
                case events.EntryCorrected() | events.AgreementEntryCorrected():
                    entries[event.target] |= event.changes
                case _:
                    entries[event.version] = {"event": type(event), **vars(event)}
    return {id: list(entries.values()) for id, entries in found.items()}


def recomputed(history: list[dict[str, Any]]) -> dict[str, Sums]:
    """What the entries of an operation or agreement add up to, by partner."""
    found: dict[str, Sums] = defaultdict(Counter)
    opened: dict[str, dict[str, Any]] = {}
    for each in history:
        if each["event"] in OPENING:
            opened[each["line"]] = line = dict(each)
            level, amount = OPENING[each["event"]], each["amount_cents"]
        elif each["event"] is events.FundingRevised:
            line = opened[each["line"]]
            level, amount = "committed_cents", each["amount_cents"] - line["amount_cents"]
        elif each["event"] in MOVING:
            line, (level, sign) = opened[each["line"]], MOVING[each["event"]]
            amount = sign * each["amount_cents"]
        else:
            assert each["event"] is events.PaymentScheduleRevised or "line" not in each
            continue
        if line["instrument"] != "loan":
            found[line["partner"]][level] += amount
        elif level == "committed_cents":
            found[line["partner"]]["loans_cents"] += amount
    return found


def sums_by(url: str, key: Callable[[dict[str, Any]], Any]) -> dict[Any, Sums]:
    """The sums of operations and agreements by something that their first entry says."""
    found: dict[Any, Sums] = defaultdict(Counter)
    for history in standing(url).values():
        if history[0]["event"] in (events.Planned, events.AgreementSigned):
            for sums in recomputed(history).values():
                found[key(history[0])].update(sums)
    return found


def equal(communes: int) -> list[int]:
    """Ten thousand ten-thousandths in equal parts; what is left over goes to the first ones."""
    each, rest = divmod(10_000, communes)
    return [each + 1] * rest + [each] * (communes - rest)


def amounts(document: dict[str, Any]) -> dict[str, int]:
    return {name: document[name] for name in AMOUNTS}


def test_the_totals_and_the_themes_are_those_of_the_raw_entries(desk, tables):
    territory = desk.read("/v1/territory")
    expected = sums_by(tables, lambda first: first["theme"])
    assert [each["theme"] for each in territory["themes"]] == [
        "social_housing",
        "mining",
        "tramway",
        "rural_centre",
        None,
    ]
    for each in territory["themes"]:
        assert amounts(each) == {name: expected[each["theme"]][name] for name in AMOUNTS}, each["theme"]
        assert sum(phase["operations"] for phase in each["by_phase"]) == each["operations"]
    whole = sum(expected.values(), Counter())
    assert amounts(territory["totals"]) == {name: whole[name] for name in AMOUNTS}
    assert territory["totals"]["operations"] == len(list(pages(desk, "/v1/operations")))


def test_the_totals_are_those_that_partners_read(desk):
    partners = [each["code"] for each in pages(desk, "/v1/partners")]
    theirs = [desk.read(f"/v1/partners/{code}/commitments")["totals"] for code in partners]
    assert amounts(desk.read("/v1/territory")["totals"]) == {
        name: sum(each[name] for each in theirs) for name in AMOUNTS
    }


@pytest.mark.parametrize("amount", ["committed_cents", "paid_cents"])
def test_communes_and_whole_territory_add_up_to_the_totals(desk, amount):
    territory = desk.read("/v1/territory")
    communes = sum(each[amount] for each in territory["communes"])
    assert communes + territory["territory_wide"][amount] == territory["totals"][amount]


def test_each_commune_has_its_part_of_the_raw_entries_by_weight(desk, tables):
    exact: dict[str, Fraction] = defaultdict(Fraction)
    touching: Counter[str] = Counter()
    for history in standing(tables).values():
        first = history[0]
        if first["event"] is events.Planned and not first["territory_wide"]:
            committed = sum(sums["committed_cents"] for sums in recomputed(history).values())
            weights = first["weights"] or equal(len(first["communes"]))
            for insee, weight in zip(first["communes"], weights, strict=True):
                exact[insee] += Fraction(committed * weight, 10_000)
                touching[insee] += 1
    for each in desk.read("/v1/territory")["communes"]:
        assert each["operations"] == touching[each["insee"]]
        # Whole cents: each operation may give a commune one cent more or less than its exact part.
        assert abs(each["committed_cents"] - exact[each["insee"]]) <= touching[each["insee"]], each["insee"]


def test_the_effort_of_the_authority_is_that_of_the_raw_entries(desk, tables):
    own: Sums = Counter()
    for history in standing(tables).values():
        if history[0]["event"] is events.Planned:
            own.update(recomputed(history).get("cavm", {}))
    effort = desk.read("/v1/territory")["fundamentals"]["effort"]
    assert effort["partner"] == "cavm"
    for amount in ("committed_cents", "paid_cents", "loans_cents"):
        assert sum(each[amount] for each in effort["years"]) == own[amount]


def test_the_partnership_is_that_of_the_raw_entries(desk, tables):
    funders = {}
    for history in standing(tables).values():
        if history[0]["event"] is events.Planned:
            committed = {code: sums["committed_cents"] for code, sums in recomputed(history).items()}
            if found := {code: cents for code, cents in committed.items() if cents}:
                funders[history[0]["reference"]] = found
    told = desk.read("/v1/territory")["fundamentals"]["partnership"]
    assert {
        each["reference"]: {partner["partner"]: partner["committed_cents"] for partner in each["partners"]}
        for each in told["items"]
    } == funders
    assert [each["reference"] for each in told["items"]] == sorted(funders)
    assert told["operations"] == len(funders)
    assert told["single_funder"] == sum(len(each) == 1 for each in funders.values())
    assert [each["single_funder"] for each in told["items"]] == [len(funders[key]) == 1 for key in sorted(funders)]
    whole = sum(sum(each.values()) for each in funders.values())
    assert sum(each["committed_cents"] for each in told["by_kind"]) == whole


def test_shares_of_communes_and_of_people_make_one_whole(desk):
    balance = desk.read("/v1/territory")["fundamentals"]["balance"]
    assert len(balance["communes"]) == 35
    for share in ("share_of_committed", "share_of_population"):
        assert sum(each[share] for each in balance["communes"]) == pytest.approx(1, abs=0.002)


def test_a_rebuild_tells_the_same_territory(desk, tables):
    before = desk.get("/v1/territory").data
    rebuild(tables, "territory")
    assert desk.get("/v1/territory").data == before
