"""What the operations of a list add up to: each figure once, for those whose money the reader sees."""

from typing import Any

import pytest

from tests.api.desk import GRANT, PLAN, Desk

PLANS = "/v1/operations"
MONEY = ("allocated_cents", "committed_cents", "paid_cents", "to_commit_cents", "to_pay_cents", "loans_cents")


@pytest.fixture
def three(desk: Desk) -> Desk:
    """Three operations: of 100 € with 60 € set aside and 40 € committed; of 30 €, over-committed; of unknown cost."""
    for name, facts in {
        "A": {"cost_cents": 100_00, "theme": "mining", "owner": "sigh"},
        "B": {"cost_cents": 30_00, "theme": "mining"},
        "C": {"communes": ["59606"], "site": "Chasse Royale"},
    }.items():
        desk.record(PLANS, PLAN | {"reference": name} | facts)
    desk.record(f"{PLANS}/A/allocations", GRANT | {"amount_cents": 60_00})
    desk.record(f"{PLANS}/A/commitments", GRANT | {"amount_cents": 40_00})
    desk.record(f"{PLANS}/B/commitments", GRANT | {"amount_cents": 70_00, "partner": "region"})
    desk.record(f"{PLANS}/B/commitments", GRANT | {"amount_cents": 5_00, "partner": "region", "instrument": "loan"})
    return desk


def sums(shown: Any) -> dict[str, int]:
    """The sums of the items of a page."""
    return {name: sum(each["funding"][name] or 0 for each in shown["items"]) for name in MONEY}


@pytest.mark.parametrize("dates", ["", "as_known_on=2026-11-22", "as_true_on=2026-11-22"])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [("", 3), ("theme=mining", 2), ("partner=anru", 1), ("owner=sigh", 1), ("q=chasse", 1), ("q=VALENCIENNES", 1)],
)
def test_the_sums_are_those_of_the_operations_found(three: Desk, wanted, found, dates):
    shown = three.read(f"{PLANS}?{wanted}&{dates}".rstrip("?&").replace("?&", "?"))
    assert len(shown["items"]) == shown["totals"]["operations"] == shown["totals"]["in_full"] == found
    assert {name: shown["totals"][name] for name in MONEY} == sums(shown)
    assert shown["totals"]["cost_cents"] == sum(each["funding"]["cost_cents"] or 0 for each in shown["items"])


def test_what_one_has_left_hides_nothing_that_another_lacks(three: Desk):
    assert three.read(PLANS)["totals"]["to_commit_cents"] == 20_00


def test_the_sums_are_those_of_all_pages_and_stand_on_the_first(three: Desk):
    first = three.read(PLANS + "?limit=1")
    assert first["totals"] == three.read(PLANS)["totals"]
    assert three.read(f"{PLANS}?limit=1&cursor={first['next']}")["totals"] is None


@pytest.mark.parametrize("dates", ["", "?as_true_on=2026-11-22"])
def test_a_partner_reads_the_sums_of_what_it_reads_in_full(three: Desk, dates):
    totals = three.read(PLANS + dates, "region")["totals"]
    assert (totals["operations"], totals["in_full"], totals["cost_cents"]) == (3, 1, 30_00)
    assert (totals["committed_cents"], totals["loans_cents"]) == (70_00, 5_00)


@pytest.mark.parametrize("dates", ["", "as_known_on=2026-11-22"])
def test_a_cost_that_another_one_contains_counts_once(three: Desk, dates):
    three.record(PLANS, PLAN | {"reference": "A1", "part_of": "A", "cost_cents": 50_00})
    three.record(PLANS, PLAN | {"reference": "A11", "part_of": "A1", "cost_cents": 20_00, "theme": "mining"})
    three.record(PLANS, PLAN | {"reference": "C1", "part_of": "C", "cost_cents": 7_00})

    def cost(wanted: str) -> int:
        return int(three.read(f"{PLANS}?{wanted}&{dates}".replace("?&", "?").rstrip("?&"))["totals"]["cost_cents"])

    # C1 counts, since nobody knows the cost of C; A11 is in A by way of A1, which is not among the mining ones.
    assert cost("") == 137_00
    assert cost("theme=mining") == 130_00
    assert cost("q=a11") == 20_00
