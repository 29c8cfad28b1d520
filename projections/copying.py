"""Fills fresh tables: rows as CSV, which PostgreSQL copies for a third of what it takes to make them out of JSON.

JSON is close to CSV where a row is an array of scalars. What is left to do: brackets go, what is no scalar becomes the
text that PostgreSQL reads, and control characters stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from psycopg import Cursor
from psycopg.sql import SQL, Identifier

from domain.shape import encode

COPY = """COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL 'null', QUOTE '"', ESCAPE '\\')"""

# How JSON writes control characters; those without a name by their number.
NAMED = {rb"\b": b"\b", rb"\t": b"\t", rb"\n": b"\n", rb"\f": b"\f", rb"\r": b"\r"}
NUMBERED = re.compile(rb"\\u00([01][0-9a-f])")

# Where there may be one: a backslash before anything but a quote, or a second one.
CONTROL = re.compile(rb'\\[^"\\]')

# What is told as JSON.
SHAPED = (Mapping, msgspec.Struct)

Shape = Callable[[Any], str]

as_lines = msgspec.json.Encoder().encode_lines


def copy(cursor: Cursor[Any], schema: str, table: str, columns: Sequence[str], rows: Collection[Any]) -> None:
    """Add rows of one class, whose attributes are the columns, to a table where none of them has been before."""
    with cursor.copy(copying(schema, table, tuple(columns))) as into:
        into.write(as_csv(columns, rows))


@cache
def copying(schema: str, table: str, columns: tuple[str, ...]) -> bytes:
    """The statement that takes rows with these columns."""
    named = SQL(", ").join(map(Identifier, columns))
    return SQL(COPY).format(table=Identifier(schema, table), columns=named).as_bytes()


def as_csv(columns: Sequence[str], rows: Collection[Any]) -> bytes:
    """Rows of one class as CSV, in which a quote within quotes stands behind a backslash, and so does a backslash."""
    row_class: Any = type(next(iter(rows)))
    values: Iterable[Sequence[Any]] = map(attrgetter(*columns), rows)
    if shaped := shapes(row_class, tuple(columns)):
        values = map(partial(flat, shaped), values)
    text = as_lines(values)[1:-2].replace(b"]\n[", b"\n")
    return literal(text) if CONTROL.search(text) else text


def flat(shaped: Mapping[int, Shape], values: Sequence[Any]) -> list[Any]:
    """The values of a row, all of them scalars. shaped: how those are told, by their places, that are none."""
    told = list(values)
    for place, tell in shaped.items():
        if told[place] is not None:
            told[place] = tell(told[place])
    return told


@cache
def shapes(row_class: type[Any], columns: tuple[str, ...]) -> Mapping[int, Shape]:
    """How the values of a row are told that are no scalars, by their places."""
    types = get_type_hints(row_class)
    found = {place: shape(types[column]) for place, column in enumerate(columns)}
    return {place: tell for place, tell in found.items() if tell}


def shape(annotation: Any) -> Shape | None:
    """How a value of this type is told: as an array where it is a sequence of scalars; None: it is a scalar itself."""
    if get_origin(annotation) in (Union, UnionType):
        return next(filter(None, map(shape, get_args(annotation))), None)
    kind = get_origin(annotation) or annotation
    if kind is Sequence and not shape(get_args(annotation)[0]):
        return as_array
    return as_text if kind is Sequence or (isinstance(kind, type) and issubclass(kind, SHAPED)) else None


def as_text(value: object) -> str:
    """The JSON of a value, for a column of JSON."""
    return encode(value).decode()


def as_array(values: Sequence[str | int]) -> str:
    """Texts or numbers as PostgreSQL writes an array."""
    quoted = (str(each).replace("\\", r"\\").replace('"', r"\"") for each in values)
    return "".join(("{", ",".join(f'"{each}"' for each in quoted), "}"))


def literal(text: bytes) -> bytes:
    """Control characters as they are, behind whatever number of backslashes that stand for themselves."""
    text = text.replace(rb"\\", b"\0")
    for written, character in NAMED.items():
        text = text.replace(written, character)
    return NUMBERED.sub(lambda found: bytes.fromhex(found[1].decode()), text).replace(b"\0", rb"\\")
