"""The map of the communes: pure functions, held against what must hold."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages import maps
from domain.dates import paris_day
from domain.territory import communes
from tests.story import NOW


def corners(path: str) -> list[tuple[float, float]]:
    """Where a path of SVG comes by."""
    start, steps = path.removesuffix("z").removeprefix("M").split("l")
    x, y = map(float, start.split())
    found = [(x, y)]
    for dx, dy in re.findall(r"(\S+) (\S+)", steps):
        x, y = x + float(dx), y + float(dy)
        found.append((x, y))
    return found


def inside(point: tuple[float, float], path: str) -> bool:
    """Whether a point lies within a path: a line to the left crosses it an odd number of times."""
    ring = corners(path)
    return sum(x < point[0] for x in maps.crossings([[*ring, ring[0]]], point[1])) % 2 == 1


def test_the_map_has_every_member_commune_within_its_paper():
    sheet = maps.sheet()
    today = paris_day(NOW)
    assert {each.insee for each in sheet.outlines} == {each.insee for each in communes() if each.is_member(today)}
    points = [point for each in sheet.outlines for point in corners(each.path)]
    for size, along in ((sheet.width, 0), (sheet.height, 1)):
        assert 0 < min(point[along] for point in points) < 7
        assert size - 8 < max(point[along] for point in points) < size


def test_the_words_of_a_commune_stand_within_it():
    for each in maps.sheet().outlines:
        assert inside((each.x, each.y), each.path), each.insee
        assert each.room > 30


def test_north_is_up_and_a_square_of_ground_is_a_square_on_paper():
    # A kilometre is 1/111.2 of a degree of latitude, and cos(60°) makes a degree of longitude half of that.
    square = [[10.0, 59.99], [10.04, 59.99], [10.04, 60.01], [10.0, 60.01], [10.0, 59.99]]
    (found,) = maps.drawn({"x": [square]}).outlines
    (west, south), (east, _), (_, north), _ = corners(found.path)
    assert south > north
    assert east - west == pytest.approx(south - north, rel=0.001)


@given(st.lists(st.integers(-5, 10**12), max_size=60))
def test_classes_take_in_every_figure_once(values):
    among = maps.classes(values)
    assert len(among) <= 4
    assert all(a.high < b.low for a, b in pairwise(among))
    for value in values:
        assert (maps.class_of(value, among) > 0) is (value > 0)


def test_classes_have_about_as_many_members_each_and_equals_stay_together():
    assert maps.classes([0, 1, 2, 3, 4, 5, 6, 7, 8]) == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert maps.classes([5, 5, 5, 5, 9]) == [(5, 5), (9, 9)]
    assert maps.classes([0, 0]) == []


def test_a_name_stands_on_one_line_or_two_or_not_at_all():
    assert maps.names("Aulnoy-lez-Valenciennes", 200) == ["Aulnoy-lez-Valenciennes"]
    assert maps.names("Aulnoy-lez-Valenciennes", 80) == ["Aulnoy-lez-", "Valenciennes"]
    assert maps.names("Valenciennes", 30) == []
