"""Redis is killed, emptied, hangs: readers are answered all the same, and never by what is no longer so."""

import time

import pytest

from api.published.shelf import Away, Key, Shelf
from tests.api.crashing import until
from tests.faults.house import House
from tests.faults.load import Times, load
from tests.faults.revoking import Revoked
from tests.faults.table import Table


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_a_redis_that_is_killed_is_not_missed(house: House, table: Table, times: int):
    with load(house) as at_work:
        for _ in range(times):
            at_work.gets_on()
            house.redis.kill()
            at_work.gets_on()
            at_work.answered("200")
            house.redis.revive()
            until(house.is_fresh)
            at_work.gets_on()
    assert at_work.answers["503 store-unavailable"] == 0
    table.prove("Redis killed (kill -9)", times, house, at_work)


@pytest.mark.parametrize("times", [3, pytest.param(30, marks=pytest.mark.soak)])
def test_an_emptied_redis_is_filled_again(house: House, table: Table, times: int):
    with load(house) as at_work:
        for _ in range(times):
            at_work.gets_on()
            house.redis.flush()
            at_work.answered("200")
            until(house.is_fresh)
    table.prove("Redis emptied (FLUSHALL)", times, house, at_work)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_a_redis_that_hangs_costs_readers_little_and_opens_nothing_when_it_wakes(
    house: House, table: Table, times: int
):
    usual, hanging, took = Times([], []), Times([], []), 0.0
    with load(house) as at_work:
        for number in range(times):
            with Revoked(house, f"hung-{times}-{number}") as revoked:
                at_work.timed()
                time.sleep(1)
                usual = usual.and_more(at_work.timed())
                with house.redis.hung():
                    took = max(took, revoked.revoke())
                    hanging = hanging.and_more(at_work.timed())
                    at_work.gets_on()
                until(house.is_fresh)
                at_work.answered("200")
            assert revoked.opened_again == []
    # How long is told, and held against the goal in docs/performance.md: other work on the machine would decide here.
    noted = f"p99 of reads {usual}, while it hangs {hanging}; revocation answered after {took:.1f} s at most"
    table.prove("Redis hangs (SIGSTOP, SIGCONT), token revoked meanwhile", times, house, at_work, noted)


def test_what_the_publisher_said_before_redis_hung_counts_for_nothing_when_it_wakes(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("api.published.shelf.LIFE_OF_A_BEAT", 500)
    said, heard = (Shelf(house.redis.servers.redis_url, lambda: "hung", patience=0.1) for _ in range(2))
    said.begin(1, "shape")
    said.renew(1, "shape", 10)
    said.beat(1)
    nothing = Key("none", "none")
    assert heard.find("", nothing).fresh
    with house.redis.hung():
        # It lies in the socket, and is read when Redis wakes.
        with pytest.raises(Away):
            said.beat(1)
        time.sleep(0.6)
    assert not heard.find("", nothing).fresh
    said.close()
    heard.close()
