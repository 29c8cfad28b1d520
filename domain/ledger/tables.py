"""Creates what the ledger keeps in PostgreSQL; the owner's step, before anything else runs."""

import psycopg

from domain.ledger import checkpoints
from domain.ledger.datastore import LedgerDatastore
from domain.ledger.recorder import LedgerRecorder

# Starters wait for each other on this number; it stands for "Jalon".
CREATION = 0x4A616C6F6E


def create_tables(database_url: str) -> None:
    """Create what is missing, in one transaction; harmless when repeated, and when several start at once."""
    statements = LedgerRecorder(LedgerDatastore(database_url)).sql_create_statements
    with psycopg.connect(database_url, connect_timeout=5) as db:
        db.execute("SELECT pg_advisory_xact_lock(%s)", (CREATION,))
        for statement in statements:
            db.execute(statement)
        db.execute(checkpoints.TABLES)
