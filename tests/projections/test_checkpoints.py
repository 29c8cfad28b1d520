"""The leading follower signs: when the ledger has grown, not too often, and never what is not the same tree."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from domain.ledger import CHANNEL
from domain.ledger import checkpoints as kept
from domain.ledger.merkle import extends
from domain.ledger.notes import Head, SecretKey, head_of, signed
from projections.checkpoints import Checkpointing, KeyMissing, begin
from projections.follower import Follower
from projections.rebuild import rebuild
from projections.tree import Stored
from tests.attacks import ATTACKS, recompute_the_tree
from tests.projections.rows import record
from tests.story import planned

KEY = SecretKey.make("jalon/cavm/test")


@pytest.fixture
def begun(ledger, database_url, cursor) -> Any:
    """A record with three entries, and a key that has begun."""
    record(ledger, *(planned(f"A-{number}", title="Anzin : Carpeaux") for number in range(3)))
    Follower(database_url).catch_up()
    with psycopg.connect(database_url) as db:
        begin(db.cursor(), KEY)
    return cursor


@pytest.fixture
def signing(begun, cursor) -> Any:
    """One look of the leading follower, its key at hand."""

    def look(every: float = 0.0, key: Any = lambda _: KEY) -> None:
        at_work = Checkpointing(key, every)
        at_work.leads(cursor.connection)
        at_work.looked(cursor.connection)

    return look


def sizes(cursor: Any) -> list[int]:
    return [each.size for each in kept.every(cursor)]


def test_what_has_grown_is_signed(signing, told, cursor):
    told(planned("B"))
    signing()
    last = kept.latest(cursor)
    assert head_of(last.note, [KEY.public]) == Head(KEY.name, 4, Stored(cursor).root(4))
    assert (sizes(cursor), last.position) == ([3, 4], Stored(cursor).position(4))


def test_what_has_not_grown_is_not_signed_again(signing, cursor):
    signing()
    assert sizes(cursor) == [3]


def test_one_checkpoint_a_minute_is_enough(signing, told, cursor):
    told(planned("B"))
    signing(every=60)
    assert sizes(cursor) == [3]
    cursor.execute("UPDATE checkpoint SET made_at = made_at - interval '60 s'")
    signing(every=60)
    assert sizes(cursor) == [3, 4]


def test_any_two_checkpoints_are_proved_to_be_of_one_tree(signing, told, cursor):
    for number in range(12):
        told(planned(f"B-{number}"))
        signing()
    tree, found = Stored(cursor), list(kept.every(cursor))
    heads = [head_of(each.note, [KEY.public]) for each in found]
    for old in heads:
        for new in heads:
            if old.size <= new.size:
                proof = tree.consistency(old.size, new.size)
                assert extends(new.root, new.size, old_root=old.root, old=old.size, proof=proof)
                assert old.size == new.size or not extends(
                    old.root, new.size, old_root=old.root, old=old.size, proof=proof
                )


@pytest.mark.parametrize(
    "attack", [each for each in ATTACKS if "inserted" not in each.name], ids=lambda each: each.name
)
def test_an_altered_ledger_is_found_once_the_tree_is_made_again(signing, told, cursor, database_url, attack):
    """Without any new entry: the last checkpoint is held against the tree all the same."""
    agreed = kept.latest(cursor).position
    told(*(planned(f"B-{number}", title="Anzin : Carpeaux") for number in range(4)))
    signing()
    attack.do(cursor.connection, agreed + 2)
    signing()
    assert kept.fault(cursor) is None
    recompute_the_tree(database_url)
    signing()
    assert kept.fault(cursor)[:3] == ("checkpoint-inconsistent", agreed, agreed + 4)
    assert sizes(cursor) == [3, 7]


def test_a_checkpoint_that_somebody_put_there_is_not_gone_on_from(signing, told, cursor):
    forger = SecretKey.make(KEY.name)
    head = Head(KEY.name, 3, Stored(cursor).root(3))
    kept.keep(cursor, size=3, position=kept.latest(cursor).position, note=signed(head.text(), [forger]))
    told(planned("B"))
    signing()
    assert kept.fault(cursor).code == "checkpoint-inconsistent"
    assert sizes(cursor) == [3, 3]


def test_a_missing_key_is_told_until_it_is_back(signing, told, cursor):
    def missing(_: Any) -> SecretKey:
        raise KeyMissing("there is no key")

    told(planned("B"))
    signing(key=missing)
    assert kept.fault(cursor)[:3] == ("checkpoint-key-missing", None, None)
    signing()
    assert (kept.fault(cursor), sizes(cursor)) == (None, [3, 4])


def test_a_key_that_never_began_signs_nothing(signing, told, cursor):
    told(planned("B"))
    signing(key=lambda _: SecretKey.make(KEY.name))
    assert (kept.fault(cursor).code, sizes(cursor)) == ("checkpoint-key-unknown", [3])


def test_a_rebuild_leaves_nothing_to_complain_of(signing, told, cursor, database_url):
    told(planned("B"))
    signing()
    rebuild(database_url)
    told(planned("C"))
    signing()
    assert (kept.fault(cursor), sizes(cursor)) == (None, [3, 4, 5])


@pytest.fixture
def following(begun, database_url) -> Iterator[None]:
    """A follower at work that signs whatever has grown."""
    stop = threading.Event()
    follower = Follower(database_url, audience=Checkpointing(lambda _: KEY, 0.0))
    thread = threading.Thread(target=follower.run, args=(stop,))
    thread.start()
    yield
    stop.set()
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(f"NOTIFY {CHANNEL}")
    thread.join()


def test_the_follower_signs_by_itself(following, ledger, cursor):
    record(ledger, planned("B"))
    deadline = time.monotonic() + 10
    while sizes(cursor) != [3, 4]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_instant_of_a_checkpoint_is_later_than_its_entries(signing, told, cursor):
    told(planned("B"))
    before = cursor.execute("SELECT clock_timestamp()").fetchone()[0]
    signing()
    assert kept.latest(cursor).made_at > before
