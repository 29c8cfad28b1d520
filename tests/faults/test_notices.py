"""The follower hears of new entries; where it does not, it finds them by itself."""

import time
from uuid import uuid4

import pytest

from domain.ledger import Ledger
from tests.api.crashing import until
from tests.faults.house import House
from tests.faults.load import load
from tests.faults.table import Table
from tests.story import AUTHORITY, planned

# Seconds: a look every half, and the rest for a machine that has other things to do.
FOUND = 3
LISTENERS = "SELECT pid FROM pg_stat_activity WHERE application_name = ANY(%s)"
RAW = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)"


@pytest.mark.parametrize("name", ["jalon-listener", "jalon-follower"])
@pytest.mark.parametrize("times", [2, pytest.param(30, marks=pytest.mark.soak)])
def test_a_follower_whose_connection_is_ended_makes_another(house: House, table: Table, name: str, times: int):
    with load(house) as at_work, house.database() as db:
        for _ in range(times):
            ((pid,),) = until(lambda: db.execute(LISTENERS, ([name],)).fetchall())
            at_work.gets_on()
            db.execute("SELECT pg_terminate_backend(%s)", (pid,))
            at_work.gets_on()
            at_work.answered("200")
            until(house.followed)
    table.prove(f"connection of {name} ended (pg_terminate_backend)", times, house, at_work)


@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.soak)])
def test_an_entry_that_nobody_was_told_of_is_found(house: House, table: Table, times: int):
    slowest = 0.0
    with load(house, writers=1, readers=1) as at_work:
        pass
    for _ in range(times):
        reference = f"QUIET-{uuid4().hex[:8].upper()}"
        began = time.monotonic()
        recorded_quietly(house, reference)
        until(lambda reference=reference: house.get(f"/v1/operations/{reference}/timeline").status == 200)
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < FOUND
    table.prove("entry without a notice", times, house, at_work, f"readable after {slowest:.2f} s at most")


def recorded_quietly(house: House, reference: str) -> None:
    """Append as somebody would whose notice is lost."""
    ledger = Ledger(house.database_url, authority=AUTHORITY)
    try:
        (event,) = planned(reference).collect_events()
        stored = ledger.mapper.to_stored_event(event)
    finally:
        ledger.close()
    with house.database() as db:
        db.execute(RAW, (stored.originator_id, stored.originator_version, stored.topic, stored.state))
