"""`jalon export events` and `jalon import events`: the same ledger from a file that anybody can read."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from domain.event import Event
from domain.ledger import Ledger
from projections.rebuild import rebuild
from tests.projections.rows import everything
from tests.run.houses import NAME, Base, Bases
from tests.run.test_backup import PEOPLE, source
from tests.run.test_roles import ENTRIES
from tests.story import AUTHORITY

__all__ = ["source"]

OLDER = Path(__file__).with_name("older_events.jsonl")

Lines = list[dict[str, Any]]
Change = Callable[[Lines], Any]


class NoiseMeasured(Event):
    """A fact of the tests alone. Its first version called the level `db`, its second one had no place."""

    TOPIC = "test.noise_measured"
    label = "Bruit mesuré"
    class_version: ClassVar[int] = 3

    level: int
    place: str

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["level"] = state.pop("db")

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["place"] = "sur site"


@pytest.fixture(scope="module")
def file(source: Base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("events") / "events.jsonl"
    source.done("export", "events", str(file))
    return file


def read(file: Path) -> Lines:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_an_imported_record_has_the_same_bytes_positions_and_rows(source: Base, file: Path, base: Base):
    base.done("import", "events", str(file))
    assert base.rows(ENTRIES) == source.rows(ENTRIES)
    assert everything(base.superuser) == everything(source.superuser)
    assert base.root() == source.root()
    rebuild(base.application)
    assert everything(base.superuser) == everything(source.superuser)
    again = base.done("export", "events").stdout_bytes.splitlines()
    assert again[:-1] == file.read_bytes().splitlines()[:-1]


def test_an_imported_record_goes_on_after_the_last_position_and_the_last_person(file: Path, base: Base):
    base.done("import", "events", str(file))
    last = read(file)[-1]["end"]["position"]
    base.done("token", "create", "--name", "Nora Petit", "--role", "team")
    ledger = Ledger(base.application, authority=AUTHORITY)
    assert ledger.head() > last
    ledger.close()
    # The third one of this record: its number belongs to nobody else, though no name came with the file.
    assert base.rows(PEOPLE) == [(2, None, True), (3, "Nora Petit", False)]


def test_who_was_erased_stays_so_where_the_file_is_imported(file: Path, base: Base):
    base.done("import", "events", str(file))
    refused = base.jalon("person", "name", "u-2", "Marc Leroy")
    assert (refused.exit_code, "stays so" in refused.output) == (1, True)
    base.done("person", "name", "u-1", "Léa Durand")


def test_every_line_can_be_read_by_anybody(source: Base, file: Path):
    *lines, last = read(file)
    assert last["end"]["entries"] == len(lines) == len(source.rows(ENTRIES))
    for line, row in zip(lines, source.rows(ENTRIES), strict=True):
        stored = base64.b64decode(line["state"])
        assert (line["position"], line["originator_id"], line["originator_version"]) == (row[0], str(row[1]), row[2])
        assert (line["topic"], stored, line["event"]) == (row[3], row[4], json.loads(stored))
        assert line["schema"] == json.loads(stored).get("class_version", 1)


def test_no_name_of_anybody_is_in_the_file(file: Path):
    assert b"Durand" not in file.read_bytes()
    assert b"Leroy" not in file.read_bytes()


def test_entries_of_earlier_versions_are_read_as_this_release_knows_them(base: Base):
    base.done("import", "events", str(OLDER))
    ledger = Ledger(base.application, authority=AUTHORITY)
    measured = [each for each in ledger.operation("ANZ-CARPEAUX").entries if isinstance(each, NoiseMeasured)]
    ledger.close()
    assert [(each.level, each.place) for each in measured] == [(71, "sur site"), (64, "sur site"), (58, "rue Carpeaux")]
    assert [line["schema"] for line in read(OLDER)[1:-1]] == [1, 2, 3]
    assert base.done("export", "events").stdout_bytes.splitlines()[:-1] == OLDER.read_bytes().splitlines()[:-1]


# Refusing


def other_state(lines: Lines) -> None:
    lines[9]["state"] = base64.b64encode(base64.b64decode(lines[9]["state"]).replace(b"20", b"21", 1)).decode()


def other_topic(lines: Lines) -> None:
    lines[9]["topic"] = "operation.started"


def other_text(lines: Lines) -> None:
    lines[9]["event"]["on"] = "1999"


def other_version(lines: Lines) -> None:
    lines[9]["schema"] = 2


def swapped(lines: Lines) -> None:
    lines[9], lines[10] = lines[10], lines[9]


def twice(lines: Lines) -> None:
    lines.insert(9, lines[8])


def left_out(lines: Lines) -> None:
    del lines[9]


def first_left_out(lines: Lines) -> None:
    del lines[0]


def last_left_out(lines: Lines) -> None:
    del lines[-2]


def end_left_out(lines: Lines) -> None:
    del lines[-1]


def more_after_the_end(lines: Lines) -> None:
    lines.append(lines[0])


def other_format(lines: Lines) -> None:
    lines[-1]["end"]["format"] = 2


def no_position(lines: Lines) -> None:
    del lines[9]["position"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (other_state, 10),
        (other_topic, 10),
        (other_text, 10),
        (other_version, 10),
        (swapped, 10),
        (twice, 10),
        (left_out, 10),
        (no_position, 10),
        (first_left_out, 1),
        (last_left_out, -1),
        (end_left_out, 0),
        (more_after_the_end, 0),
        (other_format, -1),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
def test_a_line_that_is_changed_or_missing_is_named_and_nothing_is_imported(
    file: Path, base: Base, tmp_path: Path, change: Change, line: int
):
    """line: counted from 1; 0 and below from the end of the file as it was exported, 0 being what follows it."""
    lines = read(file)
    change(lines)
    (tmp_path / "changed.jsonl").write_text(
        "".join(f"{json.dumps(line)}\n" for line in lines).replace('{"end": ', '{"end":')
    )
    done = base.jalon("import", "events", str(tmp_path / "changed.jsonl"))
    expected = {0: "it stands after" if change is more_after_the_end else "the file ends here"}.get(line, "")
    named = line if line > 0 else {0: len(read(file)) + (change is more_after_the_end), -1: len(lines)}[line]
    assert (done.exit_code, f"Line {named}: " in done.output, expected in done.output) == (1, True, True), done.output
    assert base.rows(ENTRIES) == []
    base.done("import", "events", str(file))


def test_a_line_that_is_no_json_is_named(base: Base, tmp_path: Path):
    (tmp_path / "notes.txt").write_bytes(b"\xff no line\n")
    done = base.jalon("import", "events", str(tmp_path / "notes.txt"))
    assert (done.exit_code, "Line 1: " in done.output, "Traceback" in done.output) == (1, True, False)


def test_an_entry_that_this_release_does_not_know_is_named(make_base: Bases, tmp_path: Path):
    later, base = make_base(), make_base()
    later.done("import", "events", str(OLDER))
    later.rows("UPDATE stored_events SET topic = 'test.of_a_later_release' WHERE notification_id = 7")
    later.done("export", "events", str(tmp_path / "later.jsonl"))
    done = base.jalon("import", "events", str(tmp_path / "later.jsonl"))
    assert (done.exit_code, "Line 3: " in done.output, "of_a_later_release" in done.output) == (1, True, True)
    assert base.rows(ENTRIES) == []


def test_a_record_that_is_not_empty_is_not_added_to(source: Base, file: Path):
    before = source.rows(ENTRIES)
    done = source.jalon("import", "events", str(file))
    assert (done.exit_code, "not empty" in done.output) == (1, True)
    assert source.rows(ENTRIES) == before


def test_the_record_of_another_authority_is_refused(file: Path, base: Base, tmp_path: Path):
    text = file.read_text("utf-8").replace('"authority":"cavm","at"', '"authority":"elsewhere","at"')
    (tmp_path / "other.jsonl").write_text(text, "utf-8")
    done = base.jalon("import", "events", str(tmp_path / "other.jsonl"))
    assert (done.exit_code, "elsewhere" in done.output) == (1, True)
    assert base.rows(ENTRIES) == []


def test_a_checkpoint_of_exactly_these_entries_goes_with_them(make_base: Bases, first_start: Base):
    base = make_base(first_start)
    base.done("token", "create", "--name", NAME, "--role", "team")
    keyless = base._replace(key=base.key.with_name("elsewhere"))
    assert "checkpoint" not in json.loads(keyless.done("export", "events").stdout.splitlines()[-1])
    end = json.loads(base.done("export", "events").stdout.splitlines()[-1])
    assert end["checkpoint"].split("\n")[1] == str(end["end"]["entries"])


def test_an_import_is_held_against_the_checkpoint_at_its_end(file: Path, base: Base, tmp_path: Path):
    *entries, last = file.read_bytes().splitlines(keepends=True)
    end = json.loads(last)
    origin, size, _, *more = end["checkpoint"].split("\n")
    other = base64.b64encode(bytes(32)).decode()
    end["checkpoint"] = "\n".join([origin, size, other, *more])
    (tmp_path / "other.jsonl").write_bytes(b"".join([*entries, json.dumps(end).encode()]))
    result = base.jalon("import", "events", str(tmp_path / "other.jsonl"))
    assert (result.exit_code, "not what the checkpoint" in result.output) == (1, True)


def test_the_verifier_proves_a_file_of_events(source: Base, file: Path):
    key = source.done("audit", "key", "list").stdout.split()[-1]
    done = subprocess.run(
        [sys.executable, "docs/verifier.py", "export", str(file), "--key", key], capture_output=True, text=True
    )
    assert (done.returncode, "complete and unaltered" in done.stdout) == (0, True), done.stderr
