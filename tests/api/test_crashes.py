"""A served instance whose PostgreSQL crashes, goes away and freezes: what is acknowledged is stored, once."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from itertools import count
from typing import Any

import psycopg
import pytest

from tests.api.crashing import (
    Answer,
    Postgres,
    Served,
    Writer,
    everybody_gets_on,
    milestone,
    planned,
    positions,
    serving,
    until,
    version,
)

NUMBERS = count(1)
WRITERS = 8
# Seconds in which an absence is told, and one more for a machine that has other things to do.
SOON = 3 + 1


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("crashing")) as served:
        yield served


@pytest.fixture
def postgres(served: Served) -> Postgres:
    return served.postgres


@pytest.fixture
def operation(served: Served) -> str:
    """The address of an operation of this test's own, for readers too."""
    operation = planned(served, f"OP-{next(NUMBERS)}")
    until(lambda: served.get(operation).status == 200)
    return operation


def log(served: Served, operation: str) -> Answer:
    """The first milestone of an operation, always the same command."""
    return served.post(f"{operation}/milestones", milestone(), Idempotency_Key=operation)


# One effect


def twenty(served: Served, operation: str, key: str) -> set[tuple[int, bytes]]:
    """What twenty parallel copies of one command are answered, each sent until somebody decides on it."""
    together = threading.Barrier(20)

    def send(_: int) -> tuple[int, bytes]:
        together.wait()
        answer = served.insist(f"{operation}/milestones", milestone(), Idempotency_Key=key)
        return answer.status, answer.body

    with ThreadPoolExecutor(20) as senders:
        return set(senders.map(send, range(20)))


def test_twenty_copies_make_one_effect_before_and_after_a_crash(served, postgres, operation):
    before = twenty(served, operation, "before")
    assert [status for status, _ in before] == [201]
    postgres.crash()
    assert twenty(served, operation, "before") == before
    assert version(served, operation) == 2


def test_twenty_copies_make_one_effect_when_the_crash_comes_in_the_middle(served, postgres, operation):
    with ThreadPoolExecutor(1) as meanwhile, closing(psycopg.connect(served.database_url)) as other:
        other.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        answers = meanwhile.submit(twenty, served, operation, "middle")
        until(lambda: held_up(other))
        postgres.crash()
        assert [status for status, _ in answers.result()] == [201]
    assert version(served, operation) == 2


def held_up(db: psycopg.Connection[Any]) -> bool:
    """Whether an append waits for its turn."""
    waiting = "SELECT FROM pg_locks WHERE relation = 'stored_events'::regclass AND NOT granted"
    return db.execute(waiting).rowcount > 0


# Under load


@pytest.mark.parametrize("crashes", [2, pytest.param(10, marks=pytest.mark.soak)])
def test_what_is_acknowledged_under_crashes_is_stored_once(served, postgres, crashes):
    writers = [Writer(served, planned(served, f"LOAD-{crashes}-{number}")) for number in range(WRITERS)]
    before = positions(served)[-1]
    stop = threading.Event()
    with ThreadPoolExecutor(WRITERS) as at_work:
        running = [at_work.submit(writer.write, stop) for writer in writers]
        try:
            for _ in range(crashes):
                everybody_gets_on(writers)
                postgres.crash()
            everybody_gets_on(writers)
        finally:
            stop.set()
        wait(running)
        for each in running:
            each.result()
    assert [each.refused for each in writers] == [[]] * WRITERS
    assert [[version for version, _ in each.acknowledged] for each in writers] == [
        list(range(2, 2 + len(each.acknowledged))) for each in writers
    ]
    assert [version(served, each.operation) for each in writers] == [1 + len(each.acknowledged) for each in writers]
    told = sorted(position for each in writers for _, position in each.acknowledged)
    assert told == [position for position in positions(served) if position > before]
    with psycopg.connect(served.database_url) as db:
        kept = db.execute("SELECT position FROM command WHERE position > %s ORDER BY 1", (before,)).fetchall()
    assert [position for (position,) in kept] == told


# Away and back


def told_to_come_back(served: Served, operation: str) -> None:
    """A writer and a reader are told so, each within its time."""

    def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
        began = time.monotonic()
        return ask(), time.monotonic() - began

    with ThreadPoolExecutor(2) as together:
        for answer, taken in together.map(timed, [lambda: log(served, operation), lambda: served.get(operation)]):
            assert (answer.status, answer.json["code"]) == (503, "store-unavailable")
            assert int(answer.headers["retry-after"]) >= 1
            assert taken < SOON


def all_is_well(served: Served, operation: str) -> bool:
    """Whether all are served again: so many at once that both web processes are asked."""

    def ask(number: int) -> int:
        return log(served, operation).status if number % 2 else served.get(operation).status

    with ThreadPoolExecutor(8) as together:
        return set(together.map(ask, range(16))) == {200, 201}


def test_nobody_notices_a_crash_that_is_over(served, postgres, operation):
    # Every connection of both web processes has been used, and is dead when the next request comes.
    until(lambda: all_is_well(served, operation))
    postgres.crash()
    assert all_is_well(served, operation)


def test_a_frozen_postgres_holds_nobody_up_for_long(served, postgres, operation):
    with postgres.frozen():
        told_to_come_back(served, operation)
    until(lambda: all_is_well(served, operation), patience=5)
    assert version(served, operation) == 2


def test_while_postgres_is_away_everybody_is_told_when_to_come_back(served, postgres, operation):
    postgres.stop()
    try:
        for _ in range(3):
            told_to_come_back(served, operation)
    finally:
        postgres.start()
    until(lambda: all_is_well(served, operation), patience=5)
    assert version(served, operation) == 2
