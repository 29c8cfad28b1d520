"""How the ledger starts: its tables made once, no setting taken from outside, and the library as it was read."""

import importlib.metadata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import ProgrammingError
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import make_conninfo

from domain.ledger import Command, Done, ForbiddenSetting, Ledger, create_tables
from domain.ledger.datastore import LedgerDatastore
from domain.ledger.recorder import LedgerRecorder
from domain.operation import Operation
from tests.story import AUTHORITY, planned

MADE = """
    SELECT 'table', relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'type', typname FROM pg_type JOIN pg_class ON typrelid = pg_class.oid AND relkind = 'c'
              WHERE typnamespace = 'public'::regnamespace
    ORDER BY 1, 2
"""
COMPLETE = [
    ("function", "append_event"),
    ("function", "append_events"),
    ("table", "checkpoint"),
    ("table", "checkpoint_fault"),
    ("table", "checkpoint_key"),
    ("table", "command"),
    ("table", "stored_events"),
]


@pytest.fixture
def bare_url(servers: Any) -> Iterator[str]:
    """A database without any table."""
    with psycopg.connect(servers.database_url, autocommit=True) as db:
        db.execute("CREATE DATABASE bare")
        yield make_conninfo(servers.database_url, dbname="bare")
        db.execute("DROP DATABASE bare WITH (FORCE)")


def made(database_url: str) -> list[tuple[str, str]]:
    with psycopg.connect(database_url) as db:
        return db.execute(MADE).fetchall()


# Tables


def test_eight_starters_at_once_make_the_tables_once(bare_url):
    with ThreadPoolExecutor(8) as starters:
        assert list(starters.map(create_tables, [bare_url] * 8)) == [None] * 8
    assert made(bare_url) == COMPLETE


def test_starters_refuse_nobody_an_append(ledger, database_url):
    with ThreadPoolExecutor(8) as starters:
        starting = [starters.submit(create_tables, database_url) for _ in range(8)]
        for operation in [planned(f"OP-{number}") for number in range(30)]:
            ledger.run(Command(uuid4()), partial(Done, operation))
        assert [start.result() for start in starting] == [None] * 8


def test_a_ledger_makes_no_tables(bare_url):
    ledger = Ledger(bare_url, authority=AUTHORITY)
    with pytest.raises(ProgrammingError, match="does not exist"):
        ledger.find(Operation, "ANZ-CARPEAUX")
    ledger.close()
    assert made(bare_url) == []


# Settings


@pytest.mark.parametrize("prefix", ["", "LEDGER_", "ANYTHING_"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_ENABLE_DB_FUNCTIONS", "y"),
        ("POSTGRES_ENABLE_DB_FUNCTIONS", "True"),
        ("CIPHER_TOPIC", "eventsourcing.cipher:AESCipher"),
        ("COMPRESSOR_TOPIC", "zlib"),
        ("IS_SNAPSHOTTING_ENABLED", "y"),
    ],
)
def test_a_setting_that_would_cost_events_or_their_readability_is_refused_at_start(monkeypatch, prefix, name, value):
    monkeypatch.setenv(prefix + name, value)
    with pytest.raises(ForbiddenSetting, match=name):
        Ledger("postgresql://nobody@/nothing?host=/nowhere", authority=AUTHORITY)


def test_the_same_setting_switched_off_is_no_obstacle(monkeypatch):
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "no")
    monkeypatch.setenv("CIPHER_TOPIC", "")
    Ledger("postgresql://nobody@/nothing?host=/nowhere", authority=AUTHORITY).close()


@pytest.mark.parametrize("prefix", ["", "LEDGER_"])
def test_no_environment_variable_changes_the_ledger(monkeypatch, bare_url, prefix):
    for name, value in {
        "CREATE_TABLE": "y",
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "APPLICATION_RECORDER_TOPIC": "eventsourcing.postgres:PostgresApplicationRecorder",
        "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
        "TRANSCODER_TOPIC": "nowhere:Nothing",
        "AGGREGATE_CACHE_MAXSIZE": "1000",
        "POSTGRES_DBNAME": "elsewhere",
        "POSTGRES_SCHEMA": "elsewhere",
        "POSTGRES_CONNECT_TIMEOUT": "300",
        "POSTGRES_LOCK_TIMEOUT": "300",
        "POSTGRES_POOL_SIZE": "50",
        "POSTGRES_PRE_PING": "y",
        "ORIGINATOR_ID_TYPE": "text",
    }.items():
        monkeypatch.setenv(prefix + name, value)
    ledger = Ledger(bare_url, authority=AUTHORITY, pool_size=1)
    with ledger.recorder.datastore.get_connection() as connection:
        assert connection.info.dbname == "bare"
    assert made(bare_url) == []
    assert type(ledger.recorder) is LedgerRecorder
    assert ledger.repository.cache is None
    pool, datastore = ledger.recorder.datastore.pool, ledger.recorder.datastore
    assert (pool.min_size, pool.max_size, pool.timeout, pool.max_waiting) == (1, 1, 1, 32)
    assert (datastore.schema, datastore.lock_timeout, datastore.pre_ping) == ("public", 2, False)
    ledger.close()


