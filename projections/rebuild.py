"""Builds projections beside the live ones, which go on serving, then puts them in their place in one transaction."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier

from domain.ledger import Stretch, count, head
from projections.catalogue import named
from projections.parts import parts, tell_all
from projections.passing import Pass
from projections.progress import positions
from projections.projection import Projection
from projections.replay import Clock, NotRebuilt, clock

__all__ = ["NotRebuilt", "RebuildUnderWay", "build", "create", "rebuild"]

REBUILD_LOCK = 0x4A616C6F6E02

# The switch waits for readers this long at a time, then lets them pass: those who come wait behind it.
PATIENCE = "400ms"
TRIES, PAUSE = 50, 0.1

# The live ones stand still under this lock. And a reader works in a snapshot that begins with the positions: no reader
# is left whose snapshot is older than the last rows that were built, and would miss them in the new tables.
ALONE = "LOCK TABLE public.projection IN ACCESS EXCLUSIVE MODE"
BEHIND = """
    SELECT live.name FROM public.projection AS live JOIN public.projection AS next ON next.name = live.name || '_next'
    WHERE live.name = ANY(%s) AND next.position < live.position
"""
TAKE_PLACE = """
    UPDATE public.projection AS live
    SET version = next.version, position = next.position, known_at = next.known_at, error = NULL
    FROM public.projection AS next WHERE live.name = %s AND next.name = %s
