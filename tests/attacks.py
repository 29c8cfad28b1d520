"""Six ways in which somebody who may do anything in the database can make the ledger say something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import psycopg
from psycopg import Connection

from domain.ledger import Stretch, head
from projections.tree import Tree

CHANGE = """
    UPDATE stored_events SET state = convert_to(replace(convert_from(state, 'UTF8'), 'Carpeaux', 'Carpeauy'), 'UTF8')
    WHERE notification_id = %s
"""
DELETE = "DELETE FROM stored_events WHERE notification_id = %s"
INSERT = """
    INSERT INTO stored_events (notification_id, originator_id, originator_version, topic, state)
    SELECT %s, originator_id, originator_version + 1000, topic, state FROM stored_events ORDER BY 1 LIMIT 1
"""
MOVE = "UPDATE stored_events SET notification_id = %s WHERE notification_id = %s"
TOPIC = "UPDATE stored_events SET topic = 'operation.closed' WHERE notification_id = %s"
CUT = "DELETE FROM stored_events WHERE notification_id >= %s"


class Attack(NamedTuple):
    """What is done to the entry at a position, or into a hole. wrong: what is then found there."""

    name: str
    do: Callable[[Connection, int], None]
    wrong: str


def one_byte_changed(db: Connection, at: int) -> None:
    assert db.execute(CHANGE, (at,)).rowcount == 1


def a_row_deleted(db: Connection, at: int) -> None:
    assert db.execute(DELETE, (at,)).rowcount == 1


def one_inserted_in_the_past(db: Connection, at: int) -> None:
    """Into a hole: a refused append burns a number. The entry there before it is the one that `at` names."""
    assert db.execute(INSERT, (at,)).rowcount == 1


def two_swapped(db: Connection, at: int) -> None:
    for new, old in ((-1, at), (at, at + 1), (at + 1, -1)):
        assert db.execute(MOVE, (new, old)).rowcount == 1


def a_topic_changed(db: Connection, at: int) -> None:
    assert db.execute(TOPIC, (at,)).rowcount == 1


def the_tail_cut(db: Connection, at: int) -> None:
    assert db.execute(CUT, (at,)).rowcount > 1


def recompute_the_tree(database_url: str) -> None:
    """Make the tree again out of what the ledger says now, as one who may do anything would."""
    with psycopg.connect(database_url) as db:
        last = head(db.cursor())
        db.execute("DELETE FROM tree.leaf; DELETE FROM tree.node")
        Tree().take(db.cursor(), Stretch(0, last))
        db.execute("UPDATE projection SET position = %s WHERE name = 'tree'", (last,))


ATTACKS = [
    Attack("one byte changed", one_byte_changed, "altered"),
    Attack("a row deleted", a_row_deleted, "missing"),
    Attack("one inserted in the past", one_inserted_in_the_past, "added"),
    Attack("two swapped", two_swapped, "altered"),
    Attack("a topic changed", a_topic_changed, "altered"),
    Attack("the tail cut", the_tail_cut, "missing"),
]
