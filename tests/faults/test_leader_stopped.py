"""The leading follower stands still, another one takes over, the first wakes: it writes nothing any more."""

import time

import pytest

from api.published.shelf import LIFE_OF_A_BEAT
from tests.api.crashing import until
from tests.faults.house import House, stopped
from tests.faults.load import load
from tests.faults.revoking import Revoked
from tests.faults.table import Table
from tests.faults.test_followers_killed import followers, standing_by

# Seconds after which PostgreSQL has ended the session of a follower that stands still, in the middle of a pipeline too.
LONGEST = 30


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_a_leader_that_wakes_after_its_successor_began_changes_nothing(house: House, table: Table, times: int):
    taken = []
    with load(house) as at_work:
        for number in range(times):
            successor = standing_by(house)
            leader = followers(house)[0]
            at_work.gets_on()
            before, began = epoch(house), time.monotonic()
            with Revoked(house, f"stopped-{times}-{number}") as revoked, stopped(leader.pid):
                # Nobody says any more that it leads: readers go by PostgreSQL.
                until(lambda: not house.is_fresh(), patience=LIFE_OF_A_BEAT / 1000 + 1)
                at_work.answered("200")
                until(lambda before=before: epoch(house) > before, patience=LONGEST + 10)
                taken.append(time.monotonic() - began)
                until(house.is_fresh)
                revoked.revoke()
            # Awake: it finds its session ended and its epoch over.
            at_work.gets_on()
            assert revoked.opened_again == []
            assert epoch(house) > before
            assert leader.poll() is None
            house.kill(leader)
            at_work.gets_on()
            assert successor.poll() is None
    noted = f"taken over after {max(taken):.1f} s at most"
    table.prove("leader stopped (SIGSTOP), another takes over, first woken", times, house, at_work, noted)


def epoch(house: House) -> int:
    """Of the leadership that may publish."""
    with house.redis.client() as client:
        return int(client.hget(house.shelf._state, "epoch") or 0)
