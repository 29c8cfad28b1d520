"""The ledger read in its one order, while others write."""

import threading
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import MapperDeserialisationError

from domain.ledger import CHANNEL, Command, Done, Ledger, head, read_after, read_histories
from domain.partner import Partner
from tests.story import AUTHORITY, entry, planned

WRITERS = 4
SECONDS = 1.5


@pytest.fixture
def cursor(database_url: str) -> Iterator[psycopg.Cursor]:
    with psycopg.connect(database_url, autocommit=True) as db:
        yield db.cursor()


def record(ledger: Ledger, *records: object) -> int:
    return ledger.run(Command(uuid4()), lambda: Done(*records)).position  # type: ignore[arg-type]


def partner(code: str) -> Partner:
    return Partner.register(authority=AUTHORITY, code=code, name=code, kind="other", **entry("2004"))


def revised(operation, *cents: int):
    for amount in cents:
        operation.revise_cost(cost_cents=amount, **entry("2009", reason="Indexation"))
    return operation


def test_an_empty_ledger_has_nothing_to_read(cursor):
    assert head(cursor) == 0
    assert read_after(cursor, 0, 10) == []
    assert read_histories(cursor, [], {}) == {}


def test_entries_are_read_in_the_order_in_which_they_were_recorded(ledger, cursor):
    record(ledger, revised(planned("ONE"), 1, 2), planned("TWO"))
    record(ledger, revised(ledger.operation("ONE"), 3))
    read = read_after(cursor, 0, 10)
    assert [(entry.TOPIC, entry.version) for _, entry in read] == [
        ("operation.planned", 1),
        ("operation.cost_revised", 2),
        ("operation.cost_revised", 3),
        ("operation.planned", 1),
        ("operation.cost_revised", 4),
    ]
    assert [entry for _, entry in read if entry.originator_id == ledger.operation("ONE").id] == ledger.operation(
        "ONE"
    ).entries
    assert read[-1][0] == head(cursor) == ledger.head()


def test_reading_goes_on_after_a_position(ledger, cursor):
    record(ledger, *(partner(f"p{n}") for n in range(5)))
    everything = read_after(cursor, 0, 10)
    assert read_after(cursor, 0, 2) == everything[:2]
    assert read_after(cursor, everything[1][0], 2) == everything[2:4]
    assert read_after(cursor, everything[-1][0], 2) == []


def test_an_entry_that_cannot_be_read_stops_the_reader(ledger, cursor):
    position = record(ledger, partner("anru"))
    cursor.execute("UPDATE stored_events SET topic = 'partner.unheard_of'")
    with pytest.raises(MapperDeserialisationError, match="unheard_of"):
        read_after(cursor, position - 1, 10)


def test_histories_end_before_the_version_that_is_asked_for(ledger, cursor):
    record(ledger, revised(planned("ONE"), 1, 2), revised(planned("TWO"), 3))
    one, two = ledger.operation("ONE"), ledger.operation("TWO")
    nobody = UUID(int=0)
    histories = read_histories(cursor, [two.id, one.id, nobody], {one.id: 3, two.id: 1, nobody: 9})
    assert histories == {two.id: [], one.id: one.entries[:2], nobody: []}


def test_an_append_is_announced_on_the_channel(ledger, cursor):
    cursor.execute(f'LISTEN "{CHANNEL}"')
    record(ledger, partner("anru"))
    assert [notice.channel for notice in cursor.connection.notifies(timeout=2, stop_after=1)] == [
        "public_stored_events"
    ]


def test_a_reader_at_the_heels_of_four_writers_misses_nothing(database_url, cursor):
    done = threading.Event()

    def write(name: str) -> None:
        ledger = Ledger(database_url, authority=AUTHORITY, pool_size=1)
        turn = 0
        while not done.is_set():
            turn += 1
            record(ledger, *(partner(f"{name}-{turn}-{n}") for n in range(1 + turn % 3)))
        ledger.close()

    writers = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        seen += [position for position, _ in read_after(cursor, seen[-1] if seen else 0, 500)]
    done.set()
    for writer in writers:
        writer.join()
    while batch := read_after(cursor, seen[-1], 500):
        seen += [position for position, _ in batch]
    stored = [row[0] for row in cursor.execute("SELECT notification_id FROM stored_events ORDER BY notification_id")]
    assert seen == stored
    assert len(seen) > 100
