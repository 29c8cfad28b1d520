"""Signed checkpoints of the ledger, and the keys that signed them: kept for ever, whatever becomes of the tree.

The tree can be made again from the ledger; what was signed cannot, and is what the ledger is held against.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg import Cursor

from domain.ledger.notes import PublicKey

# checkpoint.position: of the last entry that it covers. made_at: by PostgreSQL's clock, which no application can move.
# checkpoint_key.key: as people write it. statement: the checkpoint by which it began, which names it; the key before it
# signed that too, unless it was lost. checkpoint_fault: one row while nothing can be signed; it says why.
TABLES = """
    CREATE TABLE IF NOT EXISTS public.checkpoint (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        size bigint NOT NULL,
        position bigint NOT NULL,
        note text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX IF NOT EXISTS checkpoint_size ON public.checkpoint (size, number);
    CREATE TABLE IF NOT EXISTS public.checkpoint_key (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        key text NOT NULL UNIQUE,
        statement text NOT NULL,
        began_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE TABLE IF NOT EXISTS public.checkpoint_fault (
        here boolean PRIMARY KEY DEFAULT true CHECK (here),
        code text NOT NULL,
        after bigint,
        up_to bigint,
        found_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
"""

COLUMNS = "number, size, position, note, made_at"
LATEST = f"SELECT {COLUMNS} FROM public.checkpoint ORDER BY number DESC LIMIT 1"
OF_SIZE = f"SELECT {COLUMNS} FROM public.checkpoint WHERE size = %s ORDER BY number DESC LIMIT 1"
NUMBERED = f"SELECT {COLUMNS} FROM public.checkpoint WHERE number = %s"
EVERY = f"SELECT {COLUMNS} FROM public.checkpoint WHERE number > %s ORDER BY number LIMIT %s"
NUMBERS = "SELECT number FROM public.checkpoint ORDER BY number"
KEEP = f"INSERT INTO public.checkpoint (size, position, note) VALUES (%s, %s, %s) RETURNING {COLUMNS}"
AGE = "SELECT clock_timestamp() - max(made_at) FROM public.checkpoint"

KEYS = "SELECT key, statement, began_at FROM public.checkpoint_key ORDER BY number"
BEGIN = "INSERT INTO public.checkpoint_key (key, statement) VALUES (%s, %s)"

FAULT = "SELECT code, after, up_to, found_at FROM public.checkpoint_fault"
WRITE_FAULT = """
    INSERT INTO public.checkpoint_fault AS known (code, after, up_to) VALUES (%s, %s, %s)
    ON CONFLICT (here) DO UPDATE SET code = excluded.code, after = excluded.after, up_to = excluded.up_to
    WHERE (known.code, known.after, known.up_to) IS DISTINCT FROM (excluded.code, excluded.after, excluded.up_to)
"""
CLEAR_FAULT = "DELETE FROM public.checkpoint_fault"

# Whoever signs holds it; one at a time.
SIGNING = 0x4A616C6F6E04

AT_ONCE = 1_000


class Checkpoint(NamedTuple):
    """A checkpoint as it is kept. size: leaves. position: of the last of them, 0 for none."""

    number: int
    size: int
    position: int
    note: str
    made_at: datetime


class Key(NamedTuple):
    """A key that signed, or signs. statement: the checkpoint by which it began."""

    public: PublicKey
    statement: str
    began_at: datetime


class Fault(NamedTuple):
    """Why nothing is signed. after, up_to: the positions between which the ledger is not what was signed."""

    code: str
    after: int | None
    up_to: int | None
    found_at: datetime


def latest(cursor: Cursor[Any]) -> Checkpoint | None:
    """The last one, if there is any."""
    return _one(cursor, LATEST)


def of_size(cursor: Cursor[Any], size: int) -> Checkpoint | None:
    """That of a tree of so many leaves; the last one where several keys signed it."""
    return _one(cursor, OF_SIZE, size)


def numbered(cursor: Cursor[Any], number: int) -> Checkpoint | None:
    """One by its number."""
    return _one(cursor, NUMBERED, number)


def numbers(cursor: Cursor[Any]) -> list[int]:
    """The numbers of all, in the order in which they were made."""
    return [row[0] for row in _asked(cursor, NUMBERS)]


def every(cursor: Cursor[Any]) -> Iterator[Checkpoint]:
    """All, in the order in which they were made."""
    last = 0
    while some := [Checkpoint(*row) for row in _asked(cursor, EVERY, last, AT_ONCE)]:
        yield from some
        last = some[-1].number


def keep(cursor: Cursor[Any], *, size: int, position: int, note: str) -> Checkpoint:
    """Keep one that was signed."""
    return Checkpoint(*_asked(cursor, KEEP, size, position, note)[0])


def age(cursor: Cursor[Any]) -> timedelta | None:
    """How long ago the last one was made, by PostgreSQL's clock; None where there is none."""
    found: timedelta | None = _asked(cursor, AGE)[0][0]
    return found


def keys(cursor: Cursor[Any]) -> list[Key]:
    """Every key that this record ever signed by; the last one is the present one. Raises Unreadable."""
    return [Key(PublicKey.parse(key), statement, began_at) for key, statement, began_at in _asked(cursor, KEYS)]


def begin_key(cursor: Cursor[Any], key: PublicKey, statement: str) -> None:
    """A key signs from now on."""
    cursor.connection.execute(BEGIN, (str(key), statement))


def fault(cursor: Cursor[Any]) -> Fault | None:
    """Why nothing is signed at present; None where nothing stands in the way."""
    found = _asked(cursor, FAULT)
    return Fault(*found[0]) if found else None


def write_fault(cursor: Cursor[Any], code: str, after: int | None = None, up_to: int | None = None) -> None:
    """Say why nothing is signed."""
    cursor.connection.execute(WRITE_FAULT, (code, after, up_to))


def clear_fault(cursor: Cursor[Any]) -> None:
    """Nothing stands in the way any more."""
    cursor.connection.execute(CLEAR_FAULT)


def alone(cursor: Cursor[Any]) -> None:
    """Let nobody else sign until the end of the transaction."""
    cursor.connection.execute("SELECT pg_advisory_xact_lock(%s)", (SIGNING,))


def _one(cursor: Cursor[Any], query: str, *values: Any) -> Checkpoint | None:
    found = _asked(cursor, query, *values)
    return Checkpoint(*found[0]) if found else None


def _asked(cursor: Cursor[Any], query: str, *values: Any) -> list[tuple[Any, ...]]:
    return cursor.connection.cursor().execute(query, values, prepare=True).fetchall()
