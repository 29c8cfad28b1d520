"""Makes the tables of the projections: the owner's step, before anything else runs."""

from __future__ import annotations

import psycopg

from domain.ledger import head
from projections.catalogue import PROJECTIONS
from projections.progress import TABLE, positions
from projections.rebuild import build, create, index

MIGRATION_LOCK = 0x4A616C6F6E03


def create_tables(database_url: str) -> None:
    """Create what is missing, and build again what this release tells otherwise; harmless when all is there.

    As often and as many at once as you like.
    """
    # Held until the end: a second process waits, and then finds all done.
    with psycopg.connect(database_url, autocommit=True, connect_timeout=5) as db:
        db.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        # To create what is there asks for the same right as to create it, which the application does not have.
        if db.execute("SELECT to_regclass('public.projection')").fetchone() == (None,):
            db.execute(TABLE)
        found = {each.name: each.version for each in positions(db.cursor())}
        for make in PROJECTIONS:
            if make.name not in found:
                create(db, made := make())
                index(db, made)
        outdated = [each.name for each in PROJECTIONS if each.name in found and found[each.name] != each.version]
        if head(db.cursor()):
            # A new projection of an old ledger is told it in the quick way too.
            outdated += [each.name for each in PROJECTIONS if each.name not in found]
        if outdated:
            build(outdated, database_url)
