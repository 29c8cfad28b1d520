"""PostgreSQL restarts under writers, or stays away: what was acknowledged is there, and readers go on."""

import time

import pytest

from tests.api.crashing import Answer, milestone, until
from tests.faults.house import House
from tests.faults.load import Times, load
from tests.faults.proof import AWAY
from tests.faults.table import Table

# Seconds in which a writer is told that nothing can be recorded, and one more for a machine that does other things.
SOON = 3 + 1


@pytest.mark.parametrize("times", [2, pytest.param(10, marks=pytest.mark.soak)])
def test_a_restart_under_eight_writers_loses_and_doubles_nothing(house: House, table: Table, times: int):
    with load(house, writers=8) as at_work:
        for _ in range(times):
            at_work.gets_on()
            house.postgres.crash()
            at_work.gets_on()
            at_work.answered("200")
            until(house.followed)
    table.prove("PostgreSQL restarted under 8 writers (immediate)", times, house, at_work, besides=AWAY)


@pytest.mark.parametrize("times", [1, pytest.param(5, marks=pytest.mark.soak)])
def test_while_postgresql_is_away_nothing_is_recorded_and_what_lies_ready_is_read(
    house: House, table: Table, times: int
):
    usual, alone, told = Times([], []), Times([], []), 0.0
    with load(house) as at_work:
        for number in range(times):
            at_work.timed()
            time.sleep(1)
            usual = usual.and_more(at_work.timed())
            house.postgres.stop()
            try:
                answer, taken = refused(house, at_work.writers[0].operation, f"away-{times}-{number}")
                told = max(told, taken)
                assert (answer.status, answer.json["code"]) == (503, "store-unavailable")
                assert int(answer.headers["retry-after"]) >= 1
                at_work.timed()
                at_work.answered("200 stale")
                time.sleep(2)
                alone = alone.and_more(at_work.timed())
            finally:
                house.postgres.start()
            at_work.gets_on()
            at_work.answered("200")
            until(house.is_fresh)
    assert told < SOON
    noted = f"writers told after {told:.1f} s at most; p99 of reads {usual}, while it is away {alone}"
    table.prove("PostgreSQL away, writers told, readers go on", times, house, at_work, noted, besides=AWAY)


def refused(house: House, operation: str, key: str) -> tuple[Answer, float]:
    """What a writer is told, and the seconds that it took; of a command that would be refused once all is well."""
    began = time.monotonic()
    answer = house.post(f"{operation}/milestones", milestone(1), Idempotency_Key=key)
    return answer, time.monotonic() - began
