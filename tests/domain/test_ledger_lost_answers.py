"""A command counts once although its answer never arrives, and a ledger that is away says so soon."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from domain.ledger import BoundedConnection, Done, Ledger, Recorded, ServerSilent, StoreUnavailable
from tests.domain.ledger_story import asked, fresh, plan, plan_in, positions, revision, start_in
from tests.domain.lossy_line import LossyLine
from tests.story import AUTHORITY, planned


@pytest.fixture
def line(database_url: str) -> Iterator[LossyLine]:
    with LossyLine(database_url) as line:
        yield line


@pytest.fixture
def far(line: LossyLine) -> Iterator[Ledger]:
    """A ledger at the other end of the line."""
    ledger = Ledger(line.database_url, authority=AUTHORITY)
    yield ledger
    ledger.close()


@pytest.mark.parametrize("command", [asked(), fresh()], ids=["keyed", "without a key"])
def test_a_command_whose_acknowledgement_is_lost_is_answered_once(far, line, database_url, command):
    line.lose_answer = b"operation.planned"
    recorded = far.run(command, plan)
    assert line.cuts == 1
    assert recorded == Recorded(positions(database_url)[0], {"reference": "ANZ-CARPEAUX", "version": 1})
    assert len(positions(database_url)) == 1


def test_the_rules_do_not_meet_their_own_entry_after_a_lost_acknowledgement(far, line, database_url):
    plan_in(far)
    line.lose_answer = b"operation.started"
    assert far.run(fresh(), start_in(far)).answer["version"] == 2
    assert (line.cuts, len(positions(database_url))) == (1, 2)


def test_a_command_that_never_arrived_is_sent_once_more(far, line, database_url):
    line.lose_request = b"operation.planned"
    assert not far.run(asked(), plan).replayed
    assert line.cuts == 1
    assert len(positions(database_url)) == 1


def test_a_command_that_arrives_after_its_second_sending_counts_once(far, line, database_url):
    line.lose_at_once = b"operation.planned"
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        release = threading.Timer(0.3, other.rollback)
        release.start()
        recorded = far.run(asked(), plan)
        release.join()
    assert line.cuts == 1
    assert positions(database_url) == [recorded.position]
    assert not recorded.replayed


def test_every_connection_cut_at_once_costs_no_command(ledger, database_url):
    plan_in(ledger)
    ledger.run(fresh(), revision(ledger, 1))
    cut = "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE application_name = 'jalon ledger'"
    with psycopg.connect(database_url, autocommit=True) as db:
        assert db.execute(cut).rowcount >= 1
        assert ledger.run(asked(), lambda: Done(planned("DEN-1"))).answer["reference"] == "DEN-1"
        assert db.execute(cut).rowcount >= 1
        assert ledger.operation("DEN-1").version == 1
    assert len(positions(database_url)) == 3


def test_a_ledger_that_cannot_be_reached_says_so_soon():
    ledger = Ledger("postgresql://nobody@/nothing?host=/nowhere", authority=AUTHORITY)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        ledger.run(fresh(), plan)
    assert time.monotonic() - began < 3
    ledger.close()


def test_a_server_that_says_nothing_is_given_up(database_url):
    connection = BoundedConnection.connect(database_url, autocommit=True)
    began = time.monotonic()
    with pytest.raises(ServerSilent):
        connection.execute("SELECT pg_sleep(30)")
    assert time.monotonic() - began < 10
    assert connection.broken


def test_a_wait_that_has_an_end_of_its_own_is_left_alone(database_url):
    with BoundedConnection.connect(database_url, autocommit=True) as connection:
        connection.execute("LISTEN nothing")
        assert list(connection.notifies(timeout=0.1)) == []
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_writer_who_holds_the_ledger_too_long_is_not_waited_for(ledger, database_url):
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            ledger.run(asked(), plan)
        assert time.monotonic() - began < 3
    assert not ledger.run(asked(), plan).replayed
    assert len(positions(database_url)) == 1
