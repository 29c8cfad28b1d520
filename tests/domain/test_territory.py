"""Membership and population depend on the day."""

import hashlib
from datetime import date
from importlib.resources import files

import msgspec
import pytest

from domain.reference.contours import contours
from domain.territory import RURAL_CENTRE_LIMIT, Population, commune, communes, is_member, population

PETITE_FORET = "59459"
OUTSIDE = {"59172": "Denain", "59207": "Escautpont", "59302": "Hérin", "59564": "La Sentinelle"}


@pytest.mark.parametrize(
    ("year", "inhabitants"), [(2021, 4_882), (2022, 4_887), (2023, 5_080), (2024, 5_058), (2025, 5_058), (2026, 5_058)]
)
def test_a_vintage_is_in_force_from_the_first_of_january(year: int, inhabitants: int) -> None:
    expected = Population(insee=PETITE_FORET, inhabitants=inhabitants, vintage=year)
    assert population(PETITE_FORET, date(year, 1, 1)) == expected
    assert population(PETITE_FORET, date(year, 12, 31)) == expected


def test_before_the_first_vintage_the_first_counts() -> None:
    assert population(PETITE_FORET, date(2019, 6, 1)) == Population(PETITE_FORET, 4_882, 2021)
    assert population(PETITE_FORET, date.min) == Population(PETITE_FORET, 4_882, 2021)


def test_after_the_last_vintage_the_last_counts() -> None:
    assert population(PETITE_FORET, date(2031, 1, 1)) == Population(PETITE_FORET, 5_058, 2026)


@pytest.mark.parametrize(("year", "small"), [(2021, 23), (2022, 23), (2023, 22), (2024, 22), (2025, 22), (2026, 22)])
def test_petite_foret_stops_being_a_rural_centre_in_2023(year: int, small: int) -> None:
    found = [population(each.insee, date(year, 6, 1)) for each in communes()]
    assert sum(each is not None and each.inhabitants < RURAL_CENTRE_LIMIT for each in found) == small


def test_the_authority_has_35_members() -> None:
    members = [each for each in communes() if each.is_member(date(2026, 1, 1))]
    assert len(members) == 35
    assert sum(found.inhabitants for each in members if (found := population(each.insee, date(2026, 1, 1)))) == 191_885


@pytest.mark.parametrize(("insee", "name"), OUTSIDE.items())
def test_a_neighbour_is_known_but_not_a_member(insee: str, name: str) -> None:
    neighbour = commune(insee)
    assert neighbour is not None
    assert (neighbour.name, neighbour.epci) == (name, "porte-du-hainaut")
    assert not is_member(insee, date(2008, 6, 30))
    assert population(insee, date(2026, 1, 1)) is None


def test_an_unlisted_commune_is_neither_known_nor_a_member() -> None:
    assert commune("75056") is None
    assert not is_member("75056", date(2026, 1, 1))
    assert population("75056", date(2026, 1, 1)) is None


def test_membership_covers_its_first_and_last_day() -> None:
    valenciennes = commune("59606")
    assert valenciennes is not None
    dated = type(valenciennes)("59606", "Valenciennes", "cavm", date(2001, 1, 1), date(2005, 12, 31))
    days = (date(2000, 12, 31), date(2001, 1, 1), date(2005, 12, 31), date(2006, 1, 1))
    assert [dated.is_member(day) for day in days] == [False, True, True, False]


def test_a_population_survives_storage() -> None:
    one = Population(PETITE_FORET, 4_882, 2021)
    stored = msgspec.json.encode(one)
    assert stored == b'{"insee":"59459","inhabitants":4882,"vintage":2021}'
    assert msgspec.json.decode(stored, type=Population) == one


def test_every_member_commune_has_an_outline_and_no_neighbour_has():
    members = {known.insee for known in communes() if known.is_member(date(2018, 10, 16))}
    assert set(contours()) == members
    assert all(ring[0] == ring[-1] for rings in contours().values() for ring in rings)


def test_the_outlines_are_those_of_their_source():
    content = files("domain.reference").joinpath("communes.geojson").read_bytes()
    sources = files("domain.reference").joinpath("SOURCES.md").read_text("utf-8")
    assert f"| `communes.geojson` | 35 | `{hashlib.sha256(content).hexdigest()}` |" in sources
