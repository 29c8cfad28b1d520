"""Checkpoints and proofs by the API: what a partner keeps, and checks without us."""

from base64 import b64decode
from typing import Any

import psycopg
import pytest

from domain.ledger import checkpoints as kept
from domain.ledger import read_stored
from domain.ledger.merkle import entry, extends, includes, leaf_hash
from domain.ledger.notes import PublicKey, SecretKey, head_of
from projections.checkpoints import begin, make
from tests.api.desk import Desk
from tests.attacks import ATTACKS

KEY = SecretKey.make("jalon/cavm/test")


def sign(database_url: str) -> kept.Checkpoint:
    with psycopg.connect(database_url) as db:
        return make(db.cursor(), KEY)


@pytest.fixture
def signed(funded: Desk, database_url: str) -> Desk:
    """The desk, with a checkpoint that covers all, and another one three entries later."""
    with psycopg.connect(database_url) as db:
        begin(db.cursor(), KEY)
    for code in ("a", "b", "c"):
        funded.record("/v1/operations/ANZ-CARPEAUX/milestones", {"code": code, "label": "Permis", "due_on": "2030"})
    sign(database_url)
    return funded


def hashes(texts: list[str]) -> list[bytes]:
    return [b64decode(text) for text in texts]


@pytest.mark.parametrize("who", ["anru", "region", "auditor", "lea", "admin"])
def test_everybody_may_keep_a_checkpoint(signed: Desk, who):
    found = signed.read("/v1/audit/checkpoint", by=who)
    head = head_of(found["note"], [KEY.public])
    assert (head.size, found["position"]) == (found["size"], signed.ledger.head())


def test_an_earlier_checkpoint_is_asked_for_by_its_size(signed: Desk):
    size = signed.read("/v1/audit/checkpoint")["size"] - 3
    assert head_of(signed.read(f"/v1/audit/checkpoint?size={size}")["note"], [KEY.public]).size == size
    assert signed.get(f"/v1/audit/checkpoint?size={size + 1}").status_code == 404


def test_before_anything_is_signed_there_is_nothing_to_keep(funded: Desk):
    for path in ("checkpoint", "inclusion?position=1", "consistency?old=1"):
        assert funded.get(f"/v1/audit/{path}").status_code == 404
    assert funded.read("/v1/audit/keys") == {"items": [], "next": None}


def test_every_entry_is_proved_to_be_in_what_was_signed(signed: Desk, database_url):
    head = head_of(signed.read("/v1/audit/checkpoint")["note"], [KEY.public])
    with psycopg.connect(database_url) as db:
        entries = read_stored(db.cursor(), 0, 100)
    assert len(entries) == head.size
    for index, each in enumerate(entries):
        found: dict[str, Any] = signed.read(f"/v1/audit/inclusion?position={each.position}", by="anru")
        leaf, proof = leaf_hash(entry(*each)), hashes(found["proof"])
        assert (b64decode(found["leaf"]), found["index"], found["size"]) == (leaf, index, head.size)
        assert includes(head.root, head.size, leaf=leaf, index=index, proof=proof)
        assert head_of(found["note"], [KEY.public]) == head


def test_an_entry_is_proved_in_a_tree_of_any_size(signed: Desk):
    head = signed.ledger.head()
    size = signed.read("/v1/audit/checkpoint")["size"]
    assert signed.read(f"/v1/audit/inclusion?position={head}&size={size}")["index"] == size - 1
    early = signed.read(f"/v1/audit/inclusion?position={head - 2}&size={size - 1}")
    assert early["note"] is None
    assert includes(
        b64decode(early["root"]),
        size - 1,
        leaf=b64decode(early["leaf"]),
        index=early["index"],
        proof=hashes(early["proof"]),
    )


def test_two_checkpoints_are_proved_to_be_of_one_ledger(signed: Desk):
    size = signed.read("/v1/audit/checkpoint")["size"]
    old, new = (
        head_of(signed.read(f"/v1/audit/checkpoint?size={each}")["note"], [KEY.public]) for each in (size - 3, size)
    )
    found = signed.read(f"/v1/audit/consistency?old={old.size}", by="anru")
    assert (b64decode(found["old_root"]), b64decode(found["new_root"])) == (old.root, new.root)
    assert extends(new.root, new.size, old_root=old.root, old=old.size, proof=hashes(found["proof"]))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("inclusion", "position"),
        ("inclusion?position=0", "position"),
        ("inclusion?position=1&size=0", "size"),
        ("inclusion?position=1&size=99999999", "size"),
        ("consistency", "old"),
        ("consistency?old=0", "old"),
        ("consistency?old=5&new=4", "old"),
        ("consistency?old=1&new=99999999", "new"),
        ("checkpoint?size=-1", "size"),
        ("keys?limit=1", "limit"),
    ],
)
def test_what_cannot_be_proved_is_refused_by_its_field(signed: Desk, path, field):
    response = signed.get(f"/v1/audit/{path}")
    assert (response.status_code, response.json["code"]) == (422, "validation")
    assert [*response.json["errors"]] == [field]


def test_an_entry_after_the_tree_is_not_in_it(signed: Desk):
    size = signed.read("/v1/audit/checkpoint")["size"]
    response = signed.get(f"/v1/audit/inclusion?position={signed.ledger.head()}&size={size - 1}")
    assert (response.status_code, [*response.json["errors"]]) == (422, ["position"])


def test_the_keys_are_told_with_the_checkpoint_by_which_each_began(signed: Desk, database_url):
    new = SecretKey.make(KEY.name)
    with psycopg.connect(database_url) as db:
        begin(db.cursor(), new, before=KEY)
    first, second = signed.read("/v1/audit/keys", by="region")["items"]
    assert [PublicKey.parse(each["key"]) for each in (first, second)] == [KEY.public, new.public]
    assert (first["signs"], second["signs"]) == (False, True)
    # Whoever trusts the first one trusts the second one too.
    assert head_of(second["statement"], [KEY.public]).more == (f"key {new.public}",)


def test_where_the_ledger_is_not_what_was_signed_the_service_says_between_which_positions(
    signed: Desk, database_url, tables
):
    agreed = kept_position(signed, -3)
    with psycopg.connect(database_url, autocommit=True) as db:
        kept.write_fault(db.cursor(), "checkpoint-inconsistent", agreed, signed.ledger.head())
    ready = signed.get("/readyz", None)
    assert (ready.status_code, ready.json["status"]) == (200, "degraded")
    assert "checkpoint-inconsistent" in ready.json["reasons"]
    assert ready.json["unsigned"] == {"after": agreed, "up_to": signed.ledger.head()}


def kept_position(desk: Desk, back: int) -> int:
    size = desk.read("/v1/audit/checkpoint")["size"]
    return int(desk.read(f"/v1/audit/checkpoint?size={size + back}")["position"])


def test_a_tree_that_is_shorter_than_what_was_signed_proves_nothing(signed: Desk, database_url):
    with psycopg.connect(database_url) as db:
        ATTACKS[-1].do(db, signed.ledger.head() - 1)
        db.execute("DELETE FROM tree.leaf WHERE position NOT IN (SELECT notification_id FROM stored_events)")
    response = signed.get("/v1/audit/consistency?old=1")
    assert (response.status_code, [*response.json["errors"]]) == (422, ["new"])
