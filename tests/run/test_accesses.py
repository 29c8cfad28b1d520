"""The access log of a service that runs: flushed when it stops, purged by a command and by the follower."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from api.run.accesses import keep_purging
from api.run.settings import SETTINGS
from tests.run.conftest import Jalon
from tests.run.test_serving import PATIENCE, Serve, port, serve, status, until

__all__ = ["port", "serve"]

ROOT = Path(__file__).parents[2]

OLD = """
    INSERT INTO access_log (request_id, at, route, export, status)
    VALUES (gen_random_uuid(), %s, 'made up', false, 200)
"""


def lines(database_url: str, route: str = "made up") -> list[tuple[datetime, int]]:
    """Instant and status of each line about a route: those of other tests may still arrive."""
    with psycopg.connect(database_url) as db:
        return db.execute("SELECT at, status FROM access_log WHERE route = %s ORDER BY at", (route,)).fetchall()


def aged(database_url: str, *days: int) -> None:
    """Lines of so many days ago."""
    with psycopg.connect(database_url, autocommit=True) as db:
        for each in days:
            db.execute(OLD, (datetime.now(UTC) - timedelta(days=each),))


def test_every_request_answered_before_a_service_stops_is_in_the_log(serve: Serve, port: int, database_url: str):
    process = serve(JALON_WORKERS="2")
    began = datetime.now(UTC)
    assert [status(port, "/v1/partners") for _ in range(15)] == [401] * 15
    process.terminate()
    assert process.wait(PATIENCE) == 0
    found = lines(database_url, "/v1/partners")
    assert [code for at, code in found if at >= began] == [401] * 15


def test_the_follower_of_a_service_purges_what_is_old(serve: Serve, database_url: str):
    aged(database_url, 1, 100)
    serve(JALON_ACCESS_LOG_MONTHS="2")
    until(lambda: len(lines(database_url)) == 1)


def test_a_purge_that_postgresql_does_not_let_happen_is_tried_again(database_url: str, monkeypatch: Any, caplog: Any):
    monkeypatch.setattr("api.run.accesses.AGAIN", 0.01)
    stop = threading.Event()
    nowhere = "postgresql://127.0.0.1:1/none"
    thread = threading.Thread(target=keep_purging, args=(nowhere, 12, stop))
    thread.start()
    until(lambda: caplog.text.count("is not purged (OperationalError)") > 1)
    stop.set()
    thread.join()


def test_the_command_deletes_what_is_older_than_the_setting_says(jalon: Jalon, database_url: str):
    aged(database_url, 1, 300, 400)
    done = jalon("accesses", "purge")
    assert done.exit_code == 0, done.output
    assert "1 lines older than 12 months are deleted." in done.output
    assert len(lines(database_url)) == 2


def test_an_application_that_may_not_delete_can_purge_what_is_old(database_url: str):
    aged(database_url, 1, 10)
    with psycopg.connect(database_url, autocommit=True) as db:
        aged(database_url, 800)
        db.execute("CREATE ROLE reader_and_writer")
        try:
            db.execute("GRANT SELECT, INSERT ON access_log TO reader_and_writer")
            db.execute("SET ROLE reader_and_writer")
            try:
                db.execute("DELETE FROM access_log")
                raise AssertionError("it may delete")
            except psycopg.errors.InsufficientPrivilege:
                pass
            assert db.execute("SELECT purge_access_log(now(), 10)").fetchone() == (1,)
        finally:
            db.execute("RESET ROLE")
            db.execute("DROP OWNED BY reader_and_writer")
            db.execute("DROP ROLE reader_and_writer")
    assert len(lines(database_url)) == 2


def test_the_setting_is_documented():
    (setting,) = [each for each in SETTINGS if each.name == "JALON_ACCESS_LOG_MONTHS"]
    assert setting.name in (ROOT / "docs" / "accesses.md").read_text()
