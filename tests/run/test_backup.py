"""`jalon backup` and `jalon restore`: one archive gives the same record back, checked, and never over another one."""

from __future__ import annotations

import tarfile
import threading
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from api.run import pg_programs
from api.run.pg_programs import ProgramMissing, program
from domain.ledger import Command, Done, Ledger
from projections.follower import Follower
from projections.rebuild import rebuild
from tests.projections.rows import everything
from tests.run.houses import APPLICATION, NAME, Base, Bases
from tests.run.test_roles import ENTRIES
from tests.story import AUTHORITY, planned

PEOPLE = "SELECT id, name, erased_at IS NOT NULL FROM person ORDER BY id"
LASTING = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def source(make_base: Bases, first_start: Base) -> Base:
    """A record with the real register, two accounts, and a person who was erased."""
    base = make_base(first_start)
    base.done("import", "domain/reference/cavm_operations.csv")
    for name in ("Léa Durand", "Marc Leroy"):
        base.done("token", "create", "--name", name, "--role", "team")
    base.done("person", "erase", "u-2")
    return base


@pytest.fixture(scope="module")
def archive(source: Base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("archive") / "record.jalon"
    source.done("backup", str(file))
    return file


def contents(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]


def test_a_restored_record_has_the_same_bytes_rows_and_people(source: Base, archive: Path, base: Base):
    base.done("restore", str(archive))
    assert base.rows(ENTRIES) == source.rows(ENTRIES)
    assert base.rows(PEOPLE) == source.rows(PEOPLE) == [(1, "Léa Durand", False), (2, None, True)]
    assert everything(base.superuser) == everything(source.superuser)
    assert base.root() == source.root()
    rebuild(base.application)
    assert everything(base.superuser) == everything(source.superuser)


def test_a_restored_record_goes_on_under_both_roles(archive: Path, base: Base):
    base.done("restore", str(archive))
    before = base.rows("SELECT max(notification_id) FROM stored_events")[0][0]
    assert base.done("token", "create", "--name", "Nora Petit", "--role", "team").stdout.startswith("jal_")
    assert base.rows(PEOPLE)[-1] == (3, "Nora Petit", False)
    ledger = Ledger(base.application, authority=AUTHORITY)
    assert ledger.run(Command(uuid4()), lambda: Done(planned("OP-NEW"))).position > before
    ledger.close()
    Follower(base.application).catch_up()
    assert '"protected": true' in base.done("status", "--json").stdout


def test_a_restored_record_is_another_one_to_redis(source: Base, archive: Path, base: Base):
    base.done("restore", str(archive))
    assert base.rows("SELECT ledger FROM publishing") != source.rows("SELECT ledger FROM publishing")


def test_a_table_that_a_later_release_adds_is_in_the_archive(make_base: Bases, first_start: Base, tmp_path: Path):
    base = make_base(first_start)
    base.rows("CREATE TABLE later (id int); INSERT INTO later VALUES (7); ALTER TABLE later OWNER TO some_owner")
    base.rows(f"GRANT SELECT ON later TO {APPLICATION}")
    base.done("backup", str(tmp_path / "later.jalon"))
    manifest = msgspec.json.decode(contents(tmp_path / "later.jalon")["manifest.json"])
    assert manifest["tables"]["later"] == 1
    assert {name for (name,) in base.rows(LASTING)} - manifest["tables"].keys() == {"login", "publishing", "projection"}


def test_the_last_checkpoint_stands_in_the_manifest(make_base: Bases, first_start: Base, tmp_path: Path):
    base = make_base(first_start)
    base.done("token", "create", "--name", NAME, "--role", "team")
    base.done("backup", str(tmp_path / "signed.jalon"))
    manifest = msgspec.json.decode(contents(tmp_path / "signed.jalon")["manifest.json"])
    assert manifest["checkpoint"].split("\n")[1] == str(manifest["entries"])
    assert base.rows("SELECT note FROM checkpoint ORDER BY number DESC LIMIT 1") == [(manifest["checkpoint"],)]


def test_a_ledger_that_was_altered_after_it_was_signed_is_told_where_it_is_restored(
    make_base: Bases, first_start: Base, base: Base, tmp_path: Path
):
    source = make_base(first_start)
    source.rows(
        "UPDATE stored_events SET state = convert_to(replace(convert_from(state, 'UTF8'), 'cavm', 'cavn'), 'UTF8')"
    )
    source.done("backup", str(tmp_path / "altered.jalon"))
    result = base.jalon("restore", str(tmp_path / "altered.jalon"))
    assert (result.exit_code, "ce n'est plus ce qu'a signé" in result.output) == (1, True), result.output


def test_without_its_key_a_record_is_archived_and_says_that_it_was_not_signed(
    make_base: Bases, first_start: Base, tmp_path: Path
):
    base = make_base(first_start)._replace(key=tmp_path / "elsewhere.key")
    said = base.done("backup", str(tmp_path / "unsigned.jalon")).output
    assert "Not signed: there is no key at" in said


def test_an_archive_taken_while_others_write_is_the_record_of_one_moment(
    make_base: Bases, first_start: Base, tmp_path: Path
):
    source, target, stop = make_base(first_start), make_base(), threading.Event()
    ledger = Ledger(source.application, authority=AUTHORITY)

    def write() -> None:
        while not stop.is_set():
            operation = planned(f"OP-{uuid4().hex.upper()}")
            ledger.run(Command(uuid4()), partial(Done, operation))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        source.done("backup", str(tmp_path / "live.jalon"))
    finally:
        stop.set()
        writer.join()
        ledger.close()
    target.done("restore", str(tmp_path / "live.jalon"))
    kept = target.rows(ENTRIES)
    assert kept == source.rows(ENTRIES)[: len(kept)]
    # Each of the first partners is an entry of one command, each operation one of its own.
    operations = sum(topic == "operation.planned" for *_, topic, _ in kept)
    assert target.rows("SELECT count(*) FROM command") == [(1 + operations,)]


def test_an_archive_is_for_its_owner_alone_and_overwrites_nothing(source: Base, archive: Path):
    assert archive.stat().st_mode & 0o777 == 0o600
    before = archive.read_bytes()
    again = source.jalon("backup", str(archive))
    assert (again.exit_code, "overwrites nothing" in again.output) == (1, True)
    assert archive.read_bytes() == before
    assert list(archive.parent.iterdir()) == [archive]


def test_a_place_that_cannot_be_written_is_said_in_one_line(source: Base, tmp_path: Path):
    done = source.jalon("backup", str(tmp_path / "nowhere" / "record.jalon"))
    assert (done.exit_code, "nowhere" in done.output, "Traceback" in done.output) == (1, True, False)


def test_who_was_erased_stays_so_in_a_later_backup(named: Base, make_base: Bases, tmp_path: Path):
    named.done("person", "erase", "u-1")
    named.done("backup", str(tmp_path / "later.jalon"))
    base = make_base()
    base.done("restore", str(tmp_path / "later.jalon"))
    assert base.done("person", "list", "--erased").stdout == "u-1\n"
    assert base.names() == {}


def test_a_backup_of_before_is_put_right_by_the_list_of_the_erased(named: Base, make_base: Bases, tmp_path: Path):
    named.done("backup", str(tmp_path / "before.jalon"))
    named.done("person", "erase", "u-1")
    erased = named.done("person", "list", "--erased").stdout.split()
    base = make_base()
    base.done("restore", str(tmp_path / "before.jalon"))
    assert base.names() == {"u-1": NAME}
    base.done("person", "erase", *erased)
    assert base.names() == {}


# Refusing


def test_a_record_that_is_not_empty_is_not_overwritten(source: Base, archive: Path):
    before = source.rows(ENTRIES)
    done = source.jalon("restore", str(archive))
    assert (done.exit_code, "not empty" in done.output) == (1, True)
    assert source.rows(ENTRIES) == before


def test_names_without_any_entry_are_not_overwritten_either(archive: Path, base: Base):
    base.done("restore", str(archive))
    base.rows("DELETE FROM stored_events; DELETE FROM command; DELETE FROM checkpoint; DELETE FROM checkpoint_key")
    done = base.jalon("restore", str(archive))
    assert (done.exit_code, "person is not empty" in done.output) == (1, True)
    assert len(base.rows(PEOPLE)) == 2


def cut(file: dict[str, bytes]) -> None:
    file["jalon.dump"] = file["jalon.dump"][:-1]


def flip(file: dict[str, bytes]) -> None:
    middle = len(file["jalon.dump"]) // 2
    dump = bytearray(file["jalon.dump"])
    dump[middle] ^= 1
    file["jalon.dump"] = bytes(dump)


def forget(file: dict[str, bytes]) -> None:
    del file["manifest.json"]


def says(**changes: Any) -> Change:
    def change(file: dict[str, bytes]) -> None:
        file["manifest.json"] = msgspec.json.encode(msgspec.json.decode(file["manifest.json"]) | changes)

    return change


def fewer_rows(file: dict[str, bytes]) -> None:
    tables = msgspec.json.decode(file["manifest.json"])["tables"]
    says(tables=tables | {"stored_events": 1})(file)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (cut, "changed or cut"),
        (flip, "changed or cut"),
        (forget, "holds no manifest.json"),
        (says(format=2), "format 2"),
        (says(authority="elsewhere"), "elsewhere"),
        (says(entries="many"), "manifest"),
        (says(digest="0" * 64), "another digest"),
        (says(position=1), "position"),
        (fewer_rows, "rows"),
    ],
)
def test_an_archive_that_is_not_what_it_says_leaves_the_database_empty(
    archive: Path, make_base: Bases, tmp_path: Path, change: Change, said: str
):
    base, file = make_base(), contents(archive)
    change(file)
    with tarfile.open(tmp_path / "changed.jalon", "w") as tar:
        for name, content in file.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    done = base.jalon("restore", str(tmp_path / "changed.jalon"))
    assert (done.exit_code, said in done.output, "Traceback" in done.output) == (1, True, False), done.output
    if base.rows("SELECT FROM pg_tables WHERE tablename = 'stored_events'"):
        assert base.rows(ENTRIES) == []
    base.done("restore", str(archive))


