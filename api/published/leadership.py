"""The leaderships of publishers: a row of the ledger's own database, so that Redis can tell the younger of two."""

from __future__ import annotations

from typing import Any

from psycopg import Cursor

# One row. ledger: the id of this record in Redis. epoch: of the last leadership.
TABLE = """
    CREATE TABLE IF NOT EXISTS public.publishing (
        here boolean PRIMARY KEY DEFAULT true CHECK (here),
        ledger uuid NOT NULL DEFAULT gen_random_uuid(),
        epoch bigint NOT NULL DEFAULT 0
    );
    INSERT INTO public.publishing DEFAULT VALUES ON CONFLICT DO NOTHING
"""
# Milliseconds since 1970 where the clock allows it: a database restored from a copy must not fall behind Redis.
BEGIN = """
    UPDATE public.publishing
    SET epoch = greatest(epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) RETURNING epoch
"""
LEDGER = "SELECT ledger::text FROM public.publishing"


def begin(cursor: Cursor[Any]) -> int:
    """A new leadership, its epoch higher than that of any before; only for whoever holds the follower's lock."""
    return int(cursor.execute(BEGIN).fetchall()[0][0])


def ledger_id(cursor: Cursor[Any]) -> str:
    """The id of this record in Redis."""
    return str(cursor.execute(LEDGER).fetchall()[0][0])
