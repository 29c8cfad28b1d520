"""Far behind, or building anew: entries are told record by record, and by several processes at once."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import psycopg
import pytest

from benchmarks.histories import AGGLO
from benchmarks.seed import sow
from domain.event import Event
from domain.ledger import head
from projections import rebuild as rebuilding
from projections.follower import Follower, position, positions
from projections.passing import Pass
from projections.projection import Told
from projections.rebuild import rebuild
from projections.replay import NotRebuilt
from projections.timeline import Timeline
from tests.projections.rows import everything, record
from tests.projections.test_follower import every
from tests.story import committed, entry, planned

SMALL = AGGLO._replace(operations=4, partners=8)
UNREADABLE = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (%s, 1, %s, '{}')"


@pytest.fixture
def seeded(database_url: str) -> dict[str, Any]:
    """The rows of a small record, told in batches."""
    sow(database_url, SMALL)
    Follower(database_url).catch_up()
    return everything(database_url)


@pytest.fixture
def leaping(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few entries behind is far behind."""
    monkeypatch.setattr("projections.passing.FAR", 10)
    monkeypatch.setattr("projections.passing.LEAP", 37)


def begin_again(db: psycopg.Connection[Any]) -> None:
    """The live tables as they were made."""
    for table in everything(db.info.dsn):
        db.execute(f"DELETE FROM {table}")
    db.execute("UPDATE projection SET position = 0, known_at = NULL")


def test_whoever_is_far_behind_catches_up_record_by_record(seeded, database_url, leaping):
    with psycopg.connect(database_url, autocommit=True) as db:
        begin_again(db)
        ahead = Pass(db, every())
        taken = list(takewhile(bool, iter(ahead.step, None)))
        assert max(taken) == 37
        assert sum(taken) == SMALL.entries
        assert position(db.cursor()) == head(db.cursor())
    assert everything(database_url) == seeded


def test_leaps_go_on_from_what_earlier_ones_wrote(ledger, database_url, leaping):
    operations = [planned(f"OP-{number}") for number in range(6)]
    for round in range(8):
        for number, operation in enumerate(operations):
            committed(operation, 1_00 * (1 + round))
            if round % 3 == 2:
                changes = {"amount_cents": 7_00 + round * 10 + number}
                operation.correct(target=2, changes=changes, **entry("2013", reason="Une faute"))
        record(ledger, *operations)
        Follower(database_url).catch_up()
    live = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == live


class Touchy(Timeline):
    def fold(self, told: Told) -> None:
        if told.event.version == 9:
            raise ValueError("trop amer")
        super().fold(told)


def test_a_poison_entry_in_a_leap_freezes_one_projection_just_before_it(seeded, database_url, leaping):
    with psycopg.connect(database_url, autocommit=True) as db:
        begin_again(db)
        ahead = Pass(db, every(Touchy()))
        while ahead.step():
            pass
        first = "SELECT min(notification_id) FROM stored_events WHERE originator_version = 9"
        (poison,) = db.execute(first).fetchone() or (0,)
        found = {each.name: each for each in positions(db.cursor())}
        assert "trop amer" in (found.pop("timeline").error or "")
        assert {each.position for each in found.values()} == {head(db.cursor())}
        told = "SELECT count(*) FROM timeline.entry WHERE position >= %s"
        assert db.execute(told, (poison,)).fetchone() == (0,)


@pytest.mark.parametrize("count", [2, 3])
def test_several_processes_make_the_same_rows(seeded, database_url, monkeypatch, count):
    monkeypatch.setattr(rebuilding, "parts", lambda entries: count)
    told: list[tuple[int, int]] = []
    rebuild(database_url, progress=lambda done, of: told.append((done, of)))
    assert everything(database_url) == seeded
    assert told[-1] == (SMALL.entries, SMALL.entries)


def test_one_process_that_fails_ends_all_and_the_live_tables_stay(seeded, database_url, monkeypatch):
    monkeypatch.setattr(rebuilding, "parts", lambda entries: 2)
    with psycopg.connect(database_url) as db:
        db.execute(UNREADABLE, ("00000000-0000-0000-0000-000000000001", "operation.planned"))
    with pytest.raises(NotRebuilt, match=r"entry 1 of 00000000-0000-0000-0000-000000000001 \(operation.planned\)"):
        rebuild(database_url)
    assert everything(database_url) == seeded
    with psycopg.connect(database_url) as db:
        assert db.execute("SELECT count(*) FROM projection WHERE name LIKE '%\\_next'").fetchone() == (0,)


def test_batches_grow_as_long_as_they_are_quick_and_shrink_when_they_are_slow(seeded, database_url, monkeypatch):
    monkeypatch.setattr("projections.passing.FIRST", 8)
    monkeypatch.setattr("projections.passing.QUICK", 3_600.0)
    monkeypatch.setattr("projections.passing.SLOW", 3_600.0)
    with psycopg.connect(database_url, autocommit=True) as db:
        begin_again(db)
        ahead = Pass(db, every())
        assert [ahead.step() for _ in range(3)] == [8, 16, 32]
        monkeypatch.setattr("projections.passing.SLOW", 0.0)
        assert [ahead.step() for _ in range(3)] == [64, 32, 16]


def test_a_correction_restates_what_it_puts_right_and_nothing_else(monkeypatch):
    operation = planned()
    for number in range(10):
        committed(operation, 100 + number)
    said, restated = list(operation.entries), Event.restated
    for number in range(10):
        operation.correct(
            target=2 + number, changes={"amount_cents": 200 + number}, **entry("2013", reason="Une faute")
        )
    calls: list[int] = []

    def counted(event: Event, *args: Any, **kwargs: Any) -> Event:
        calls.append(event.version)
        return restated(event, *args, **kwargs)

    monkeypatch.setattr(Event, "restated", counted)
    again: Any = None
    for each in operation.entries:
        again = each.mutate(again)
    assert len(again.entries) == 2 * len(said) - 1
    assert calls == [2 + number for number in range(10)]
