"""The fundamentals of the mission: a year beside those before it, shares, figures per inhabitant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fundamentals import divided, effort, per_inhabitant, share

STEADY = {2008: 100_00, 2009: 100_00, 2010: 100_00}


@pytest.mark.parametrize(("amount", "under"), [(49_99, True), (50_00, False), (0, True), (200_00, False)])
def test_a_year_under_half_the_mean_of_the_three_before_is_flagged(amount, under):
    judged = effort(STEADY | {2011: amount}, 2011, this_year=2026)
    assert (judged.mean_cents, judged.under_half, judged.insufficient_data) == (100_00, under, False)


def test_a_year_that_nothing_is_on_record_for_counts_as_zero():
    assert effort(STEADY, 2011, this_year=2026).under_half
    assert effort(STEADY, 2013, this_year=2026).mean_cents == 33_33


@pytest.mark.parametrize("year", [2008, 2009, 2010])
def test_fewer_than_three_years_before_are_insufficient_data(year):
    assert effort(STEADY, year, this_year=2026).insufficient_data


def test_three_years_that_hold_nothing_are_insufficient_data():
    assert effort(STEADY | {2014: 1}, 2014, this_year=2026).insufficient_data
    assert effort({}, 2014, this_year=2026).insufficient_data


def test_a_year_that_is_not_over_is_not_judged():
    assert effort(STEADY, 2011, this_year=2011).insufficient_data
    assert not effort(STEADY, 2011, this_year=2012).insufficient_data


@given(st.lists(st.integers(0, 10**15), min_size=4, max_size=4))
def test_the_flag_follows_the_exact_mean_never_the_rounded_one(amounts):
    judged = effort(dict(zip(range(2008, 2012), [amounts[0] + 1, *amounts[1:]], strict=True)), 2011, this_year=2026)
    assert judged.under_half == (6 * amounts[3] < amounts[0] + 1 + amounts[1] + amounts[2])


def test_cents_are_divided_to_the_nearest_cent():
    assert [divided(cents, 2) for cents in (3, 4, 5)] == [2, 2, 3]
    assert (per_inhabitant(100, 3), per_inhabitant(100, 0), per_inhabitant(100, None)) == (33, None, None)


def test_a_share_of_nothing_is_unknown():
    assert (share(1, 3), share(0, 3), share(1, 0), share(None, 3)) == (0.3333, 0.0, None, None)
