"""Two roles: the application adds to the ledger and changes nothing in it, whatever statement it sends."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

from api.run.durable import DURABLE
from api.run.migrating import create_tables
from api.run.roles import NoSuchRole, is_protected
from api.run.servers import FOR_TESTS, LocalServers
from api.run.settings import read_settings
from api.run.wiring import prepare
from domain.ledger import Command, Done, Ledger
from projections.follower import Follower
from projections.rebuild import rebuild
from tests.run.houses import APPLICATION, OWNER, Base, Bases
from tests.run.test_logging import recorded
from tests.story import AUTHORITY, planned

PUBLIC = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
OWNERS = "SELECT nspname, nspowner::regrole::text FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY 1"
ENTRIES = "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events ORDER BY 1"


@pytest.fixture(scope="module")
def kept(make_base: Bases, first_start: Base) -> Base:
    """A record of both roles with a few entries, which no test here manages to change."""
    base = make_base(first_start)
    ledger = Ledger(base.application, authority=AUTHORITY)
    recorded(ledger)
    ledger.close()
    Follower(base.application).catch_up()
    return base


REFUSED = [
    "UPDATE public.stored_events SET topic = 'other'",
    "UPDATE public.stored_events SET state = state WHERE false",
    "DELETE FROM public.stored_events",
    "DELETE FROM ONLY public.stored_events USING public.command",
    "TRUNCATE public.stored_events",
    "ALTER TABLE public.stored_events ADD COLUMN more text",
    "ALTER TABLE public.stored_events DISABLE TRIGGER ALL",
    "ALTER TABLE public.stored_events OWNER TO some_application",
    "ALTER TABLE public.stored_events SET SCHEMA timeline",
    "DROP TABLE public.stored_events",
    "DROP SCHEMA public CASCADE",
    "CREATE RULE forget AS ON INSERT TO public.stored_events DO INSTEAD NOTHING",
    "CREATE TRIGGER change BEFORE INSERT ON public.stored_events EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE OR REPLACE FUNCTION public.append_event(id uuid, version bigint, topic text, state bytea, command uuid,"
    " fingerprint bytea, answer text) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION public.append_event SET search_path = timeline",
    "CREATE TABLE public.stored (id int)",
    "SELECT setval('public.stored_events_notification_id_seq', 1)",
    "INSERT INTO public.stored_events (notification_id, originator_id, originator_version, topic, state)"
    " VALUES (0, gen_random_uuid(), 1, 'past', '')",
    "COPY public.stored_events (notification_id, originator_id, originator_version, topic, state) FROM STDIN",
    "MERGE INTO public.stored_events AS e USING public.command AS c ON true WHEN MATCHED THEN DELETE",
    "SET ROLE some_owner",
    "SET SESSION AUTHORIZATION some_owner",
    "SET session_replication_role = replica",
    "GRANT some_owner TO some_application",
    "ALTER ROLE some_application SUPERUSER",
    "COPY public.command TO PROGRAM 'true'",
    "DELETE FROM public.command",
    "UPDATE public.command SET answer = '{}'",
    "UPDATE public.person SET name = 'Somebody'",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_is_refused_whatever_would_change_history(kept: Base, statement: str):
    before = kept.rows(ENTRIES)
    with psycopg.connect(kept.application) as db, pytest.raises(InsufficientPrivilege):
        db.execute(statement.encode())
    assert kept.rows(ENTRIES) == before


def test_the_owner_could_so_that_it_is_the_role_that_is_refused(kept: Base):
    with psycopg.connect(kept.owner) as db:
        db.execute("DELETE FROM public.stored_events")
        db.execute("ALTER TABLE public.stored_events DISABLE TRIGGER ALL")
        db.rollback()


def test_the_application_can_give_itself_nothing(kept: Base):
    with psycopg.connect(kept.application) as db:
        # PostgreSQL warns, and grants what may be granted: nothing.
        db.execute(f"GRANT UPDATE, DELETE ON public.stored_events TO {APPLICATION}".encode())
    assert is_protected(kept.application)


def test_what_the_application_puts_in_its_own_search_path_stands_before_nobody_else(kept: Base):
    with psycopg.connect(kept.application, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {OWNER}".encode())
        db.execute(f"CREATE TABLE {OWNER}.person (LIKE public.person)".encode())
        db.execute(f"CREATE TABLE {OWNER}.stored_events (LIKE public.stored_events)".encode())
        db.execute(f"SET search_path = {OWNER}, public".encode())
        before = db.execute("SELECT count(*) FROM public.stored_events").fetchone()
        db.execute("DELETE FROM stored_events")
        assert db.execute("SELECT count(*) FROM public.stored_events").fetchone() == before
        kept.done("migrate")
        db.execute(f"DROP SCHEMA {OWNER} CASCADE".encode())


def test_the_application_appends_follows_and_rebuilds(kept: Base):
    ledger = Ledger(kept.application, authority=AUTHORITY)
    before = ledger.head()
    operation = planned(f"OP-{uuid4().hex[:8].upper()}")
    assert ledger.run(Command(uuid4()), lambda: Done(operation)).position > before
    ledger.close()
    Follower(kept.application).catch_up()
    rebuild(kept.application)
    assert kept.jalon("status", owner=False).exit_code == 0


def test_every_table_that_lasts_says_what_the_application_may_do_there(kept: Base):
    assert [name for (name,) in kept.rows(PUBLIC)] == sorted(table.name for table in DURABLE)


def test_a_right_that_is_no_longer_declared_is_taken_back(kept: Base):
    kept.rows(f"GRANT UPDATE (topic), DELETE ON public.stored_events TO {APPLICATION}")
    assert not is_protected(kept.application)
    kept.done("migrate")
    assert is_protected(kept.application)


def test_the_status_says_whether_the_ledger_is_protected(kept: Base):
    assert '"protected": true' in kept.done("status", "--json").stdout
    one = kept._replace(application=kept.owner)
    assert '"protected": false' in one.jalon("status", "--json", owner=False).stdout
    assert "docs/operate.md" in one.jalon("status", owner=False).stdout


def test_one_role_alone_works_and_is_told_what_it_could_do(base: Base):
    one = base._replace(application=base.owner)
    done = one.jalon("migrate", owner=False)
    assert done.exit_code == 0, done.output
    assert "not protected" in done.output
    assert "not protected" not in base.done("migrate").output


def test_the_application_alone_cannot_migrate_and_says_what_is_missing(base: Base):
    base.done("migrate")
    done = base.jalon("migrate", owner=False)
    assert (done.exit_code, "DATABASE_OWNER_URL" in done.output) == (1, True)


def test_projections_that_another_role_made_are_built_again_by_the_application(base: Base):
    one = base._replace(application=base.owner)
    assert one.jalon("migrate", owner=False).exit_code == 0
    rows = base.rows("SELECT * FROM timeline.entry ORDER BY position")
    base.done("migrate")
    assert base.rows("SELECT * FROM timeline.entry ORDER BY position") == rows
    assert base.rows(OWNERS, ["timeline", "access"]) == [("access", APPLICATION), ("timeline", APPLICATION)]
    Follower(base.application).catch_up()


def test_an_owner_who_may_not_make_roles_says_which_one_is_missing(base: Base):
    stranger = make_conninfo(base.application, user="nobody_yet")
    base.rows(f"ALTER ROLE {OWNER} NOCREATEROLE")
    try:
        with pytest.raises(NoSuchRole, match="nobody_yet"):
            create_tables(base.owner, stranger)
    finally:
        base.rows(f"ALTER ROLE {OWNER} CREATEROLE")


def test_embedded_servers_keep_the_application_apart_and_an_older_home_is_upgraded(tmp_path):
    servers, settings = LocalServers(tmp_path, **FOR_TESTS), read_settings({})
    try:
        with servers:
            prepare(settings, servers.database_url)
            assert not is_protected(servers.database_url)
            given = servers.for_application()
            prepare(settings, servers.database_url, given.database_url)
            assert is_protected(given.database_url)
            assert "jalon_app" in given.database_url
    finally:
        servers.erase()
