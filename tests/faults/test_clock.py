"""The clock of the web processes goes wrong: what was recorded keeps its order, and counts once."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import psycopg
import pytest

from api.app import create_app
from api.services import Services
from projections.rebuild import rebuild
from tests.api.conftest import desk, planned  # noqa: F401
from tests.api.desk import CARPEAUX, GRANT, Desk
from tests.faults.proof import Proof, difference
from tests.faults.table import Row, Table
from tests.projections.rows import everything
from tests.published.conftest import House, house, ready, shelf  # noqa: F401
from tests.story import NOW

SEED = 3


@dataclass
class Clock:
    """The clock of a machine, which somebody sets."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wrong(planned: Desk, services: Services, house: House, clock: Clock) -> Iterator[Desk]:  # noqa: F811
    """The API, with a publisher beside it, by that clock."""
    made = replace(services, clock=clock, shelf=house.shelf)
    yield Desk(create_app(made), planned.ledger, planned.follower)
    made.waiting.stop()


@pytest.mark.parametrize("times", [30, pytest.param(500, marks=pytest.mark.soak)])
def test_entries_of_a_clock_that_is_moved_keep_their_order(
    wrong: Desk,
    house: House,  # noqa: F811
    clock: Clock,
    database_url: str,
    times: int,
    table: Table,
):
    chance, positions, answers = random.Random(SEED), [], Counter()
    for number in range(times):
        clock.at = NOW + timedelta(days=chance.choice([0, 0, -1, -400, 30, 3650]), seconds=chance.randint(0, 86_400))
        body = GRANT | {"amount_cents": 100 + number}
        positions.append(wrong.record(f"{CARPEAUX}/commitments", body)["position"])
        house.publish()
        answer = wrong.get(f"{CARPEAUX}/timeline?min_position={positions[-1]}")
        assert (answer.status_code, answer.json["version"]) == (200, number + 2)
        answers["200"] += 1
        assert answer.data == house.lies("timeline", "ANZ-CARPEAUX").body
    assert positions == sorted(set(positions))
    before = everything(database_url)
    rebuild(database_url)
    after = everything(database_url)
    proof = Proof(
        skipped=times + 1 - len(before["timeline.entry"]),
        rows=sum(difference(before[name], after[name]) for name in before),
    )
    table.rows.append(Row("clock moved, ten years ahead and back", times, times, answers, proof, f"seed {SEED}"))
    assert proof.faults == {}


def test_what_is_known_never_goes_back(wrong: Desk, clock: Clock, database_url: str):
    clock.at = NOW + timedelta(days=3650)
    wrong.record(f"{CARPEAUX}/commitments", GRANT)
    clock.at = NOW
    wrong.record(f"{CARPEAUX}/commitments", GRANT)
    known = known_from(database_url)
    assert known == sorted(known)
    rebuild(database_url)
    assert known_from(database_url) == known


def test_a_leadership_that_begins_while_the_clock_is_behind_is_still_the_youngest(
    wrong: Desk,
    house: House,  # noqa: F811
    database_url: str,
):
    house.publish()
    house.connection.execute("UPDATE publishing SET epoch = epoch + 1000000000000")
    house.publisher.leads(house.connection)
    house.publish()
    first = house.publisher._epoch
    house.publisher.leads(house.connection)
    house.publish()
    assert house.publisher._epoch == first + 1
    assert house.lies("timeline", "ANZ-CARPEAUX").fresh


def known_from(database_url: str) -> list[datetime]:
    """Since when each entry is known, in the order of the ledger."""

    with psycopg.connect(database_url) as db:
        return [at for (at,) in db.execute("SELECT known_from FROM timeline.entry ORDER BY position")]