def test_every_wait_on_a_connection_has_a_bound(database_url):
    datastore = LedgerDatastore(database_url)
    with datastore.get_connection() as connection:
        bounds = {
            name: connection.execute(f"SHOW {name}".encode()).fetchone()[name]
            for name in ("statement_timeout", "idle_in_transaction_session_timeout")
        }
    datastore.close()
    assert bounds == {"statement_timeout": "5s", "idle_in_transaction_session_timeout": "10s"}


def test_the_whole_address_reaches_the_server(database_url):
    datastore = LedgerDatastore(make_conninfo(database_url, application_name="told", options="-c work_mem=7MB"))
    with datastore.get_connection() as connection:
        assert connection.execute("SHOW application_name").fetchone() == {"application_name": "told"}
        assert connection.execute("SHOW work_mem").fetchone() == {"work_mem": "7MB"}
    datastore.close()


def test_a_ledger_connects_at_its_first_use_so_that_it_may_be_built_before_a_fork(database_url):
    ledger = Ledger(database_url, authority=AUTHORITY)
    assert ledger.recorder.datastore.pool.closed
    assert ledger.head() == 0
    assert not ledger.recorder.datastore.pool.closed
    ledger.close()


# The library, as it was read: what we rely on besides its documented interface


def test_the_library_is_the_release_that_was_read():
    assert importlib.metadata.version("eventsourcing") == "9.5.6"


def test_the_library_creates_four_things_of_which_two_are_kept():
    lazy = LedgerDatastore("postgresql:///")
    created = [s.as_string() for s in PostgresApplicationRecorder(lazy).sql_create_statements]
    assert [" ".join(text.split()[:2]) for text in created] == [
        "CREATE TABLE",
        "CREATE TYPE",
        "CREATE UNIQUE",
        "CREATE OR",
    ]
    kept = [s.as_string() for s in LedgerRecorder(lazy).sql_create_statements]
    assert kept[:2] == [created[0], created[2]]


def test_the_library_repeats_an_append_and_ours_does_not():
    assert hasattr(PostgresApplicationRecorder.insert_events, "__wrapped__")
    assert not hasattr(LedgerRecorder.insert_events, "__wrapped__")


def test_a_recorder_on_a_datastore_with_database_functions_is_refused():
    lazy = LedgerDatastore("postgresql:///")
    lazy.enable_db_functions = True
    with pytest.raises(ProgrammingError, match="readers would miss events"):
        LedgerRecorder(lazy)


def test_the_library_asks_the_datastore_how_to_prepare_a_connection_and_opens_none():
    parts = SimpleNamespace(prepared=0)

    class Asked(PostgresDatastore):
        def after_connect_func(self) -> Any:
            parts.prepared += 1
            return super().after_connect_func()

    datastore = Asked("", "", "", "", "")
    assert parts.prepared == 1
    assert datastore.pool.closed
    assert set(datastore.pool.kwargs) == {"dbname", "host", "port", "user", "password", "row_factory"}
    assert datastore.pool.reconnect_timeout > 60


def test_the_library_takes_settings_from_the_environment_unless_it_is_given_none(monkeypatch):
    monkeypatch.setenv("SOME_SETTING", "told")
    assert Application[Any]().env["SOME_SETTING"] == "told"
    assert Ledger("postgresql:///", authority=AUTHORITY).env == {}


def test_the_base_of_an_aggregate_sets_up_identity_version_and_pending_entries():
    operation = planned()
    again = Operation.__new__(Operation)
    again.__base_init__(operation.id, 3, operation.created_on)
    assert (again.id, again.version, again.pending_events) == (operation.id, 3, [])
