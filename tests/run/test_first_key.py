"""The key that signs is made at the first start, which says so, and never again by itself."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from api.run.settings import read_settings
from api.run.wiring import prepare
from domain.ledger import checkpoints as kept
from domain.ledger.notes import SecretKey, head_of


@pytest.fixture
def start(database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Makes a database ready, and returns what was said of it. servers: of one's own."""

    def run(servers: bool = False, **more: str) -> str:
        own = {"DATABASE_URL": database_url, "REDIS_URL": "redis://cache"} if servers else {}
        prepare(read_settings({"JALON_HOME": str(tmp_path), **own, **more}), database_url)
        return capsys.readouterr().err

    return run


def test_the_first_start_makes_the_key_and_says_so(start, tmp_path, database_url):
    said = start()
    key = SecretKey.parse((tmp_path / "checkpoint.key").read_text())
    assert str(tmp_path / "checkpoint.key") in said
    assert str(key.public) in said
    assert key.written() not in said
    with psycopg.connect(database_url) as db:
        first = kept.latest(db.cursor())
        assert head_of(first.note, [key.public]).size == first.size > 0
        assert [each.public for each in kept.keys(db.cursor())] == [key.public]


def test_later_starts_say_nothing(start):
    start()
    assert start() == ""


def test_a_key_that_is_gone_is_not_made_again(start, tmp_path):
    start()
    (tmp_path / "checkpoint.key").unlink()
    assert start() == ""
    assert not (tmp_path / "checkpoint.key").exists()


def test_servers_of_ones_own_get_a_key_where_one_says_so(start, tmp_path):
    assert start(servers=True) == ""
    assert str(tmp_path / "keys/here") in start(servers=True, JALON_CHECKPOINT_KEY=str(tmp_path / "keys/here"))
    assert (tmp_path / "keys/here").exists()


def test_a_key_that_was_never_begun_is_taken(start, tmp_path, database_url):
    """As after a start that was interrupted between the file and the record."""
    start()
    with psycopg.connect(database_url) as db:
        db.execute("DELETE FROM checkpoint; DELETE FROM checkpoint_key")
    written = (tmp_path / "checkpoint.key").read_text()
    assert "The key that signs checkpoints is" in start()
    assert (tmp_path / "checkpoint.key").read_text() == written


def test_a_folder_that_cannot_be_written_to_stops_nothing(start, tmp_path):
    (tmp_path / "file").write_text("")
    said = start(JALON_CHECKPOINT_KEY=str(tmp_path / "file" / "key"))
    assert said.startswith("No checkpoint can be signed: the key cannot be written to")
