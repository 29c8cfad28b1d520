"""What is signed of the ledger, whether it still is what was signed, and what nobody could prove yet."""

import psycopg
import pytest

from domain.ledger import checkpoints as kept
from tests.api.desk import Desk
from tests.api.test_proofs import KEY, sign, signed  # noqa: F401

COVERAGE = "/v1/audit/coverage"
STEP = {"code": "d", "label": "Permis", "due_on": "2030"}


@pytest.mark.parametrize("who", ["anru", "auditor", "lea", "admin"])
def test_all_that_is_signed_is_covered(signed: Desk, who):  # noqa: F811
    found = signed.read(COVERAGE, by=who)
    checkpoint = signed.read("/v1/audit/checkpoint")
    head = signed.ledger.head()
    assert found == {
        "entries": checkpoint["size"],
        "position": head,
        "checkpoint": checkpoint,
        "signature": "good",
        "key": str(KEY.public),
        "agrees": True,
        "unsigned": {"entries": 0, "after": head, "up_to": head},
        "fault": None,
    }


def test_what_came_after_the_last_checkpoint_is_the_interval_that_cannot_be_proved(signed: Desk, database_url):  # noqa: F811
    before = signed.ledger.head()
    signed.record("/v1/operations/ANZ-CARPEAUX/milestones", STEP)
    assert signed.read(COVERAGE)["unsigned"] == {"entries": 1, "after": before, "up_to": signed.ledger.head()}
    sign(database_url)
    assert signed.read(COVERAGE)["unsigned"]["entries"] == 0


def test_before_anything_is_signed_nothing_can_be_proved(funded: Desk):
    found = funded.read(COVERAGE)
    assert [found[name] for name in ("checkpoint", "signature", "key", "agrees", "fault")] == [None] * 5
    assert found["unsigned"] == {"entries": found["entries"], "after": 0, "up_to": funded.ledger.head()}
    assert found["entries"] > 5


@pytest.mark.parametrize("damage", ["UPDATE tree.leaf SET hash = sha256('x') WHERE index = 3", "DELETE FROM tree.leaf"])
def test_a_tree_that_is_not_what_was_signed_is_told(signed: Desk, database_url, damage):  # noqa: F811
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(damage)
    found = signed.read(COVERAGE)
    assert (found["signature"], found["agrees"]) == ("good", False)


def test_a_checkpoint_that_no_key_of_the_record_signed_is_told(signed: Desk, database_url):  # noqa: F811
    with psycopg.connect(database_url, autocommit=True) as db:
        last = kept.latest(db.cursor())
        assert last
        db.execute("UPDATE checkpoint SET note = replace(note, E'\\n' || size || E'\\n', E'\\n1\\n')")
    found = signed.read(COVERAGE)
    assert (found["signature"], found["agrees"]) == ("bad", None)


def test_what_stands_in_the_way_of_signing_is_told(signed: Desk, database_url):  # noqa: F811
    with psycopg.connect(database_url, autocommit=True) as db:
        kept.write_fault(db.cursor(), "checkpoint-inconsistent", 3, 7)
    fault = signed.read(COVERAGE)["fault"]
    assert (fault["code"], fault["after"], fault["up_to"]) == ("checkpoint-inconsistent", 3, 7)
    with psycopg.connect(database_url, autocommit=True) as db:
        kept.clear_fault(db.cursor())
