"""Petite-Forêt passed 5,000 inhabitants with the vintage of 2023: what was decided before stays as it was."""

import pytest

from domain import territory
from domain.errors import TooManyInhabitants
from domain.reference import rows
from domain.territory import Population
from tests.story import PETITE_FORET, entry, given, knowledge, planned, refused, replayed


def centre(on, **known):
    """The centre of Petite-Forêt, programmed on that day."""
    return planned("PF-CENTRE", communes=(PETITE_FORET,), theme="rural_centre", on=on, **known)


@pytest.fixture
def newer_vintage(monkeypatch):
    """A list of populations with one vintage more, in force from 2021 on, by which Petite-Forêt is a large commune."""

    def load():
        def read(name):
            other = [row | {"population_municipale": "6000"} for row in rows("population")]
            return other if name == "population" else rows(name)

        monkeypatch.setattr(territory, "rows", read)
        territory._populations.cache_clear()

    yield load
    monkeypatch.undo()
    territory._populations.cache_clear()


def test_it_is_a_rural_centre_by_the_vintage_of_2021():
    assert centre("2021-06").entries[0].populations == (Population(PETITE_FORET, 4_882, 2021),)


def test_it_is_none_from_2023_on():
    with refused(TooManyInhabitants) as refusal:
        centre("2023-06")
    assert refusal.value.values == {"commune": PETITE_FORET, "inhabitants": 5_080, "vintage": 2023}
    assert "5080" in str(refusal.value)


def test_a_derogation_says_why_it_is_one_all_the_same():
    operation = centre("2023-06", reason="Délibération : projet engagé en 2022")
    assert operation.theme == "rural_centre"
    assert operation.entries[0].populations == (Population(PETITE_FORET, 5_080, 2023),)


def test_a_newer_vintage_changes_nothing_of_what_was_decided(newer_vintage):
    operation = centre("2021-06")
    before = knowledge(operation)
    newer_vintage()
    with refused(TooManyInhabitants):
        centre("2021-06")
    assert knowledge(replayed(operation)) == before


def test_a_correction_of_something_else_does_not_judge_the_plan_again(newer_vintage):
    operation = given(centre("2021-06"))
    newer_vintage()
    operation.correct(target=1, changes={"title": "Centre-bourg"}, **entry("2026", reason="Intitulé"))
    assert operation.title == "Centre-bourg"
    assert operation.entries[0].populations == (Population(PETITE_FORET, 4_882, 2021),)
