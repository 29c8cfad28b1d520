"""The follower: each entry counts once, whatever is killed, cut or broken meanwhile."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import MapperDeserialisationError

from domain.events import Started
from domain.ledger import Ledger
from domain.operation import Operation
from projections import catalogue, timeline
from projections.access import Access
from projections.follower import LONGEST_REST, Follower, Nobody, is_followed, leads, position, positions, rest, wait_for
from projections.passing import OtherRelease, Pass
from projections.projection import Projection, Told
from projections.rebuild import rebuild
from projections.timeline import Timeline
from tests.projections.rows import everything, record
from tests.story import committed, entry, planned, started

RAW = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)"
KILLS = 20
ROOT = Path(__file__).parents[2]


def every(*own: Projection) -> list[Projection]:
    """Every projection there is, the given ones in place of those of the same name."""
    given = {each.name: each for each in own}
    return [given.get(make.name) or make() for make in catalogue.PROJECTIONS]


@contextmanager
def following(
    database_url: str, *projections: Projection, audience: Nobody | None = None
) -> Iterator[threading.Thread]:
    """A follower in a thread; what it raises is raised at the end."""
    stop, raised = threading.Event(), []

    def run() -> None:
        try:
            Follower(database_url, projections or None, audience=audience).run(stop)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    if raised:
        raise raised[0]


def eventually(true: Callable[[], object], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def leaders(cursor: Any) -> list[int]:
    """The process ids of the connections of followers, in PostgreSQL."""
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'jalon-follower' ORDER BY backend_start"
    return [row[0] for row in cursor.execute(query)]


def titled(told: Told) -> bool:
    return getattr(told.event, "title", "") == "Poison"


class Touchy(Timeline):
    """Cannot take in an operation titled « Poison »."""

    def fold(self, told: Told) -> None:
        super().fold(told)
        if titled(told):
            raise ValueError("trop amer")


class TouchyAtWriting(Timeline):
    """Writes nothing once it has seen an operation titled « Poison »."""

    def fold(self, told: Told) -> None:
        super().fold(told)
        self.poisoned = titled(told) or getattr(self, "poisoned", False)

    def flush(self, cursor: Any) -> None:
        super().flush(cursor)
        if getattr(self, "poisoned", False):
            self.poisoned = False
            cursor.execute("SELECT 1 / 0")


class Listening(Access):
    """Remembers the positions that it was told of."""

    def __init__(self, schema: str | None = None) -> None:
        self.heard: list[int] = []
        super().__init__(schema)

    def fold(self, told: Told) -> None:
        self.heard.append(told.position)


def test_a_new_entry_is_readable_before_the_next_look(ledger, database_url, cursor, monkeypatch):
    monkeypatch.setattr("projections.follower.POLL", 4)
    with following(database_url):
        assert eventually(lambda: is_followed(cursor))
        assert wait_for(cursor, record(ledger, planned()), timeout=3), "the notice was not heard"
        assert timeline.operation(cursor, "ANZ-CARPEAUX") is not None
    assert eventually(lambda: not is_followed(cursor))


def test_waiting_for_what_will_not_come_ends(ledger, cursor):
    began = time.monotonic()
    assert not wait_for(cursor, record(ledger, planned()), timeout=0.05)
    assert time.monotonic() - began >= 0.05


def test_batches_of_any_size_make_the_same_rows(ledger, database_url):
    operation = started()
    operation.correct(target=2, changes={"amount_cents": 120_00}, **entry("2013", reason="Une faute"))
    record(ledger, operation, planned("B"), started(reference="C"))
    Follower(database_url).catch_up()
    expected = everything(database_url)
    for limit in (1, 2, 3, 5):
        rebuilt_in_steps(database_url, limit)
        assert everything(database_url) == expected


def rebuilt_in_steps(database_url: str, limit: int) -> None:
    """Empty the live tables, and fill them again in the order of the ledger."""
    with psycopg.connect(database_url, autocommit=True) as db:
        for table in everything(database_url):
            db.execute(f"DELETE FROM {table}")
        db.execute("UPDATE projection SET position = 0")
        ahead = Pass(db, every())
        while ahead.step(limit):
            pass


def test_a_projection_that_is_behind_catches_up_without_taking_anything_twice(ledger, database_url, cursor):
    record(ledger, started())
    Follower(database_url).catch_up()
    cursor.execute("UPDATE projection SET position = 0 WHERE name = 'access'")
    record(ledger, planned("B"))
    access = Listening()
    Follower(database_url, every(access)).catch_up()
    assert len(access.heard) == 4
    assert access.heard == sorted(set(access.heard))
    assert len({each.position for each in positions(cursor)}) == 1
    before = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == before


def test_an_idle_look_writes_nothing(ledger, database_url, cursor):
    record(ledger, planned())
    Follower(database_url).catch_up()
    (before,) = cursor.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
    Follower(database_url).catch_up()
    assert cursor.execute("SELECT pg_current_wal_insert_lsn()").fetchone() == (before,)


def test_two_followers_at_once_take_each_entry_in_once(ledger, database_url):
    operations = [planned(f"OP-{n}") for n in range(5)]
    record(ledger, *operations)

    def catch_up_often() -> None:
        for _ in range(15):
            Follower(database_url).catch_up()

    threads = [threading.Thread(target=catch_up_often) for _ in range(2)]
    with following(database_url), following(database_url):
        for thread in threads:
            thread.start()
        for number in range(60):
            committed(operations[number % 5], 100_00 + number)
            record(ledger, operations[number % 5])
        for thread in threads:
            thread.join()
    Follower(database_url).catch_up()
    before = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == before


def test_only_one_of_two_followers_is_active_and_the_other_takes_over(ledger, database_url, cursor):
    with following(database_url), following(database_url):
        assert eventually(lambda: is_followed(cursor) and len(leaders(cursor)) == 2)
        query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        ((active,),) = cursor.execute(query).fetchall()
        cursor.execute("SELECT pg_terminate_backend(%s)", (active,))
        assert eventually(lambda: is_followed(cursor))
        assert wait_for(cursor, record(ledger, planned()), timeout=3)


def test_a_cut_connection_is_made_again(ledger, database_url, cursor):
    with following(database_url):
        for reference in ("A", "B", "C"):
            assert eventually(lambda: is_followed(cursor))
            for pid in leaders(cursor):
                cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
            assert wait_for(cursor, record(ledger, planned(reference)), timeout=3)


class Sleepy(Nobody):
    """Falls asleep in the middle of a transaction, once."""

    def __init__(self) -> None:
        self.slept = 0

    def looked(self, connection: Any) -> bool:
        if not self.slept:
            self.slept += 1
            with connection.transaction():
                connection.execute("SELECT 1")
                time.sleep(0.5)
                connection.execute("SELECT 1")
        return False


def test_a_follower_whose_transaction_was_ended_while_it_stood_still_goes_on(ledger, database_url, cursor, monkeypatch):
    monkeypatch.setattr("projections.follower.SESSION", "SET idle_in_transaction_session_timeout = '100ms'")
    audience = Sleepy()
    with following(database_url, audience=audience):
        assert eventually(lambda: audience.slept and is_followed(cursor))
        assert wait_for(cursor, record(ledger, planned()), timeout=3)


def test_what_came_at_once_is_taken_in_without_waiting_for_another_notice(ledger, database_url, cursor, monkeypatch):
    monkeypatch.setattr("projections.follower.POLL", 2)
    monkeypatch.setattr("projections.passing.FIRST", 2)
    monkeypatch.setattr("projections.passing.BATCH", 2)
    with following(database_url):
        assert eventually(lambda: is_followed(cursor))
        assert wait_for(cursor, record(ledger, *(planned(f"OP-{number}") for number in range(9))), timeout=1.5)


def test_the_more_entries_come_at_once_the_longer_the_next_ones_gather():
    assert rest(0) == rest(1) == 0
    assert 0 < rest(2) < rest(10) < rest(50) == rest(2_000) == LONGEST_REST


def test_a_lost_notice_costs_half_a_second(ledger, database_url, cursor):
    with following(database_url):
        assert eventually(lambda: is_followed(cursor))
        operation = planned()
        (event,) = operation.collect_events()
        stored = ledger.mapper.to_stored_event(event)
        cursor.execute(RAW, (stored.originator_id, 1, stored.topic, stored.state))
        assert wait_for(
            cursor, cursor.execute("SELECT max(notification_id) FROM stored_events").fetchone()[0], timeout=2
        )


@pytest.mark.parametrize("touchy", [Touchy, TouchyAtWriting])
def test_a_poison_entry_freezes_one_projection_just_before_it_and_is_named(ledger, database_url, cursor, touchy):
    first = record(ledger, *(planned(f"A-{n}") for n in range(12)))
    poison = planned("BITTER", title="Poison")
    bad = record(ledger, poison)
    last = record(ledger, *(planned(f"C-{n}") for n in range(12)))
    Follower(database_url, every(touchy())).catch_up()
    at = {each.name: each for each in positions(cursor)}
    assert at["timeline"].position == first
    assert str(at["timeline"].error).startswith(f"position {bad}, operation.planned, BITTER n° 1: ")
    assert {(each.position, each.error) for each in at.values() if each.name != "timeline"} == {(last, None)}
    assert position(cursor) == first
    assert position(cursor, "portfolio", "access") == last
    assert timeline.operation(cursor, "A-11") is not None
    assert timeline.operation(cursor, "C-0") is None


def test_the_operation_of_a_poison_entry_is_named(ledger, database_url, cursor):
    operation = started()
    record(ledger, operation)

    class Idle(Timeline):
        def fold(self, told: Told) -> None:
            if isinstance(told.event, Started):
                raise ValueError("pas aujourd'hui")
            super().fold(told)

    Follower(database_url, every(Idle())).catch_up()
    error = next(each.error for each in positions(cursor) if each.name == "timeline")
    assert error is not None
    assert error.endswith("operation.started, ANZ-CARPEAUX n° 3: ValueError: pas aujourd'hui")


def test_a_frozen_projection_is_not_waited_for(ledger, database_url, cursor):
    last = record(ledger, planned(title="Poison"))
    Follower(database_url, every(Touchy())).catch_up()
    began = time.monotonic()
    assert not wait_for(cursor, last, timeout=60)
    assert wait_for(cursor, last, "portfolio")
    assert time.monotonic() - began < 30


def test_a_frozen_projection_comes_back_by_a_rebuild(ledger, database_url, cursor):
    last = record(ledger, planned(title="Poison"))
    Follower(database_url, every(Touchy())).catch_up()
    rebuild(database_url, "timeline")
    assert {each.error for each in positions(cursor)} == {None}
    assert position(cursor) == last


def test_an_entry_that_cannot_be_read_stops_all_loudly_just_before_it(ledger, database_url, cursor):
    first = record(ledger, *(planned(f"A-{n}") for n in range(12)))
    cursor.execute(RAW, (uuid4(), 1, "operation.unheard_of", b"{}"))
    record(ledger, planned())
    with pytest.raises(MapperDeserialisationError, match="unheard_of"), following(database_url) as thread:
        thread.join(5)
    assert {each.position for each in positions(cursor)} == {first}
    assert {each.error for each in positions(cursor)} == {None}


def test_a_leader_that_leaves_an_answer_unread_is_ended_by_whoever_stands_by(database_url, monkeypatch):
    """As one that is stopped while PostgreSQL sends it more than the socket takes, which no timeout ends."""
    monkeypatch.setattr("projections.follower.STUCK", "300ms")
    connections = [psycopg.connect(database_url, autocommit=True) for _ in range(2)]
    with connections[0] as leader, connections[1] as successor:
        assert leads(leader)
        assert not leads(successor)
        # Idle for as long, it keeps what it has: PostgreSQL's own limits are for that.
        time.sleep(0.5)
        assert not leads(successor)
        leader.pgconn.send_query(b"SELECT repeat('x', 50000000)")
        deadline = time.monotonic() + 20
        while not leads(successor):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # Awake, it finds that it leads no more.
        while leader.pgconn.get_result() is not None:
            pass
        with pytest.raises(psycopg.OperationalError):
            leader.execute("SELECT 1")


def test_a_release_does_not_write_into_the_tables_of_another(ledger, database_url, cursor):
    cursor.execute("UPDATE projection SET version = version + 1 WHERE name = 'timeline'")
    try:
        with pytest.raises(OtherRelease, match="timeline"):
            Follower(database_url).catch_up()
    finally:
        cursor.execute("UPDATE projection SET version = version - 1 WHERE name = 'timeline'")


def test_a_follower_killed_twenty_times_under_writes_loses_and_doubles_nothing(ledger, database_url, cursor):
    chance, operations = random.Random(20), [planned(f"OP-{n}") for n in range(6)]
    record(ledger, *operations)
    with nursery(database_url) as start:
        for _ in range(KILLS):
            before, pid = position(cursor), start()
            assert eventually(lambda before=before: write(ledger, chance, operations) and position(cursor) > before)
            for _ in range(chance.randint(0, 20)):
                write(ledger, chance, operations)
            os.kill(pid, signal.SIGKILL)
    Follower(database_url).catch_up()
    rows = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == rows
    assert len(rows["timeline.entry"]) > 6 + KILLS


@contextmanager
def nursery(database_url: str) -> Iterator[Callable[[], int]]:
    """Starts followers in processes of their own; their ids."""
    command, alive = [sys.executable, "-m", "tests.projections.nursery", database_url], []
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def start() -> int:
            assert process.stdin is not None
            assert process.stdout is not None
            print(file=process.stdin, flush=True)
            alive.append(int(process.stdout.readline()))
            return alive[-1]

        try:
            yield start
        finally:
            for pid in alive:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def write(ledger: Ledger, chance: random.Random, operations: list[Operation]) -> int:
    """Somebody commits money; now and then an earlier commitment of the operation is corrected as well."""
    operation = chance.choice(operations)
    committed(operation, chance.randint(1, 1_000_00), partner=chance.choice(["anru", "region", "cavm"]))
    if chance.random() < 0.3:
        changes = {"amount_cents": chance.randint(1, 1_000_00), "partner": "anru"}
        operation.correct(target=2, changes=changes, **entry("2013", reason="Une faute"))
    return record(ledger, operation)