"""


ARRIVE = "UPDATE public.projection SET position = %s, known_at = %s WHERE name = ANY(%s)"

Progressed = Callable[[int, int], None]


class RebuildUnderWay(Exception):
    """Another process builds projections on this database."""


def rebuild(database_url: str, name: str | None = None, *, progress: Progressed = lambda done, of: None) -> None:
    """Build one projection again, or all. progress: called with the number of entries told so far, and of all.

    Raises UnknownProjection, RebuildUnderWay, NotRebuilt; the live tables are as they were then.
    """
    build([make.name for make in named(name)], database_url, progress)


def build(names: Sequence[str], database_url: str, progress: Progressed = lambda done, of: None) -> None:
    """Build the named projections again, in one pass through the ledger."""
    with alone(database_url) as connection:
        projections = [make(f"{name}_next") for name in names for make in named(name)]
        remove(connection, [f"{name}_{age}" for name in names for age in ("next", "old")])
        try:
            for projection in projections:
                create(connection, projection)
                leave_alone(connection, projection)
            tell(database_url, projections, progress)
            finish(database_url, projections)
            switch(connection, database_url, projections, names)
        except BaseException:
            remove(connection, [projection.schema for projection in projections])
            raise
        remove(connection, [f"{name}_old" for name in names])


@contextmanager
def alone(database_url: str) -> Iterator[Connection[Any]]:
    """A connection that no other process that builds can have at the same time."""
    with psycopg.connect(database_url, autocommit=True, connect_timeout=5) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (REBUILD_LOCK,)).fetchone()
        if not (row and row[0]):
            raise RebuildUnderWay("Another process builds projections on this database.")
        yield connection


def create(connection: Connection[Any], projection: Projection) -> None:
    """The schema and the tables of a projection, and its place at the beginning of the ledger."""
    with connection.transaction():
        connection.execute(projection.sql("CREATE SCHEMA {schema}"))
        connection.execute(projection.sql(projection.tables))
        connection.execute(
            "INSERT INTO public.projection (name, version) VALUES (%s, %s)", (projection.schema, projection.version)
        )


def leave_alone(connection: Connection[Any], projection: Projection) -> None:
    """Keep PostgreSQL from sweeping tables of its own accord that are being filled: `tidy` does it, once."""
    for table in tables(connection, projection):
        connection.execute(SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(table))


def tables(connection: Connection[Any], projection: Projection) -> list[Identifier]:
    """The tables of a projection."""
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (projection.schema,))
    return [Identifier(projection.schema, table) for (table,) in found.fetchall()]


def clock_of(database_url: str, stretch: Stretch) -> Clock:
    """The clock of the whole ledger."""
    with psycopg.connect(database_url) as db:
        return clock(db.cursor(), stretch)


def finish(database_url: str, projections: Sequence[Projection]) -> None:
    """Indexes, and tables as PostgreSQL likes them; of several projections at once, since each keeps a processor."""

    def each(projection: Projection) -> None:
        with psycopg.connect(database_url, autocommit=True, connect_timeout=5) as connection:
            tidy(connection, projection)

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads:
        # Those with the most indexes take longest. What failed is raised here.
        list(threads.map(each, sorted(projections, key=lambda made: made.indexes.count(";"), reverse=True)))


def tidy(connection: Connection[Any], projection: Projection) -> None:
    """Clear away what a rebuild left behind, make the indexes that wait for the rows, and let PostgreSQL know both.

    A rebuild is one transaction, and adds to a partner's sums at every write: dead rows stand before each living one
    until somebody sweeps. Swept before they are indexed, pages are written once.
    """
    for table in tables(connection, projection):
        connection.execute(SQL("VACUUM {}").format(table))
    index(connection, projection)
    for table in tables(connection, projection):
        connection.execute(SQL("ANALYZE {}").format(table))
        connection.execute(SQL("ALTER TABLE {} RESET (autovacuum_enabled)").format(table))


def index(connection: Connection[Any], projection: Projection) -> None:
    """The indexes that wait for the rows."""
    if projection.indexes:
        connection.execute(projection.sql(projection.indexes))


def tell(database_url: str, projections: Sequence[Projection], progress: Progressed) -> None:
    """Tell the new projections the whole ledger. Raises NotRebuilt."""
    with psycopg.connect(database_url) as db:
        stretch = Stretch(0, head(db.cursor()))
        entries = count(db.cursor(), stretch)
    told = database_url, projections, stretch, lambda: clock_of(database_url, stretch), parts(entries)
    latest = tell_all(*told, lambda done: progress(done, entries))
    with psycopg.connect(database_url) as db:
        db.execute(ARRIVE, (stretch.last, latest, [each.schema for each in projections]))


def catch_up(connection: Connection[Any], projections: Sequence[Projection]) -> None:
    """Take in what was recorded since the new projections were told the ledger. Raises NotRebuilt."""
    ahead = Pass(connection, projections)
    while ahead.step():
        pass
    for each in positions(connection.cursor(), *(projection.schema for projection in projections)):
        if each.error:
            raise NotRebuilt(each.error)


def switch(
    connection: Connection[Any], database_url: str, projections: Sequence[Projection], names: Sequence[str]
) -> None:
    """Put the new tables in the place of the live ones."""
    for _ in range(TRIES):
        catch_up(connection, projections)
        if took_place(database_url, names):
            return
        time.sleep(PAUSE)
    raise RebuildUnderWay("Readers leave no moment to put the new tables in place: try again later.")


def took_place(database_url: str, names: Sequence[str]) -> bool:
    """The new tables are the live ones from now on, unless these went further meanwhile, or a reader takes long."""
    with psycopg.connect(database_url, connect_timeout=5) as db:
        try:
            db.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            db.execute(ALONE)
        except LockNotAvailable:
            db.rollback()
            return False
        if db.execute(BEHIND, (list(names),)).fetchone():
            return False
        for name in names:
            take_place(db, name)
    return True


def take_place(db: Connection[Any], name: str) -> None:
    """`<name>` becomes `<name>_old`, and `<name>_next` becomes `<name>`."""
    live, fresh, old = (Identifier(f"{name}{age}") for age in ("", "_next", "_old"))
    db.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(live, old))
    db.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(fresh, live))
    db.execute(TAKE_PLACE, (name, f"{name}_next"))
    db.execute("DELETE FROM public.projection WHERE name = %s", (f"{name}_next",))


def remove(connection: Connection[Any], schemas: Sequence[str]) -> None:
    """Drop what an earlier or an interrupted build left."""
    for schema in schemas:
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
        connection.execute("DELETE FROM public.projection WHERE name = %s", (schema,))