def test_a_file_that_is_no_archive_is_said_in_one_line(base: Base, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("no archive")
    done = base.jalon("restore", str(tmp_path / "notes.txt"))
    assert (done.exit_code, "no archive of Jalon" in done.output) == (1, True)


def test_restoring_needs_the_owner(archive: Path, base: Base):
    base.done("migrate")
    done = base.jalon("restore", str(archive), owner=False)
    assert (done.exit_code, "DATABASE_OWNER_URL" in done.output) == (1, True)


# Programs


def test_a_program_that_is_too_old_or_missing_is_said_with_what_was_found(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ProgramMissing, match=r"PostgreSQL 99 or newer .* found .*pg_dump \(\d+"):
        program("pg_dump", embedded=True, at_least=99)
    monkeypatch.setattr(pg_programs, "places", lambda name, embedded: iter(()))
    with pytest.raises(ProgramMissing, match="found none"):
        program("pg_dump", embedded=False, at_least=18)


def test_a_password_stands_in_no_list_of_processes(tmp_path: Path):
    (tmp_path / "pg_dump").write_text('#!/bin/sh\necho "$@" > words\necho "$PGPASSWORD" > secret\n')
    (tmp_path / "pg_dump").chmod(0o700)
    script = f'cd {tmp_path} && exec ./pg_dump "$@"'
    (tmp_path / "run").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "run").chmod(0o700)
    pg_programs.Program(tmp_path / "run", "18.4").run("postgresql://jalon:s3cret@db/jalon", "--format=custom")
    assert "s3cret" not in (tmp_path / "words").read_text()
    assert (tmp_path / "secret").read_text() == "s3cret\n"
