"""A copy of a command that is under way waits for the first one's answer, for a while."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from domain.errors import CommandInFlight
from domain.ledger import Command, Ledger, StoreUnavailable
from tests.domain.ledger_story import KEY, asked, fresh, plan, positions
from tests.domain.lossy_line import LossyLine
from tests.story import AUTHORITY


@pytest.fixture
def first(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """What an append of KEY's command is to the others, until `rollback`: under way."""
    with psycopg.connect(database_url) as first:
        first.execute("SELECT pg_advisory_xact_lock(uuid_hash_extended(%s, 0))", (KEY,))
        yield first


def test_a_copy_is_refused_while_the_first_one_does_not_end(ledger, database_url, first):
    with pytest.raises(CommandInFlight):
        ledger.run(asked(), plan)
    assert positions(database_url) == []
    first.rollback()
    assert not ledger.run(asked(), plan).replayed


def test_a_copy_of_what_came_to_nothing_is_recorded_itself(ledger, database_url, first):
    soon = threading.Timer(0.2, first.rollback)
    soon.start()
    recorded = ledger.run(asked(), plan)
    soon.join()
    assert (recorded.replayed, [recorded.position]) == (False, positions(database_url))


def test_another_command_is_not_held_up_by_it(ledger, first):
    assert not ledger.run(fresh(), plan).replayed


def test_a_copy_that_waits_leaves_the_connections_to_others(database_url, first):
    ledger = Ledger(database_url, authority=AUTHORITY, pool_size=1)
    with ThreadPoolExecutor(1) as meanwhile:
        copy = meanwhile.submit(ledger.run, asked(), plan)
        for _ in range(20):
            assert ledger.head() == 0
        assert not copy.done()
        first.rollback()
        assert not copy.result().replayed
    ledger.close()


@pytest.mark.parametrize(
    ("command", "told"),
    [(asked(), CommandInFlight), (Command(KEY, b"asked"), StoreUnavailable)],
    ids=["keyed", "without a key"],
)
def test_who_lost_the_line_is_told_to_come_back_while_the_append_lasts(database_url, first, command, told):
    with LossyLine(database_url) as line:
        far = Ledger(line.database_url, authority=AUTHORITY)
        line.lose_request = b"operation.planned"
        with pytest.raises(told):
            far.run(command, plan)
        assert line.cuts == 1
        first.rollback()
        assert not far.run(asked(), plan).replayed
        far.close()
    assert len(positions(database_url)) == 1
