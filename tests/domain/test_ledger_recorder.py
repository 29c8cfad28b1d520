"""What a recorder promises, asked of ours and of the library's own: ours may be faster, never different."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, ProgrammingError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from domain.ledger.datastore import LedgerDatastore
from domain.ledger.recorder import CommandRow, LedgerRecorder

ANZIN, DENAIN = UUID(int=1), UUID(int=2)


def fact(version: int, of: UUID = ANZIN, state: bytes = b"{}") -> StoredEvent:
    return StoredEvent(of, version, "test.fact", state)


def facts(*versions: int, of: UUID = ANZIN) -> list[StoredEvent]:
    return [fact(version, of) for version in versions]


def ours(database_url: str, schema: str = "ours") -> LedgerRecorder:
    return LedgerRecorder(LedgerDatastore(database_url, schema=schema))


def stock(database_url: str) -> PostgresApplicationRecorder:
    parts: dict[str, Any] = {"host": "", "port": "", "user": "", "password": ""} | conninfo_to_dict(database_url)
    return PostgresApplicationRecorder(PostgresDatastore(**parts, schema="stock"))


@pytest.fixture(scope="module", params=[ours, stock], ids=["ours", "the library's"])
def made(servers: Any, request: pytest.FixtureRequest) -> Iterator[PostgresApplicationRecorder]:
    schema = request.param.__name__
    with psycopg.connect(servers.database_url, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {schema}")
        recorder = request.param(servers.database_url)
        recorder.create_table()
        yield recorder
        recorder.datastore.close()
        db.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def recorder(made: PostgresApplicationRecorder) -> PostgresApplicationRecorder:
    with made.datastore.get_connection() as db:
        db.execute(f"TRUNCATE {made.datastore.schema}.stored_events".encode())
    return made


def versions(recorder: PostgresApplicationRecorder, **wanted: Any) -> list[int]:
    return [event.originator_version for event in recorder.select_events(ANZIN, **wanted)]


def test_events_come_back_as_they_went_in(recorder):
    went_in = [fact(1, state=b"\x00\xff"), fact(2, state="œuvre".encode())]
    recorder.insert_events(went_in)
    assert list(recorder.select_events(ANZIN)) == went_in


def test_nothing_appended_is_nothing(recorder):
    assert not recorder.insert_events([])
    assert recorder.max_notification_id() is None
    assert list(recorder.select_events(ANZIN)) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"gt": 2}, [3, 4, 5]),
        ({"gt": 0}, [1, 2, 3, 4, 5]),
        ({"lte": 2}, [1, 2]),
        ({"lte": 0}, []),
        ({"gt": 1, "lte": 4}, [2, 3, 4]),
        ({"gt": 4, "lte": 1}, []),
        ({"limit": 2}, [1, 2]),
        ({"limit": 0}, []),
        ({"gt": 1, "lte": 4, "limit": 2}, [2, 3]),
        ({"desc": True}, [5, 4, 3, 2, 1]),
        ({"desc": True, "limit": 1}, [5]),
        ({"desc": True, "gt": 1, "lte": 4, "limit": 2}, [4, 3]),
    ],
)
def test_a_range_of_versions_is_read_as_asked(recorder, wanted, found):
    recorder.insert_events(facts(1, 2, 3, 4, 5))
    recorder.insert_events(facts(1, 2, of=DENAIN))
    assert versions(recorder, **wanted) == found


def test_positions_rise_with_every_append(recorder):
    appended = [
        *recorder.insert_events(facts(1)),
        *recorder.insert_events(facts(2, 3)),
        *recorder.insert_events(facts(4)),
    ]
    assert appended == sorted(set(appended))
    assert recorder.max_notification_id() == appended[-1]


def test_several_events_take_their_positions_in_the_order_given(recorder):
    given = [fact(1), fact(1, DENAIN), fact(2), fact(2, DENAIN), *facts(*range(3, 200))]
    positions = recorder.insert_events(given)
    read = recorder.select_notifications(start=None, limit=1000)
    assert [(n.id, n.originator_id, n.originator_version) for n in read] == [
        (position, event.originator_id, event.originator_version)
        for position, event in zip(positions, given, strict=True)
    ]


def test_a_version_that_is_taken_refuses_the_append(recorder):
    recorder.insert_events(facts(1))
    with pytest.raises(IntegrityError):
        recorder.insert_events([fact(1, state=b"other")])
    assert list(recorder.select_events(ANZIN)) == [fact(1)]


def test_one_conflict_stores_none_of_the_events(recorder):
    recorder.insert_events(facts(3))
    with pytest.raises(IntegrityError):
        recorder.insert_events([fact(1, DENAIN), *facts(1, 2, 3)])
    assert versions(recorder) == [3]
    assert list(recorder.select_events(DENAIN)) == []


def test_a_refused_append_leaves_a_hole_and_nothing_comes_into_it(recorder):
    before = recorder.insert_events(facts(1))[-1]
    with pytest.raises(IntegrityError):
        recorder.insert_events(facts(1))
    after = recorder.insert_events(facts(2))[-1]
    assert after > before
    read = [notification.id for notification in recorder.select_notifications(start=before, limit=10)]
    assert read == [before, after]


def test_readers_are_told_of_an_append(recorder, servers):
    with psycopg.connect(servers.database_url, autocommit=True) as ear:
        ear.execute(f'LISTEN "{recorder.channel_name}"')
        recorder.insert_events(facts(1))
        recorder.insert_events(facts(2, 3))
        assert len(list(ear.notifies(timeout=2, stop_after=2))) == 2


# From here on: what ours does besides.


@pytest.fixture
def own(servers: Any) -> Iterator[LedgerRecorder]:
    with psycopg.connect(servers.database_url, autocommit=True) as db:
        db.execute("CREATE SCHEMA own")
        recorder = ours(servers.database_url, "own")
        recorder.create_table()
        yield recorder
        recorder.datastore.close()
        db.execute("DROP SCHEMA own CASCADE")


def command(id: UUID) -> CommandRow:
    return CommandRow(id, b"asked", '{"b": 1, "a": "é"}')


def test_the_command_is_kept_with_the_last_position_of_its_append(own):
    one, many = uuid4(), uuid4()
    assert own.find_command(one) is None
    first = own.insert_events(facts(1), command=command(one))
    rest = own.insert_events(facts(2, 3, 4), command=command(many))
    assert own.find_command(one) == (b"asked", {"b": 1, "a": "é"}, first[-1])
    assert own.find_command(many) == (b"asked", {"b": 1, "a": "é"}, rest[-1])
    assert list(own.find_command(one).answer) == ["b", "a"]


@pytest.mark.parametrize("again", [facts(2), facts(2, 3)], ids=["one event", "several"])
def test_a_command_that_was_answered_appends_nothing_more(own, again):
    once = uuid4()
    own.insert_events(facts(1), command=command(once))
    with pytest.raises(IntegrityError):
        own.insert_events(again, command=command(once))
    assert versions(own) == [1]


def test_a_refused_append_leaves_no_command_behind(own):
    own.insert_events(facts(1))
    for conflicting in (facts(1), facts(1, 2)):
        refused = uuid4()
        with pytest.raises(IntegrityError):
            own.insert_events(conflicting, command=command(refused))
        assert own.find_command(refused) is None


def test_the_channel_names_the_schema_so_that_others_are_not_woken(own, servers):
    with psycopg.connect(servers.database_url, autocommit=True) as ear:
        ear.execute("LISTEN stored_events; LISTEN public_stored_events")
        own.insert_events(facts(1))
        assert list(ear.notifies(timeout=0.1, stop_after=1)) == []
    assert own.channel_name == "own_stored_events"


def test_what_an_append_cannot_keep_is_refused_rather_than_dropped(own):
    with pytest.raises(ProgrammingError, match="tracking"):
        own.insert_events(facts(1), tracking=object())
    assert versions(own) == []


def test_the_function_that_appends_without_a_lock_does_not_exist(own):
    with own.datastore.get_connection() as db:
        found = db.execute(
            "SELECT proname, prosrc LIKE '%IN EXCLUSIVE MODE%' AS locks FROM pg_proc "
            "WHERE pronamespace = 'own'::regnamespace ORDER BY proname"
        ).fetchall()
    assert [(row["proname"], row["locks"]) for row in found] == [("append_event", True), ("append_events", True)]
