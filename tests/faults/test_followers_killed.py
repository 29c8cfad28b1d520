"""The follower is killed at any moment, and others are at work beside it: each entry counts once."""

import random

import pytest

from tests.api.crashing import until
from tests.faults.house import House, Process
from tests.faults.load import Load, load
from tests.faults.table import Table

SEED = 5


def followers(house: House) -> list[Process]:
    return [each for each in house.running if "follow" in each.args]


@pytest.mark.parametrize("times", [5, pytest.param(50, marks=pytest.mark.soak)])
def test_a_follower_that_is_killed_again_and_again_loses_and_doubles_nothing(house: House, table: Table, times: int):
    chance = random.Random(SEED)
    with load(house) as at_work:
        for _ in range(times):
            at_work.gets_on()
            wait(at_work, chance)
            house.kill(*followers(house))
            house.follow()
            # Nobody is told what is not taken in yet; and what is taken in next is published.
            at_work.answered("200")
        until(house.followed)
    table.prove("follower killed (kill -9)", times, house, at_work, f"seed {SEED}")


@pytest.mark.soak
@pytest.mark.parametrize("times", [20])
def test_of_two_followers_the_other_takes_over_from_one_that_is_killed(house: House, table: Table, times: int):
    chance = random.Random(SEED)
    with load(house) as at_work:
        for _ in range(times):
            standing_by(house)
            at_work.gets_on()
            wait(at_work, chance)
            house.kill(followers(house)[0])
            until(house.followed)
            at_work.gets_on()
            at_work.answered("200")
    table.prove("leader killed, another takes over", times, house, at_work, f"seed {SEED}")


def standing_by(house: House) -> Process:
    """A second follower, which waits for the lock of the first."""
    process = house.follow()
    with house.database() as db:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jalon-follower'"
        until(lambda: db.execute(asked).fetchall() == [(2,)])
    return process


def wait(at_work: Load, chance: random.Random) -> None:
    """Until some more entries are acknowledged: no kill meets the same moment."""
    more = at_work.acknowledged + chance.randint(0, 20)
    until(lambda: at_work.acknowledged >= more)
