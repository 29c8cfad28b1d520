"""People: the ledger knows them as opaque ids (`u-17`); their names live here, in a table that can be blanked."""

from collections.abc import Collection
from typing import Any

from psycopg import Cursor

# erased_by: opaque too. PostgreSQL keeps samples of what columns hold, for its planner; of names it keeps none.
# The columns are added apart, and only once: even where nothing changes, ALTER TABLE waits for whoever reads.
TABLE = """
CREATE TABLE IF NOT EXISTS person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text
);
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'person'::regclass AND attname = 'erased_at') THEN
        ALTER TABLE person ADD COLUMN erased_at timestamptz, ADD COLUMN erased_by text,
            ALTER COLUMN name SET STATISTICS 0;
    END IF;
END $$
"""

# A name that was erased stays erased, even where the command that gave it is sent again.
KEEP = "INSERT INTO person (id, name) OVERRIDING SYSTEM VALUE VALUES (%s, %s) ON CONFLICT (id) DO NOTHING"
NAMES = "SELECT id, name FROM person WHERE name IS NOT NULL AND id = ANY(%s) ORDER BY id"


def new_id(cursor: Cursor[Any]) -> str:
    """An opaque id for a person or a program. The name follows once the ledger knows the id: see `keep_name`."""
    row = cursor.execute("SELECT nextval(pg_get_serial_sequence('person', 'id'))").fetchone()
    assert row is not None
    return f"u-{row[0]}"


def keep_name(cursor: Cursor[Any], id: str, name: str) -> None:
    """Say once whose id it is."""
    cursor.execute(KEEP, (number(id), name))


def names(cursor: Cursor[Any], ids: Collection[str]) -> dict[str, str]:
    """The names behind those of these ids that still have one."""
    numbers = [found for id in ids if (found := number(id)) is not None]
    rows = cursor.connection.cursor().execute(NAMES, (numbers,)).fetchall()
    return {f"u-{found}": name for found, name in rows}


def number(id: str) -> int | None:
    """The number of an opaque id; None for an id that was never given out here."""
    digits = id.removeprefix("u-")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 18 else None
