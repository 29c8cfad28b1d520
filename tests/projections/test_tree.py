"""The tree: PostgreSQL hashes what the pure functions hash, whatever the way in which the leaves came."""

import psycopg
import pytest

from domain.ledger import merkle, read_stored
from domain.ledger.merkle import Edge, Node
from projections.follower import Follower
from projections.passing import Pass
from projections.rebuild import rebuild
from projections.tree import TILE, Stored, Tree
from tests.projections.rows import everything, record
from tests.story import planned, started

TREE = ("tree.leaf", "tree.node")


def leaves(database_url: str) -> list[tuple[int, bytes]]:
    """Position and leaf of every entry, hashed here."""
    with psycopg.connect(database_url) as db:
        found = read_stored(db.cursor(), 0, 100_000)
    return [(each.position, merkle.leaf_hash(merkle.entry(*each))) for each in found]


def rows(database_url: str) -> dict[str, list[tuple]]:
    found = everything(database_url)
    return {table: found[table] for table in TREE}


@pytest.fixture
def grown(ledger, database_url) -> str:
    """Two tiles and a bit: 600 operations, planned at once."""
    record(ledger, *(planned(f"OP-{number}") for number in range(2 * 256 + 88)))
    Follower(database_url).catch_up()
    return database_url


def test_a_leaf_is_the_entry_as_it_is_stored(ledger, database_url, told, cursor):
    told(started(), planned("ÉLÉGANT".replace("É", "E"), title="L'été à Valenciennes, « œuvre » n° 1"))
    kept = cursor.execute("SELECT position, hash FROM tree.leaf ORDER BY index").fetchall()
    assert kept == leaves(database_url)


def test_ranks_have_no_holes_where_positions_have(ledger, database_url, told, cursor):
    told(planned("A"))
    cursor.execute("SELECT nextval('stored_events_notification_id_seq')")
    told(planned("B"), planned("C"))
    kept = cursor.execute("SELECT index, position FROM tree.leaf ORDER BY index").fetchall()
    assert kept == [(0, kept[0][1]), (1, kept[0][1] + 2), (2, kept[0][1] + 3)]


def test_whole_tiles_are_kept(grown, cursor):
    wanted, edge = {}, Edge()
    for _, leaf in leaves(grown):
        wanted |= dict(edge.add(leaf))
    kept = {Node(*row[:2]): row[2] for row in cursor.execute("SELECT level, index, hash FROM tree.node")}
    assert kept == {node: hash for node, hash in wanted.items() if node.level >= TILE}
    assert [*kept] == [(8, 0), (8, 1), (9, 0)]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 600])
def test_every_root_is_that_of_the_entries(grown, cursor, size):
    edge = Edge()
    for _, leaf in leaves(grown)[:size]:
        for _ in edge.add(leaf):
            pass
    assert Stored(cursor).root(size) == edge.root()


def test_it_is_the_same_in_batches_of_any_size(grown, database_url):
    at_once = rows(database_url)
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(
            "DELETE FROM tree.leaf; DELETE FROM tree.node; UPDATE projection SET position = 0 WHERE name = 'tree'"
        )
        ahead = Pass(db, [Tree()])
        for limit in (1, 254, 1, 1, 300):
            assert ahead.step(limit) == limit
        while ahead.step():
            pass
    assert rows(database_url) == at_once


def test_it_is_the_same_after_a_leap(grown, database_url, monkeypatch):
    at_once = rows(database_url)
    monkeypatch.setattr("projections.passing.FAR", 100)
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(
            "DELETE FROM tree.leaf; DELETE FROM tree.node; UPDATE projection SET position = 0 WHERE name = 'tree'"
        )
        assert Pass(db, [Tree()]).step() == 600
    assert rows(database_url) == at_once


@pytest.mark.parametrize("name", [None, "tree"])
def test_a_rebuild_makes_the_same_tree(grown, database_url, name, cursor):
    before = everything(database_url)
    cursor.execute("DELETE FROM tree.leaf; DELETE FROM tree.node")
    rebuild(database_url, name)
    assert everything(database_url) == before


def test_a_rebuild_in_several_processes_makes_the_same_tree(grown, database_url, monkeypatch):
    before = everything(database_url)
    monkeypatch.setattr("projections.parts.WORTH_IT", 100)
    rebuild(database_url)
    assert everything(database_url) == before


def test_what_comes_after_a_rebuild_goes_on_from_there(grown, ledger, database_url, told):
    rebuild(database_url, "tree")
    told(planned("LATER"))
    live = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == live
