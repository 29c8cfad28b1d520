"""`jalon audit`: what is signed, by which key, and what six attacks leave behind for whoever reads it all again."""

import base64
import json
import re
import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.run.cli import main
from domain.ledger import checkpoints as kept
from domain.ledger.notes import SecretKey, head_of
from projections.follower import Follower
from projections.rebuild import rebuild
from tests.attacks import ATTACKS, Attack, recompute_the_tree
from tests.projections.rows import record
from tests.run.conftest import Jalon
from tests.story import planned

BEFORE, AFTER = 40, 30
"""Operations that are recorded before and after the hole that a refused append leaves."""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint.key"


@pytest.fixture
def audit(servers: Any, jalon: Jalon, database_url: str, key: Path) -> Any:
    """Runs `jalon audit ...` for a record whose key is made, and which holds the usual partners."""
    environ = {"DATABASE_URL": database_url, "REDIS_URL": servers.redis_url, "JALON_CHECKPOINT_KEY": str(key)}

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(main, ["audit", *map(str, words)], env=environ)

    assert run("key", "create").exit_code == 0
    return run


@pytest.fixture
def holed(audit: Any, ledger: Any, database_url: str) -> int:
    """Operations in a row, a hole among their positions; the position of the hole."""
    title = "Anzin : Carpeaux"
    position = record(ledger, *(planned(f"A-{number}", title=title) for number in range(BEFORE)))
    with psycopg.connect(database_url) as db:
        db.execute("SELECT nextval('stored_events_notification_id_seq')")
    record(ledger, *(planned(f"B-{number}", title=title) for number in range(AFTER)))
    return position + 1


def attacked(database_url: str, attack: Attack, hole: int) -> int:
    """The attack on an entry after the hole, or on the hole; the first position that is not what it was."""
    at = hole if attack.name == "one inserted in the past" else hole + 10
    with psycopg.connect(database_url) as db:
        attack.do(db, at)
    return at


def exported(database_url: str, note: str, path: Path) -> Path:
    """The entries as `jalon export` writes them, with the checkpoint that they end at."""
    with psycopg.connect(database_url) as db:
        rows = db.execute(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events ORDER BY 1"
        ).fetchall()
    names = ("position", "originator_id", "originator_version", "topic", "state")
    lines = [dict(zip(names, (*row[:4], base64.b64encode(row[4]).decode()), strict=True)) for row in rows]
    path.write_text("".join(f"{json.dumps(line, default=str)}\n" for line in [*lines, {"checkpoint": note}]))
    return path


# Signing


def test_a_checkpoint_says_how_the_ledger_stands(audit, holed, key, ledger, cursor):
    made = audit("checkpoint").stdout
    head = head_of(made, [SecretKey.parse(key.read_text()).public])
    assert head.size == cursor.execute("SELECT count(*) FROM stored_events").fetchone()[0]
    assert head.origin.startswith("jalon/cavm/")
    assert kept.latest(cursor).position == ledger.head()


def test_what_has_not_grown_is_not_signed_again(audit, holed, cursor):
    assert audit("checkpoint").stdout == audit("checkpoint").stdout
    assert len(kept.numbers(cursor)) == 2


def test_a_thousand_entries_later_it_is_the_same_tree(audit, holed, ledger, tmp_path):
    before = audit("checkpoint", "--keep", tmp_path / "before")
    record(ledger, *(planned(f"C-{number}") for number in range(1_000)))
    assert audit("checkpoint").exit_code == before.exit_code == 0
    done = audit("verify", "--checkpoint", tmp_path / "before")
    assert (done.exit_code, "Tout concorde" in done.stdout) == (0, True)
    assert "1000 écritures ne sont couvertes par aucun point de contrôle gardé ailleurs" in done.stdout
    assert " 0 écritures ne sont couvertes par aucun point de contrôle." in done.stdout


def test_nothing_is_signed_on_top_of_an_altered_ledger(audit, holed, database_url, cursor, ledger):
    audit("checkpoint")
    agreed = ledger.head()
    record(ledger, *(planned(f"C-{number}", title="Anzin : Carpeaux") for number in range(3)))
    audit("checkpoint")
    ATTACKS[0].do(cursor.connection, agreed + 2)
    rebuild(database_url, "tree")
    record(ledger, planned("LATER"))
    done = audit("checkpoint")
    assert done.exit_code == 1
    assert f"after position {agreed} and up to {agreed + 3}, the ledger is not what was signed" in done.output
    assert kept.latest(cursor).position == agreed + 3


# Reading it all again


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.name)
def test_an_attack_is_found_by_the_tree(audit, holed, database_url, attack):
    audit("checkpoint")
    at = attacked(database_url, attack, holed)
    assert found(audit("verify"), at, "l'arbre du registre")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.name)
