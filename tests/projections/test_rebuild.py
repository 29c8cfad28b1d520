"""Rebuilding: the same rows, made beside the live ones, which go on serving meanwhile."""

import threading
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel

from domain.money import Instalment
from domain.partner import Partner
from projections import UnknownProjection, catalogue, create_tables, timeline
from projections.access import Access
from projections.follower import Follower, position, positions
from projections.projection import Told
from projections.rebuild import RebuildUnderWay, alone, rebuild
from projections.replay import NotRebuilt
from projections.timeline import Timeline
from tests.projections.rows import everything, record
from tests.story import AUTHORITY, LEA, NOW, committed, entry, planned, signed, started

SCHEMAS = """
    SELECT nspname FROM pg_namespace
    WHERE nspname ~ '^(timeline|commitments|portfolio|territory|access|moments|tree)' ORDER BY 1
"""


@pytest.fixture
def history(ledger: Any, database_url: str) -> Any:
    """An operation, an agreement and a partner, corrected and voided, with a clock that goes back."""
    operation, agreement = started(owner="sigh", cost_cents=500_00), signed()
    anru = Partner.register(authority=AUTHORITY, code="anru", name="ANRU", kind="state_anru", **entry("2008-01-01"))
    record(ledger, operation, agreement, anru)
    committed(operation, 50_00, partner="region")
    operation.correct(
        target=2, changes={"amount_cents": 120_00}, **entry("2013", at=NOW.replace(year=2027), reason="A")
    )
    record(ledger, operation)
    operation.void(target=4, **entry("2014", reason="B"))
    schedule = (Instalment(2009, 70_00), Instalment(2010, 50_00))
    operation.revise_schedule(line="L1", schedule=schedule, **entry("2009", reason="Loi de finances"))
    operation.pay(line="L1", kind="interim", amount_cents=30_00, external_ref="V-1", **entry("2009-05"))
    agreement.allocate(partner="anru", instrument="grant", amount_cents=60_00, **entry("2008-06"))
    record(ledger, operation, agreement, planned("B"))
    Follower(database_url).catch_up()
    return operation


def test_a_rebuild_makes_the_same_rows(history, database_url):
    before = everything(database_url)
    silent = {"access.account", "access.token", "moments.statement", "tree.node"}
    assert {table for table, rows in before.items() if rows} == before.keys() - silent
    rebuild(database_url)
    assert everything(database_url) == before


def test_one_projection_can_be_built_again_alone(history, database_url, cursor):
    before = everything(database_url)
    cursor.execute("DELETE FROM timeline.entry")
    rebuild(database_url, "timeline")
    assert everything(database_url) == before


def test_nothing_is_left_beside_the_live_tables(history, database_url, cursor):
    rebuild(database_url)
    assert [row[0] for row in cursor.execute(SCHEMAS)] == [
        "access",
        "commitments",
        "moments",
        "portfolio",
        "territory",
        "timeline",
        "tree",
    ]
    assert cursor.execute("SELECT count(*) FROM projection").fetchone() == (len(catalogue.PROJECTIONS),)


def test_postgresql_sweeps_the_new_tables_of_its_own_accord_again(history, database_url, cursor):
    rebuild(database_url)
    left = "SELECT relname FROM pg_class WHERE relnamespace::regnamespace::text = ANY(%s) AND reloptions IS NOT NULL"
    assert cursor.execute(left, (list(catalogue.NAMES),)).fetchall() == []


def test_progress_is_told(history, database_url):
    seen: list[tuple[int, int]] = []
    rebuild(database_url, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(12, 12)]


def test_what_is_recorded_meanwhile_is_not_lost(history, ledger, database_url, cursor):
    def meanwhile(_done: int, _of: int) -> None:
        record(ledger, planned("MEANWHILE"))
        Follower(database_url).catch_up()

    rebuild(database_url, progress=meanwhile)
    assert timeline.operation(cursor, "MEANWHILE") is not None
    before = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == before


