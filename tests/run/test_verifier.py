"""docs/verifier.py, as an auditor runs it: a program of its own, which knows nothing of Jalon."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from domain.ledger.notes import SecretKey
from tests.run.test_audit import audit, exported, holed, key  # noqa: F401

VERIFIER = Path(__file__).parents[2] / "docs" / "verifier.py"


def verifier(*words: str | Path) -> subprocess.CompletedProcess[str]:
    # Isolated: neither the project's folder nor its environment reaches it.
    command = [sys.executable, "-I", VERIFIER, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=60)


def proved(*words: str | Path) -> str:
    done = verifier(*words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(*words: str | Path) -> str:
    done = verifier(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("NOT PROVED: ")
    return done.stderr


@pytest.fixture
def public(audit, key) -> str:  # noqa: F811
    return str(SecretKey.parse(key.read_text()).public)


@pytest.fixture
def export(audit, holed, database_url, tmp_path) -> Path:  # noqa: F811
    return exported(database_url, audit("checkpoint").stdout, tmp_path / "export.jsonl")


def test_it_imports_the_standard_library_and_cryptography_alone():
    found = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
    assert found - sys.stdlib_module_names == {"cryptography"}


def test_an_export_is_complete_and_unaltered(export, public):
    entries = len(export.read_text().splitlines()) - 1
    assert proved("export", export, "--key", public).startswith(f"{entries} entries, up to position ")


def with_another_byte(lines: list[str]) -> list[str]:
    line = json.loads(lines[7])
    return [*lines[:7], json.dumps(line | {"state": line["state"].replace("a", "b", 1)}) + "\n", *lines[8:]]


def with_another_topic(lines: list[str]) -> list[str]:
    return [*lines[:-3], lines[-3].replace("operation.planned", "operation.closed"), *lines[-2:]]


ALTERED = {
    "one byte": with_another_byte,
    "one left out": lambda lines: [*lines[:7], *lines[8:]],
    "one twice": lambda lines: [*lines[:7], *lines[6:]],
    "two swapped": lambda lines: [*lines[:7], lines[8], lines[7], *lines[9:]],
    "a topic": with_another_topic,
    "the tail": lambda lines: [*lines[:-5], lines[-1]],
}


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_an_altered_export_is_not(export, public, alter):
    lines = export.read_text().splitlines(keepends=True)
    changed = alter(lines)
    assert changed != lines
    export.write_text("".join(changed))
    assert "signed" in refused("export", export, "--key", public)


def test_an_export_without_a_checkpoint_takes_one_from_elsewhere(export, public, tmp_path, audit):  # noqa: F811
    *lines, last = export.read_text().splitlines(keepends=True)
    (tmp_path / "note").write_text(json.loads(last)["checkpoint"])
    export.write_text("".join(lines))
    assert "ends at no checkpoint" in refused("export", export, "--key", public)
    assert "unaltered; 0 more" in proved("export", export, "--key", public, "--checkpoint", tmp_path / "note")


def test_a_line_that_is_no_entry_is_named(export, public):
    lines = export.read_text().splitlines(keepends=True)
    export.write_text("".join([*lines[:4], "[]\n", *lines[4:]]))
    assert "line 5 is no entry" in refused("export", export, "--key", public)


def test_a_signature_by_another_key_proves_nothing(export, public):
    other = str(SecretKey.make(public.partition("+")[0]).public)
    assert "no key that you trust" in refused("export", export, "--key", other)
    assert "is no public key" in refused("export", export, "--key", "jalon")


def test_a_checkpoint_with_its_leaves(audit, holed, public, tmp_path):  # noqa: F811
    audit("checkpoint", "--keep", tmp_path / "kept")
    assert "with the leaves that were kept" in proved("checkpoint", tmp_path / "kept", "--key", public)
    text = (tmp_path / "kept").read_text()
    (tmp_path / "kept").write_text(text[: text.rstrip().rindex("\n") + 1])
    assert "leaves" in refused("checkpoint", tmp_path / "kept", "--key", public)


def test_the_proofs_of_the_api(audit, holed, ledger, desk_of: Any, public, export, tmp_path):  # noqa: F811
    """As they are answered, saved as files."""
    from tests.projections.rows import record
    from tests.story import planned

    old = json.loads(export.read_text().splitlines()[-1])["checkpoint"]
    record(ledger, *(planned(f"C-{number}") for number in range(1_000)))
    new = audit("checkpoint").stdout
    ask = desk_of()
    files = {"old": old, "new": new}
    sizes = {name: int(note.split("\n")[1]) for name, note in files.items()}
    files["consistency"] = ask(f"/v1/audit/consistency?old={sizes['old']}&new={sizes['new']}")
    lines = export.read_text().splitlines()
    position = json.loads(lines[41])["position"]
    files |= {"entry": lines[41], "other": lines[42], "inclusion": ask(f"/v1/audit/inclusion?position={position}")}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    at = {name: tmp_path / name for name in files}
    both = ("--old", at["old"], "--new", at["new"], "--key", public)
    assert f"begins with that of {sizes['old']}" in proved("consistency", at["consistency"], *both)
    assert "is number 42 of" in proved("inclusion", at["inclusion"], "--key", public, "--entry", at["entry"])
    assert "not that of the proof" in refused("inclusion", at["inclusion"], "--key", public, "--entry", at["other"])
    assert refused("inclusion", at["inclusion"], "--key", public, "--checkpoint", at["old"])
    wrong = json.loads(files["consistency"])
    wrong["proof"].reverse()
    at["consistency"].write_text(json.dumps(wrong))
    assert "does not begin with" in refused("consistency", at["consistency"], *both)


def test_a_key_vouches_for_the_one_that_followed_it(audit, holed, public, desk_of, tmp_path):  # noqa: F811
    new = audit("key", "rotate").stdout.strip()
    (tmp_path / "keys").write_text(desk_of()("/v1/audit/keys"))
    assert new in proved("keys", tmp_path / "keys", "--key", public).splitlines()
    done = verifier("keys", tmp_path / "keys", "--key", new)
    assert f"not vouched for: {public}" in done.stderr
