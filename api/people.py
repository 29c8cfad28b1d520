"""People: the ledger knows them as opaque ids (`u-17`); their names live here, in a table that can be blanked."""

from typing import Any

from psycopg import Cursor

TABLE = """
CREATE TABLE IF NOT EXISTS person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text
)
"""


def add_person(cursor: Cursor[Any], name: str) -> str:
    """Give a person or a program an opaque id."""
    row = cursor.execute("INSERT INTO person (name) VALUES (%s) RETURNING id", (name,)).fetchone()
    assert row is not None
    return f"u-{row[0]}"


def names(cursor: Cursor[Any]) -> dict[str, str]:
    """The name behind each opaque id that still has one."""
    rows = cursor.execute("SELECT id, name FROM person WHERE name IS NOT NULL ORDER BY id").fetchall()
    return {f"u-{number}": name for number, name in rows}
