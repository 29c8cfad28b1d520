"""A token opens nothing from the moment that its revocation is answered, whoever is killed or stopped meanwhile."""

import time

import pytest

from tests.faults.house import House, stopped
from tests.faults.load import load
from tests.faults.revoking import Revoked
from tests.faults.table import Table
from tests.faults.test_followers_killed import followers


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_a_token_that_is_taken_back_while_the_follower_is_dead_opens_nothing(house: House, table: Table, times: int):
    taken = []
    with load(house, writers=2, readers=1) as at_work:
        for number in range(times):
            at_work.gets_on()
            with Revoked(house, f"dead-{times}-{number}") as revoked:
                house.kill(*followers(house))
                nobody_says_that_it_is_done(revoked)
                house.follow()
                taken.append(revoked.revoke())
            assert revoked.opened_again == []
    table.prove("token revoked, follower killed", times, house, at_work, f"answered after {max(taken):.1f} s at most")


@pytest.mark.soak
@pytest.mark.parametrize("times", [10])
def test_a_token_that_is_taken_back_while_the_follower_stands_still_opens_nothing(
    house: House, table: Table, times: int
):
    taken = []
    with load(house, writers=2, readers=1) as at_work:
        for number in range(times):
            at_work.gets_on()
            with Revoked(house, f"still-{times}-{number}") as revoked:
                with stopped(followers(house)[0].pid):
                    nobody_says_that_it_is_done(revoked)
                taken.append(revoked.revoke())
            assert revoked.opened_again == []
    table.prove("token revoked, follower stopped", times, house, at_work, f"answered after {max(taken):.1f} s at most")


def nobody_says_that_it_is_done(revoked: Revoked) -> None:
    """The revocation is recorded, and whoever asked for it is told to ask again."""
    began = time.monotonic()
    answer = revoked.ask()
    assert (answer.status, answer.json["code"]) == (503, "not-in-force-yet")
    assert time.monotonic() - began < 10