def test_an_attack_with_a_recomputed_tree_is_found_by_a_checkpoint_with_leaves(
    audit, holed, database_url, attack, tmp_path
):
    audit("checkpoint", "--keep", tmp_path / "kept")
    at = attacked(database_url, attack, holed)
    recompute_the_tree(database_url)
    assert found(audit("verify", "--checkpoint", tmp_path / "kept"), at, "kept")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.name)
def test_an_attack_with_a_recomputed_tree_is_found_by_an_export(audit, holed, database_url, attack, tmp_path):
    export = exported(database_url, audit("checkpoint").stdout, tmp_path / "export.jsonl")
    at = attacked(database_url, attack, holed)
    recompute_the_tree(database_url)
    done = audit("verify", "--export", export)
    assert found(done, at, "export.jsonl")
    # Who holds the entries names what is missing too.
    assert re.search(rf"à la position {at} \((\w+ \S+, )?[0-9a-f-]{{36}}, n° \d+, [a-z_.]+\)", done.stdout)


def test_a_file_of_the_trail_serves_as_an_export(audit, holed, database_url, tmp_path):
    *entries, last = exported(database_url, audit("checkpoint").stdout, tmp_path / "export").read_text().splitlines()
    trail = [json.dumps({"position": json.loads(line)["position"], "stored": json.loads(line)}) for line in entries]
    (tmp_path / "trail.jsonl").write_text("\n".join([*trail, last]) + "\n")
    assert audit("verify", "--export", tmp_path / "trail.jsonl").exit_code == 0
    at = attacked(database_url, ATTACKS[0], holed)
    recompute_the_tree(database_url)
    assert found(audit("verify", "--export", tmp_path / "trail.jsonl"), at, "trail.jsonl")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.name)
def test_an_attack_with_a_recomputed_tree_is_bounded_by_checkpoints_alone(
    audit, holed, database_url, attack, tmp_path, ledger, cursor
):
    """Those that the record keeps are gone; two others were kept elsewhere, the second with more entries."""
    (tmp_path / "first").write_text(audit("checkpoint").stdout)
    agreed = ledger.head()
    record(ledger, *(planned(f"C-{number}", title="Anzin : Carpeaux") for number in range(30)))
    with psycopg.connect(database_url) as db:
        db.execute("SELECT nextval('stored_events_notification_id_seq')")
    record(ledger, *(planned(f"D-{number}", title="Anzin : Carpeaux") for number in range(30)))
    (tmp_path / "second").write_text(audit("checkpoint").stdout)
    cursor.execute("DELETE FROM checkpoint")
    attacked(database_url, attack, agreed + 31)
    recompute_the_tree(database_url)
    done = audit("verify", "--checkpoint", tmp_path / "first", "--checkpoint", tmp_path / "second")
    assert done.exit_code == 1
    assert f"ALTÉRÉ : de la position {agreed} (exclue)" in done.stdout


def found(done: Result, position: int, by: str) -> bool:
    assert done.exit_code == 1, done.output
    wrong = next(line for line in done.stdout.splitlines() if line.startswith("ALTÉRÉ : l'écriture"))
    assert f"à la position {position} " in wrong, done.stdout
    assert wrong.endswith(f"selon {by}."), done.stdout
    return True


def test_the_entry_is_named_as_people_call_it(audit, holed, database_url):
    audit("checkpoint")
    at = attacked(database_url, ATTACKS[0], holed)
    said = audit("verify").stdout
    assert f"ALTÉRÉ : l'écriture à la position {at} (operation B-9, " in said
    assert ", n° 1, operation.planned) n'est plus ce qui a été enregistré" in said


def test_a_forged_checkpoint_proves_nothing(audit, holed, key, tmp_path):
    true = audit("checkpoint").stdout
    forger = SecretKey.make(SecretKey.parse(key.read_text()).name)
    text = true.partition("\n\n")[0] + "\n"
    for name, forged in {
        "by another key": f"{text}\n{forger.signature(text)}",
        "of another size": true.replace("\n", "\n1", 1),
        "not signed": text,
    }.items():
        (tmp_path / "forged").write_text(forged)
        done = audit("verify", "--checkpoint", tmp_path / "forged")
        assert (done.exit_code, "SANS VALEUR : forged" in done.stdout) == (1, True), name


def test_leaves_that_are_not_those_of_their_checkpoint_prove_nothing(audit, holed, tmp_path):
    audit("checkpoint", "--keep", tmp_path / "kept")
    lines = (tmp_path / "kept").read_text().splitlines(keepends=True)
    (tmp_path / "kept").write_text("".join([*lines[:-2], lines[-1]]))
    done = audit("verify", "--checkpoint", tmp_path / "kept")
    assert done.exit_code == 1
    assert "SANS VALEUR : kept : ses feuilles ne sont pas celles que son point de contrôle signe" in done.stdout


