"""An operation that covers several communes has a weight for each, and every figure by commune adds up."""

import pytest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from domain.errors import WeightsMismatch
from domain.territory import WHOLE, shared
from projections.telling import detail
from tests.story import ANZIN, BRUAY, VALENCIENNES, entry, given, planned, refused, replayed

TWO, THREE = (ANZIN, BRUAY), (ANZIN, BRUAY, VALENCIENNES)


def test_each_commune_has_the_part_that_was_stated():
    operation = planned(communes=TWO, weights=(6_667, 3_333))
    assert operation.weights == replayed(operation).weights == (6_667, 3_333)
    assert "poids des communes : Anzin 66,67\N{NO-BREAK SPACE}%, Bruay-sur-l'Escaut 33,33" in detail(
        operation.entries[0], operation
    )


@pytest.mark.parametrize(
    ("communes", "equal"),
    [((ANZIN,), (10_000,)), (TWO, (5_000, 5_000)), (THREE, (3_334, 3_333, 3_333)), ((), ())],
)
def test_where_nothing_is_stated_the_parts_are_equal(communes, equal):
    assert planned(communes=communes, territory_wide=not communes).weights == equal


@pytest.mark.parametrize(
    "weights", [(5_000,), (5_000, 4_999), (5_000, 5_001), (10_000, 0), (10_001, -1), (4_000, 4_000, 2_000)]
)
def test_weights_are_one_per_commune_above_zero_and_one_whole(weights):
    with refused(WeightsMismatch, field="weights"):
        planned(communes=TWO, weights=weights)


def test_the_whole_territory_has_no_weights():
    with refused(WeightsMismatch, field="weights"):
        planned(communes=(), territory_wide=True, weights=(10_000,))


def test_weights_follow_when_the_communes_are_corrected():
    operation = given(planned(communes=TWO, weights=(6_000, 4_000)))
    with refused(WeightsMismatch, operation, field="changes.weights"):
        operation.correct(target=1, changes={"communes": list(THREE)}, **entry("2020", reason="Oubli"))
    changes = {"communes": list(THREE), "weights": [5_000, 3_000, 2_000]}
    operation.correct(target=1, changes=changes, **entry("2020", reason="Oubli"))
    assert operation.weights == (5_000, 3_000, 2_000)


@settings(max_examples=60, deadline=None)
@whatever(st.integers(0, 10**15), st.lists(st.integers(1, WHOLE), min_size=1, max_size=60))
def test_what_is_shared_adds_up_to_the_cent_and_no_part_is_off_by_one(whole, weights):
    parts = shared(whole, weights)
    assert sum(parts) == whole
    assert all(
        abs(part * sum(weights) - whole * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )
