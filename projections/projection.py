"""What every projection is: tables of its own, a fold over the ledger, one write per table and batch.

Its tables live in a PostgreSQL schema named after it. Statements take that schema as `{schema}`, so that a rebuild can
fill another one beside it. A fold reads the entry, the aggregate that it made, and the projection's own rows; it knows
no clock, and gives the same rows whenever it is run from the start.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

import msgspec
from psycopg import Cursor
from psycopg.rows import RowFactory, class_row, scalar_row
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Json, set_json_loads

from domain.dates import paris_day
from domain.event import Event
from domain.ledger import Stretch
from domain.record import Record
from projections.copying import copy
from projections.facts import Fact, fact

Row = TypeVar("Row")

# In every connection of the process: columns of JSON are read twenty times as fast as by Python's own reader.
set_json_loads(msgspec.json.decode)

# One statement for any number of rows, which replaces what is there.
ADD = """
    INSERT INTO {schema}.{table} ({columns})
    SELECT {columns} FROM json_populate_recordset(NULL::{schema}.{table}, %s::json)
"""
WRITE = f"{ADD} ON CONFLICT ({{key}}) DO UPDATE SET ({{columns}}) = ROW({{new}})"


class ManyRow(msgspec.Struct, frozen=True):
    """A row that is read by the hundred: made in C, from columns that a query names in the order of the fields."""


class Told:
    """One entry of the ledger, as projections are told of it.

    record: the aggregate as this entry left it, corrections included; the next entry changes the same object.
    known: when it was known to the record: clocks can go back and positions cannot, so it is the latest instant of
    recording so far. day: in Paris.
    """

    __slots__ = ("_fact", "day", "event", "known", "position", "record")

    def __init__(self, position: int, known: datetime, event: Event, record: Record) -> None:
        self.position, self.known, self.event, self.record = position, known, event, record
        self.day = paris_day(known)
        self._fact: Fact | None = None

    @property
    def fact(self) -> Fact:
        """When it happened and what money it moves, of an operation or an agreement; found once for all who ask."""
        if self._fact is None:
            self._fact = fact(self.event, self.record)
        return self._fact


class Projection:
    """One read model. version: raised whenever its rows change for the same ledger; it is then built again.

    whole: its rows follow from the order of the whole ledger, not from one record each, so that a rebuild lets it
    `take` the ledger by itself, beside the processes that tell the others theirs, record by record.
    indexes: those that a rebuild makes once the rows are there, which costs a fraction of keeping them meanwhile; the
    keys of large tables too. fresh: the tables were empty, and nothing that is told was told before.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    whole: ClassVar[bool] = False
    tables: ClassVar[str]
    indexes: ClassVar[str] = ""

    fresh = False

    def __init__(self, schema: str | None = None) -> None:
        self.schema = schema or self.name
        self.forget()

    def forget(self) -> None:
        """Forget all that was folded and not yet written."""
        self.clear()
        self.clear_sums()

    def clear(self) -> None:
        """Forget the rows that were folded."""

    def clear_sums(self) -> None:
        """Forget what was added up."""

    @property
    def watches(self) -> bool:
        """Whether it looks at aggregates before their next entry is told."""
        return type(self).before is not Projection.before

    def before(self, record: Record) -> None:
        """Look at an aggregate before its next entry is told."""

    def fold(self, told: Told) -> None:
        """Take in one entry."""
        raise NotImplementedError

    def flush(self, cursor: Cursor[Any]) -> None:
        """Write the rows that were folded since the last time; each of them tells of one record alone."""

    def settle(self, cursor: Cursor[Any]) -> None:
        """Write what was added up over several records.

        A rebuild does it once, in the end: several processes fold at once there, and would wait for each other. What
        each of them writes is added to what is there, in the order of the keys, so that none of them waits for ever.
        """

    def take(self, cursor: Cursor[Any], stretch: Stretch) -> None:
        """Write what follows from a stretch, which begins where the rows end; for those that are whole."""
        raise NotImplementedError

    def sql(self, text: str) -> Composed:
        """A statement on this projection's own schema."""
        return SQL(text).format(schema=Identifier(self.schema))

    def write(self, cursor: Cursor[Any], table: str, rows: Collection[Any], *, key: Sequence[str] = ()) -> None:
        """Write rows of one class, whose fields are the table's columns; those with the same key are replaced.

        Without a key they are rows that nobody has written before. So are all of them in a fresh table.
        """
        if rows:
            columns = names(type(next(iter(rows))))
            if self.fresh:
                copy(cursor, self.schema, table, columns, rows)
            else:
                cursor.execute(writing(self.schema, table, columns, tuple(key)), (as_json(rows),), prepare=True)


@cache
def writing(schema: str, table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> bytes:
    """The statement that writes rows with these columns."""
    return (
        SQL(WRITE if key else ADD)
        .format(
            schema=Identifier(schema),
            table=Identifier(table),
            columns=SQL(", ").join(map(Identifier, columns)),
            key=SQL(", ").join(map(Identifier, key)),
            new=SQL(", ").join(Identifier("excluded", column) for column in columns),
        )
        .as_bytes()
    )


def names(row_class: type[Any]) -> tuple[str, ...]:
    """The columns of a row."""
    if issubclass(row_class, msgspec.Struct):
        return row_class.__struct_fields__
    return tuple(field.name for field in fields(row_class))


def columns(row_class: type, table: str) -> str:
    """The columns of a row as SQL, read from a table or its alias."""
    return ", ".join(f'{table}."{name}"' for name in names(row_class))


def as_json(rows: Collection[object]) -> Json:
    """Rows as the JSON that PostgreSQL makes records of: its bytes go out as they are."""
    return Json(list(rows), dumps=msgspec.json.encode)


def select(
    cursor: Cursor[Any], row_class: type[Row], query: str | Composed, values: Sequence[Any] | Mapping[str, Any]
) -> list[Row]:
    """The rows that a query finds, whatever kind of rows the caller's cursor makes."""
    with cursor.connection.cursor(row_factory=made_as(row_class)) as own:
        return own.execute(query, values, prepare=True).fetchall()


def made_as(row_class: type[Row]) -> RowFactory[Row]:
    """Rows of a class, by the names of the columns, or by their places where there are many."""
    if issubclass(row_class, ManyRow):
        return lambda _: lambda values: row_class(*values)
    return class_row(row_class)


def first_column(cursor: Cursor[Any], query: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The only column of the rows that a query finds."""
    with cursor.connection.cursor(row_factory=scalar_row) as own:
        return own.execute(query, values, prepare=True).fetchall()


def only(found: Sequence[Row]) -> Row | None:
    """The first row, if there is any."""
    return found[0] if found else None
