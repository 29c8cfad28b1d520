"""Recording, and the rows of all projections side by side."""

from typing import Any
from uuid import uuid4

import psycopg

from domain.ledger import Command, Done, Ledger
from domain.record import Record

TABLES = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('timeline', 'commitments', 'portfolio', 'territory', 'access', 'moments', 'trail', 'tree')
    ORDER BY schemaname, tablename
"""


def record(ledger: Ledger, *records: Record) -> int:
    """Record what is new; the position of the last entry."""
    return ledger.run(Command(uuid4()), lambda: Done(*records)).position


def everything(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of every projection."""
    with psycopg.connect(database_url) as db:
        tables = [f"{schema}.{table}" for schema, table in db.execute(TABLES).fetchall()]
        return {table: db.execute(f"SELECT t.* FROM {table} AS t ORDER BY t::text").fetchall() for table in tables}
