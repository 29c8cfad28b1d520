"""What signs the forms of pages: the same for all processes of a record, and nobody else's to read."""

import stat
from pathlib import Path

from api.run.secret import with_secret
from api.run.settings import read_settings

SERVERS = {"DATABASE_URL": "postgresql://db", "REDIS_URL": "redis://cache"}


def test_a_secret_that_is_set_is_kept():
    assert with_secret(read_settings(SERVERS | {"JALON_SECRET": "x" * 32})).secret == "x" * 32


def test_an_embedded_record_makes_its_own_once(tmp_path: Path):
    settings = read_settings({"JALON_HOME": str(tmp_path / "home")})
    first, again = with_secret(settings).secret, with_secret(settings).secret
    assert first == again
    assert first is not None
    assert len(first) == 64
    (kept,) = (tmp_path / "home").iterdir()
    assert (kept.name, stat.S_IMODE(kept.stat().st_mode)) == ("secret", 0o600)


def test_with_servers_of_ones_own_a_missing_secret_is_said(caplog, tmp_path: Path):
    settings = read_settings(SERVERS | {"JALON_HOME": str(tmp_path)})
    assert with_secret(settings).secret != with_secret(settings).secret
    assert "JALON_SECRET is not set" in caplog.text
    assert list(tmp_path.iterdir()) == []
