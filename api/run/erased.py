"""Whose names were erased: ids, instants and who did it, never a name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from psycopg import Connection, Cursor

from api import people

ERASED = "SELECT 'u-' || id, erased_at, coalesce(erased_by, '') FROM person WHERE erased_at IS NOT NULL ORDER BY id"
ERASE = """
    INSERT INTO person (id, erased_at, erased_by) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s)
    ON CONFLICT (id) DO UPDATE
    SET name = NULL, erased_at = coalesce(person.erased_at, excluded.erased_at),
        erased_by = coalesce(person.erased_by, excluded.erased_by)
"""


class Erased(msgspec.Struct, frozen=True):
    """One of them. by: an opaque id, or `cli`."""

    id: Annotated[str, msgspec.Meta(pattern="^u-[1-9][0-9]{0,17}$")]
    at: datetime
    by: str


def erased(cursor: Cursor[Any]) -> list[Erased]:
    """All of them, by id."""
    return [Erased(*row) for row in cursor.connection.cursor().execute(ERASED).fetchall()]


def erase(owner: Connection[Any], those: Iterable[Erased]) -> None:
    """Blank their names; who was erased before stays so, and when it was done stays known. owner: a connection."""
    for each in those:
        owner.execute(ERASE, (people.number(each.id), each.at, each.by))