def test_a_reader_sees_all_rows_at_every_moment_of_a_rebuild(history, ledger, database_url, cursor):
    failures: list[Any] = []
    stop = threading.Event()

    def read() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            while not stop.is_set():
                with connection.transaction(), connection.cursor() as reader:
                    speaks = position(reader)
                    head = timeline.operation(reader, "ANZ-CARPEAUX")
                    entries = timeline.entries(reader, "operation", "ANZ-CARPEAUX")
                    if head is None or len(entries) != head.version or head.position > speaks:
                        failures.append((speaks, head, len(entries)))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(5):
            committed(history)
            record(ledger, history)
            Follower(database_url).catch_up()
            rebuild(database_url)
    finally:
        stop.set()
        reader.join()
    assert failures == []


def test_what_an_interrupted_rebuild_left_is_removed_by_the_next(history, database_url, cursor):
    def interrupted(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    before = everything(database_url)
    cursor.execute("CREATE SCHEMA timeline_next; CREATE TABLE timeline_next.entry (); CREATE SCHEMA access_old")
    cursor.execute("INSERT INTO projection (name, version) VALUES ('timeline_next', 1)")
    with pytest.raises(KeyboardInterrupt):
        rebuild(database_url, progress=interrupted)
    assert everything(database_url) == before
    rebuild(database_url)
    assert everything(database_url) == before
    assert [row[0] for row in cursor.execute(SCHEMAS)] == [
        "access",
        "commitments",
        "moments",
        "portfolio",
        "territory",
        "timeline",
        "tree",
    ]


def test_two_rebuilds_do_not_run_at_once(history, database_url):
    with alone(database_url), pytest.raises(RebuildUnderWay):
        rebuild(database_url)


def test_an_unknown_projection_is_refused_by_name(database_url):
    with pytest.raises(UnknownProjection, match=r"'weather'.*timeline, commitments, portfolio, territory, access"):
        rebuild(database_url, "weather")


class Touchy(Timeline):
    def fold(self, told: Told) -> None:
        if told.event.version == 3:
            raise ValueError("trop amer")
        super().fold(told)


def test_a_rebuild_that_fails_leaves_the_live_tables_and_names_the_entry(history, database_url, cursor, monkeypatch):
    before = everything(database_url)
    monkeypatch.setattr(catalogue, "PROJECTIONS", (Touchy, Access))
    with pytest.raises(NotRebuilt, match=r"position \d+, operation.started, ANZ-CARPEAUX n° 3: ValueError: trop amer"):
        rebuild(database_url)
    assert everything(database_url) == before
    assert [row[0] for row in cursor.execute(SCHEMAS)] == [
        "access",
        "commitments",
        "moments",
        "portfolio",
        "territory",
        "timeline",
        "tree",
    ]


class TouchyAtWriting(Timeline):
    def flush(self, cursor: Any) -> None:
        super().flush(cursor)
        cursor.execute("SELECT 1 / 0")


def test_a_rebuild_whose_rows_postgresql_refuses_leaves_the_live_tables(history, database_url, monkeypatch):
    before = everything(database_url)
    monkeypatch.setattr(catalogue, "PROJECTIONS", (TouchyAtWriting, Access))
    with pytest.raises(NotRebuilt, match="DivisionByZero"):
        rebuild(database_url)
    assert everything(database_url) == before


def test_a_projection_of_another_version_is_built_again_when_the_tables_are_made(history, database_url, cursor):
    before = everything(database_url)
    cursor.execute("UPDATE projection SET version = 0 WHERE name = 'timeline'; DELETE FROM timeline.entry")
    create_tables(database_url)
    assert everything(database_url) == before
    assert {each.name: each.version for each in positions(cursor)} == {
        each.name: each.version for each in catalogue.PROJECTIONS
    }


def test_a_new_projection_is_told_the_whole_ledger_when_its_tables_are_made(history, database_url, cursor):
    before = everything(database_url)
    cursor.execute("DROP SCHEMA portfolio CASCADE; DELETE FROM projection WHERE name = 'portfolio'")
    create_tables(database_url)
    assert everything(database_url) == before


def test_making_the_tables_again_changes_nothing(history, database_url):
    before = everything(database_url)
    threads = [threading.Thread(target=create_tables, args=(database_url,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert everything(database_url) == before


def test_the_author_is_opaque(history, cursor):
    assert {each.recorded_by for each in timeline.entries(cursor, "operation", "ANZ-CARPEAUX")} == {LEA.actor}