def test_a_line_that_cannot_be_read_is_named(audit, holed, tmp_path):
    audit("checkpoint", "--keep", tmp_path / "kept")
    with (tmp_path / "kept").open("a") as file:
        file.write("41 feuille\n")
    done = audit("verify", "--checkpoint", tmp_path / "kept")
    number = len((tmp_path / "kept").read_text().splitlines())
    assert f"kept, line {number}: a position and a hash are expected" in done.output


def test_kept_leaves_are_continued_unless_the_record_says_otherwise(audit, holed, ledger, database_url, tmp_path):
    audit("checkpoint", "--keep", tmp_path / "kept")
    before = (tmp_path / "kept").read_text()
    record(ledger, planned("LATER"))
    assert audit("checkpoint", "--keep", tmp_path / "kept").exit_code == 0
    leaves = before.partition("leaves\n")[2]
    assert (tmp_path / "kept").read_text().partition("leaves\n")[2].startswith(leaves)
    (tmp_path / "kept").write_text(before.replace(leaves.splitlines()[5], leaves.splitlines()[6]))
    refused = audit("checkpoint", "--keep", tmp_path / "kept")
    assert (refused.exit_code, "it is left as it is" in refused.output) == (1, True)


def test_what_nobody_covers_is_said(audit, holed, ledger, database_url):
    position = ledger.head()
    audit("checkpoint")
    record(ledger, planned("LATER"))
    Follower(database_url).catch_up()
    done = audit("verify")
    assert done.exit_code == 0
    assert f"Après la position {position}, 1 écritures ne sont couvertes par aucun point de contrôle." in done.stdout
    assert "D'une écriture à son point de contrôle :" in done.stdout


# Keys


def test_a_key_is_its_owners_alone(audit, key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_key_is_never_made_again_in_silence(audit, holed, key):
    key.unlink()
    refused = audit("key", "create")
    assert (refused.exit_code, "audit key create --lost" in refused.output, key.exists()) == (1, True, False)
    assert "there is no key at" in audit("checkpoint").output


def test_after_a_rotation_the_old_key_vouches_for_the_new_one(audit, holed, key, tmp_path):
    old = SecretKey.parse(key.read_text()).public
    (tmp_path / "before").write_text(audit("checkpoint").stdout)
    new = audit("key", "rotate").stdout.strip()
    assert new == str(SecretKey.parse(key.read_text()).public) != str(old)
    (tmp_path / "after").write_text(audit("checkpoint").stdout)
    files = ("--checkpoint", tmp_path / "before", "--checkpoint", tmp_path / "after")
    assert audit("verify", *files).exit_code == 0
    assert audit("verify", *files, "--key", old).exit_code == 0
    assert [line.split()[1] for line in audit("key", "list").stdout.splitlines()] == [str(old), new]


def test_an_interrupted_rotation_is_finished(audit, holed, key, monkeypatch):
    old = key.read_text()
    new = audit("key", "rotate").stdout.strip()
    coming = key.with_name("checkpoint.key.next")
    key.replace(coming)
    key.write_text(old)
    assert audit("checkpoint").exit_code == 0
    assert str(SecretKey.parse(key.read_text()).public) == new
    assert not coming.exists()


def test_after_a_loss_old_checkpoints_still_count_and_a_new_key_begins(audit, holed, key, tmp_path, ledger):
    old = SecretKey.parse(key.read_text()).public
    (tmp_path / "before").write_text(audit("checkpoint").stdout)
    key.unlink()
    new = audit("key", "create", "--lost").stdout.strip()
    record(ledger, planned("LATER"))
    assert audit("checkpoint").exit_code == 0
    assert audit("verify", "--checkpoint", tmp_path / "before").exit_code == 0
    # Nobody vouches for the new one: who trusts the old one alone is told so.
    alone = audit("verify", "--checkpoint", tmp_path / "before", "--key", old)
    assert (alone.exit_code, "SANS VALEUR" in alone.stdout) == (1, True)
    assert audit("verify", "--key", old, "--key", new).exit_code == 0


def test_a_key_that_is_there_is_not_lost(audit, holed):
    refused = audit("key", "create", "--lost")
    assert (refused.exit_code, "the key is not lost" in refused.output) == (1, True)


def test_another_records_key_signs_nothing_here(audit, holed, key):
    key.write_text(SecretKey.make("jalon/cavm/another").written())
    refused = audit("checkpoint")
    assert (refused.exit_code, "the record does not sign by" in refused.output) == (1, True)


def test_a_secret_key_is_never_shown(audit, key):
    secret = SecretKey.parse(key.read_text())
    assert base64.b64encode(secret.seed).decode() not in repr(secret)
