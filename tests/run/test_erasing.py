"""`jalon person`: names kept apart from the record, put right, and erased so that no file holds them."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from api import people
from api.run import erasing
from api.run.pg_programs import program
from tests.run.houses import NAME, Base
from tests.run.test_roles import ENTRIES

FILES = """
    SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()
"""


def dumped(base: Base, folder: Path) -> bytes:
    """All that pg_dump tells of the database, projections included."""
    program("pg_dump", embedded=True, at_least=18).run(base.superuser, "--statistics", f"--file={folder / 'all.sql'}")
    return (folder / "all.sql").read_bytes()


def files(base: Base) -> bytes:
    """All files of the database, as they are once PostgreSQL has written what it holds in memory."""
    with psycopg.connect(base.superuser, autocommit=True) as db:
        db.execute("CHECKPOINT")
    folder = Path(base.rows(FILES)[0][0])
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_no_dump_and_no_file_holds_the_name_afterwards(named: Base, tmp_path: Path):
    named.rows("INSERT INTO person (name) SELECT 'Zoé ' || n FROM generate_series(1, 5) AS n")
    # PostgreSQL's planner keeps samples of columns that it has looked at.
    named.rows("ANALYZE")
    assert NAME.encode() in dumped(named, tmp_path)
    assert NAME.encode() in files(named)
    named.done("person", "erase", "u-1")
    assert NAME.encode() not in dumped(named, tmp_path)
    assert NAME.encode() not in files(named)


def test_the_record_stays_as_it_is_and_shows_the_opaque_id(named: Base):
    before = named.rows(ENTRIES)
    named.done("person", "erase", "u-1")
    assert named.rows(ENTRIES) == before
    assert named.names() == {}
    (line,) = (line for line in named.done("account", "list").stdout.splitlines() if line.startswith("u-1 "))
    assert line.split()[:2] == ["u-1", "u-1"]
    assert re.search(r"u-1 +– +\d", named.done("person", "list").stdout)


def test_who_did_it_and_when_is_kept_without_any_name(named: Base):
    named.done("token", "create", "--name", "Marc Leroy", "--role", "admin")
    named.done("person", "erase", "u-1", "--by", "u-2")
    assert named.rows("SELECT erased_by, erased_at > now() - interval '1 hour' FROM person WHERE id = 1") == [
        ("u-2", True)
    ]
    assert named.done("person", "list", "--erased").stdout == "u-1\n"


def test_an_erased_name_never_comes_back_by_a_command_that_is_sent_again(named: Base):
    named.done("person", "erase", "u-1")
    with psycopg.connect(named.application) as db:
        people.keep_name(db.cursor(), "u-1", NAME)
    again = named.jalon("person", "name", "u-1", NAME)
    assert (again.exit_code, "stays so" in again.output) == (1, True)
    assert named.names() == {}


def test_erasing_twice_changes_nothing_of_the_first_time(named: Base):
    named.done("person", "erase", "u-1")
    first = named.rows("SELECT erased_at, erased_by FROM person")
    named.done("token", "create", "--name", "Marc Leroy", "--role", "admin")
    named.done("person", "erase", "u-1", "--by", "u-2")
    assert named.rows("SELECT erased_at, erased_by FROM person WHERE id = 1") == first


def test_an_open_transaction_that_may_still_see_the_name_is_said(named: Base, tmp_path: Path):
    with psycopg.connect(named.superuser) as db:
        db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        db.execute("SELECT 1 FROM stored_events LIMIT 1")
        done = named.jalon("person", "erase", "u-1")
        assert (done.exit_code, "run the same command again" in done.output) == (1, True)
        assert named.names() == {}
    named.done("person", "erase", "u-1")
    assert NAME.encode() not in files(named)


def test_a_reader_who_holds_the_table_is_not_waited_for_without_end(named: Base, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(erasing, "PATIENCE", "SET lock_timeout = '50ms'")
    with psycopg.connect(named.superuser) as db:
        db.execute("LOCK TABLE person IN SHARE UPDATE EXCLUSIVE MODE")
        done = named.jalon("person", "erase", "u-1")
        assert (done.exit_code, "run the same command again" in done.output) == (1, True)
    named.done("person", "erase", "u-1")


@pytest.mark.parametrize("id", ["u-7", "u-x", "17", "lea"])
def test_an_id_that_nobody_has_is_refused_and_nobody_is_erased(named: Base, id: str):
    done = named.jalon("person", "erase", "u-1", id)
    assert (done.exit_code, id in done.output) == (1, True)
    assert named.names() == {"u-1": NAME}
    assert named.jalon("person", "erase", "u-1", "--by", id).exit_code == 1
    assert named.names() == {"u-1": NAME}


def test_only_the_owner_erases(named: Base):
    done = named.jalon("person", "erase", "u-1", owner=False)
    assert (done.exit_code, "DATABASE_OWNER_URL" in done.output) == (1, True)
    assert named.names() == {"u-1": NAME}


def test_a_name_is_put_right_and_the_wrong_one_is_gone(named: Base):
    named.done("person", "name", "u-1", "  Apolline Zwertvaegher ")
    assert named.names() == {"u-1": "Apolline Zwertvaegher"}
    assert NAME.encode() not in files(named)


@pytest.mark.parametrize("name", ["", " ", "x" * 301, "two\nlines"])
def test_what_is_no_name_is_refused(named: Base, name: str):
    assert named.jalon("person", "name", "u-1", name).exit_code == 1
    assert named.names() == {"u-1": NAME}


def test_old_answers_to_commands_are_purged_and_young_ones_stay(named: Base):
    named.rows("UPDATE command SET recorded_at = now() - interval '31 days' WHERE position = 1 OR fingerprint = ''")
    young = named.rows("SELECT count(*) FROM command WHERE recorded_at > now() - interval '30 days'")
    named.rows("INSERT INTO command SELECT gen_random_uuid(), '', '{}', 1, now() - interval '29 days'")
    named.done("purge")
    assert named.rows("SELECT count(*) FROM command") == [(young[0][0] + 1,)]
    refused = named.jalon("purge", owner=False)
    assert (refused.exit_code, "DATABASE_OWNER_URL" in refused.output) == (1, True)
