"""Bars that lie, and what changed in figures: pure functions, held against what must hold."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages import formats
from api.pages.language import SPOKEN
from api.pages.moves import of_lines, of_totals
from api.pages.stacks import of_money, stacks

AMOUNT = st.integers(-(10**10), 10**13)


@given(st.lists(st.lists(st.tuples(st.sampled_from(["paid", "to_pay"]), AMOUNT), max_size=4), max_size=20))
def test_bars_stay_within_the_width_and_their_parts_do_not_overlap(bars):
    for row in stacks([({}, [bar]) for bar in bars]):
        for bar in row.bars:
            assert all(a.x + a.width <= b.x + 0.02 for a, b in pairwise(bar))
            assert all(each.x >= 0 and each.x + each.width <= 100.02 for each in bar)


def test_lengths_compare_from_row_to_row():
    rows = stacks([({}, [[("paid", 10), ("to_pay", 30)]]), ({}, [[("paid", 0), ("to_pay", 10)]])])
    assert [[(each.kind, each.x, each.width) for each in row.bars[0]] for row in rows] == [
        [("paid", 0, 25), ("to_pay", 25, 75)],
        [("to_pay", 0, 25)],
    ]


def test_money_is_paid_then_owed_then_left():
    row = {"paid_cents": 10, "committed_cents": 30, "to_commit_cents": 5}
    assert of_money(row) == [[("paid", 10), ("to_pay", 20), ("to_commit", 5)]]


# What changed


def test_what_changed_is_told_in_figures_with_what_lies_between():
    SPOKEN.set("fr")
    moves = of_totals(
        [
            {"field": "totals.operations", "before": 1, "after": 2},
            {"field": "totals.paid_cents", "before": 500, "after": 300},
            {"field": "totals.committed_cents", "before": None, "after": 100},
            {"field": "by_year.2008.paid_cents", "before": 0, "after": 1},
        ]
    )
    assert [(each.level, each.before, each.after, each.more.replace("\u00a0", " ")) for each in moves] == [
        ("paid_cents", 500, 300, "− 2 €"),
        ("committed_cents", 0, 100, "+ 1 €"),
    ]


def test_a_line_that_is_opened_had_nothing_before():
    changes = [
        {"field": "lines.L2.allocated_cents", "before": None, "after": 0},
        {"field": "lines.L2.committed_cents", "before": None, "after": 700},
    ]
    assert [(each.line, each.level, each.before, each.after) for each in of_lines(changes)] == [
        ("L2", "committed_cents", 0, 700)
    ]


@pytest.mark.parametrize(
    ("gap", "said"), [(0.0316, "+ 3,16 points"), (-0.01, "− 1 point"), (0.0, "0 point"), (-0.4986, "− 49,86 points")]
)
def test_what_lies_between_two_parts_is_told_in_points(gap, said):
    assert formats.points(gap).replace("\u00a0", " ") == said


@pytest.mark.parametrize(("part", "said"), [(0.3334, "33,34 %"), (1.0, "100 %"), (0.0, "0 %")])
def test_a_part_of_a_whole_is_told_in_per_cent(part, said):
    assert formats.share(part).replace("\u00a0", " ") == said
    assert formats.share(part, "en") == said.replace(" ", "").replace(",", ".")
