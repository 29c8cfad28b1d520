"""A ledger remembers the entries it read, and believes them only as far as PostgreSQL still says the same."""

import psycopg
import pytest

from domain.errors import AlreadyStarted
from domain.ledger import Done, Ledger
from domain.ledger.histories import Histories
from tests.domain.ledger_story import fresh, plan_in, revision, start_in
from tests.story import AUTHORITY, entry, planned

RESTORED = "DELETE FROM stored_events WHERE originator_version > %s"


@pytest.fixture
def other(database_url):
    """The ledger as another process has it."""
    ledger = Ledger(database_url, authority=AUTHORITY)
    yield ledger
    ledger.close()


def restore(database_url: str, version: int) -> None:
    """Put an older copy of the database in its place."""
    with psycopg.connect(database_url) as db:
        db.execute(RESTORED, (version,))


def costs(ledger: Ledger) -> tuple[int, int | None]:
    operation = ledger.operation("ANZ-CARPEAUX")
    return operation.version, operation.cost_cents


def test_what_another_process_recorded_is_found_at_once(ledger, other):
    plan_in(ledger)
    assert costs(ledger) == costs(other)
    other.run(fresh(), revision(other, 5))
    other.run(fresh(), revision(other, 6))
    assert costs(ledger) == (3, 6)


def test_what_a_command_did_in_vain_is_not_remembered(ledger):
    plan_in(ledger)
    operation = ledger.operation("ANZ-CARPEAUX")
    operation.start(**entry("2009", reason="Ordre de service"))
    assert ledger.operation("ANZ-CARPEAUX").started_on is None
    ledger.run(fresh(), start_in(ledger))
    with pytest.raises(AlreadyStarted):
        ledger.run(fresh(), start_in(ledger))


def test_what_an_older_copy_of_the_database_does_not_hold_is_forgotten(ledger, database_url):
    plan_in(ledger)
    for cents in (5, 6):
        ledger.run(fresh(), revision(ledger, cents))
    assert costs(ledger) == (3, 6)
    restore(database_url, 2)
    assert costs(ledger) == (2, 5)
    restore(database_url, 0)
    assert ledger.find(type(planned()), "ANZ-CARPEAUX") is None


def test_another_history_takes_the_place_of_the_one_remembered(ledger, other, database_url):
    plan_in(ledger)
    ledger.run(fresh(), revision(ledger, 5))
    assert costs(ledger) == (2, 5)
    restore(database_url, 1)
    for cents in (7, 8):
        other.run(fresh(), revision(other, cents))
    assert costs(ledger) == (3, 8)
    assert [each.cost_cents for each in ledger.operation("ANZ-CARPEAUX").entries[1:]] == [7, 8]


def test_only_what_came_since_is_read_again_and_those_used_least_lately_make_room():
    operations = {each.id: each for each in (planned("OP-1"), planned("OP-2"))}
    for each in operations.values():
        each.revise_cost(cost_cents=5, **entry("2009", reason="Indexation"))
    histories, asked = Histories(room=3), []

    def reading(id):
        def read(version):
            asked.append(version)
            return operations[id].entries[version - 1 :]

        return read

    first, second = operations
    for id in (first, first, second, first):
        assert [each.version for each in histories.get(id, reading(id)).entries] == [1, 2]
    assert asked == [1, 2, 1, 1]


def test_names_that_nobody_bears_take_no_room():
    histories = Histories()
    assert histories.get(planned().id, lambda _: []) is None
    assert not histories._kept


def test_a_record_that_was_given_back_takes_in_what_came_since(ledger, other):
    plan_in(ledger)
    ledger.run(fresh(), revision(ledger, 5))
    other.run(fresh(), revision(other, 6))
    ledger.run(fresh(), start_in(ledger))
    assert costs(ledger) == (4, 6)
    assert ledger.operation("ANZ-CARPEAUX") == other.operation("ANZ-CARPEAUX")


def test_nobody_else_has_the_record_that_one_has(ledger):
    plan_in(ledger)
    ledger.run(fresh(), revision(ledger, 5))
    one, two = ledger.operation("ANZ-CARPEAUX"), ledger.operation("ANZ-CARPEAUX")
    one.start(**entry("2009", reason="Ordre de service"))
    assert (one.version, two.version) == (3, 2)
    assert costs(ledger) == (2, 5)


def test_a_record_that_was_changed_after_it_was_given_back_is_told_again(ledger):
    plan_in(ledger)
    operation = ledger.operation("ANZ-CARPEAUX")
    operation.revise_cost(cost_cents=5, **entry("2009", reason="Indexation"))
    ledger.run(fresh(), lambda: Done(operation))
    operation.revise_cost(cost_cents=6, **entry("2009", reason="Indexation"))
    assert costs(ledger) == (2, 5)


def test_a_record_that_began_since_is_found(ledger, other):
    assert ledger.find(type(planned()), "ANZ-CARPEAUX") is None
    other.run(fresh(), lambda: Done(planned()))
    assert ledger.operation("ANZ-CARPEAUX").version == 1
