"""Asking the trail: entries by who, for whom, about what and when, newest first, page by page or as one stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import tuple_row

from domain.ledger import STORED
from projections.trail import LATE, UNVOIDED, Line, read_line


class Entry(NamedTuple):
    """An entry of the trail. line: as it was told, the JSON of a `Line`. voided_by: as known now."""

    position: int
    voided_by: int | None
    line: str

    @property
    def text(self) -> str:
        """Its JSON, as it is answered."""
        return self.line if self.voided_by is None else f"{self.line.removesuffix(UNVOIDED)}{self.voided_by}}}"

    def read(self) -> Line:
        """What it says."""
        return read_line(self.text)


class Stored(NamedTuple):
    """An entry with what the ledger holds of it: id of its record, its place there, topic and bytes."""

    entry: Entry
    originator_id: UUID
    version: int
    topic: str
    state: bytes


# Positions rise with days: a range of days is a range of positions, so that any index on positions serves it. A day is
# over once there is a later one; the days themselves are asked too, should these tables be a moment apart.
SINCE = """
    coalesce((SELECT d.position FROM moments.day AS d WHERE d.day < %(since)s ORDER BY d.day DESC LIMIT 1), 0)
"""
UNTIL = """
    CASE WHEN (SELECT max(d.day) FROM moments.day AS d) > %(until)s
        THEN coalesce((SELECT d.position FROM moments.day AS d WHERE d.day <= %(until)s ORDER BY d.day DESC LIMIT 1), 0)
        ELSE 9223372036854775807 END
"""

# What each filter asks of a row; `since` and `until` are days of recording, `on_from` and `on_to` those of the facts.
CONDITIONS: Mapping[str, str] = {
    "actor": "e.actor = %(actor)s",
    "credential": "e.credential = %(credential)s",
    "organisation": "e.organisation = %(organisation)s",
    "operation": "e.record = 'operation' AND e.reference = %(operation)s",
    "agreement": "e.record = 'agreement' AND e.reference = %(agreement)s",
    "partner": "e.partner = %(partner)s",
    "topic": "e.record = split_part(%(topic)s, '.', 1) AND e.kind = split_part(%(topic)s, '.', 2)",
    "since": f"e.day >= %(since)s AND e.position > {SINCE}",
    "until": f"e.day <= %(until)s AND e.position <= {UNTIL}",
    "on_from": "e.true_from >= %(on_from)s",
    "on_to": "e.true_from <= %(on_to)s",
    "before": "e.position < %(before)s",
    "after": "e.position > %(after)s",
    "upto": "e.position <= %(upto)s",
}
# What is asked by yes or no.
ANSWERS: Mapping[str, tuple[str, str]] = {
    "late": (f"e.delay > {LATE}", f"e.delay <= {LATE}"),
    "corrections": ("e.corrects IS NOT NULL", "e.corrects IS NULL"),
    "documented": ("e.evidence > 0", "e.evidence = 0"),
    "voided": ("e.voided_by IS NOT NULL", "e.voided_by IS NULL"),
}

# One statement says up to where the trail speaks and what it says, so that the two agree without a transaction. The
# limit is written out: of one that it does not know PostgreSQL thinks the worst, and plans each page anew, which costs
# three times as much as to read it.
PAGE = """
    SELECT t.position, e.position, e.voided_by, e.line FROM public.projection AS t LEFT JOIN (
        SELECT e.position, e.voided_by, e.line FROM trail.entry AS e
        WHERE {conditions} ORDER BY e.position {order} LIMIT {limit}
    ) AS e ON true WHERE t.name = 'trail' ORDER BY e.position {order}
"""
COLUMNS = "e.position, e.voided_by, e.line, s.originator_id, s.originator_version, s.topic, s.state"
ONE = f"""
    SELECT t.position, {COLUMNS} FROM public.projection AS t LEFT JOIN trail.entry AS e ON e.position = %(position)s
        LEFT JOIN {STORED} AS s ON s.notification_id = e.position
    WHERE t.name = 'trail'
"""

# Facts of a month lie together in the ledger, somewhere: to look for them from its end, as PostgreSQL would, may go
# through all of it. Their positions are read from the index of days alone.
BY_DAY = """
    e.position IN (
        SELECT f.position FROM (SELECT e.position FROM trail.entry AS e WHERE {conditions} OFFSET 0) AS f
        ORDER BY f.position {order} LIMIT {limit}
    )
"""
DAYS, PLACES = {"on_from", "on_to"}, {"before", "after", "upto"}


class Wanted:
    """What is asked of the trail. asked: values by the names of `CONDITIONS` and `ANSWERS`; no name: no condition."""

    def __init__(self, **asked: Any) -> None:
        self.asked = {name: value for name, value in asked.items() if value is not None}

    def narrowed(self, **more: Any) -> Wanted:
        """The same, with further conditions."""
        return Wanted(**self.asked, **more)

    @cached_property
    def conditions(self) -> str:
        """As SQL, in one order whatever the order of asking, so that PostgreSQL knows the statement again."""
        plain = [sql for name, sql in CONDITIONS.items() if name in self.asked]
        answers = [(yes if self.asked[name] else no) for name, (yes, no) in ANSWERS.items() if name in self.asked]
        return " AND ".join([*plain, *answers]) or "true"

    def page(self, order: str, limit: int) -> str:
        """The statement that finds a page. order: ASC or DESC."""
        by_day = bool(DAYS & self.asked.keys()) and self.asked.keys() <= DAYS | PLACES
        return page(self.conditions, order, limit, by_day=by_day)


@lru_cache(maxsize=500)
def page(conditions: str, order: str, limit: int, *, by_day: bool) -> str:
    """The same text for the same question, so that nobody on the way to PostgreSQL has to read it again."""
    if by_day:
        conditions = BY_DAY.format(conditions=conditions, order=order, limit=limit)
    return PAGE.format(conditions=conditions, order=order, limit=limit)


class Page(NamedTuple):
    """Entries, newest first. position: up to which the trail spoke when they were read."""

    entries: list[Entry]
    position: int


def newest(cursor: Cursor[Any], wanted: Wanted, *, limit: int) -> Page:
    """The latest entries that are wanted."""
    return found(cursor, wanted.page("DESC", limit), wanted.asked)


def following(cursor: Cursor[Any], wanted: Wanted, *, limit: int) -> Page:
    """The earliest entries that are wanted."""
    page = found(cursor, wanted.page("ASC", limit), wanted.asked)
    return page._replace(entries=page.entries[::-1])


def found(cursor: Cursor[Any], query: str, values: dict[str, Any]) -> Page:
    with cursor.connection.cursor(row_factory=tuple_row) as own:
        rows = own.execute(query, values, prepare=True, binary=True).fetchall()
    return Page([Entry(*row[1:]) for row in rows if row[1] is not None], rows[0][0] if rows else 0)


def at(cursor: Cursor[Any], position: int) -> tuple[Stored | None, int]:
    """The entry of a position, if there is one, and the position up to which the trail spoke."""
    with cursor.connection.cursor(row_factory=tuple_row) as own:
        row = own.execute(ONE, {"position": position}, prepare=True, binary=True).fetchone()
    if row is None:
        return None, 0
    return (None if row[1] is None else stored(row[1:])), row[0]


def stored(row: Sequence[Any]) -> Stored:
    """An entry of `COLUMNS`."""
    return Stored(Entry(*row[:3]), *row[3:])


# In the order of the ledger, as whoever checks a chain of entries reads them.
STREAM = """
    SELECT e.position, e.voided_by, e.line FROM trail.entry AS e WHERE {conditions} ORDER BY e.position
"""
STREAM_STORED = f"""
    SELECT {COLUMNS} FROM trail.entry AS e JOIN {STORED} AS s ON s.notification_id = e.position
    WHERE {{conditions}} ORDER BY e.position
"""
AT_ONCE = 1_000
"""Entries that are fetched at a time: all that a stream ever holds."""

PATIENCE = "60s"
"""Between two handfuls. Who takes longer is gone, or as good as that: nothing old is swept while a snapshot is held."""


@contextmanager
def streamed(connection: Connection[Any], wanted: Wanted) -> Iterator[Iterator[list[Entry]]]:
    """All entries that are wanted, oldest first, a handful at a time. connection: in a transaction."""
    with fetched(connection, STREAM, wanted) as batches:
        yield ([Entry(*row) for row in rows] for rows in batches)


@contextmanager
def streamed_stored(connection: Connection[Any], wanted: Wanted) -> Iterator[Iterator[list[Stored]]]:
    """The same, with what the ledger holds of each."""
    with fetched(connection, STREAM_STORED, wanted) as batches:
        yield ([stored(row) for row in rows] for rows in batches)


@contextmanager
def fetched(connection: Connection[Any], query: str, wanted: Wanted) -> Iterator[Iterator[list[Any]]]:
    # By the order of an index: to sort a million entries first would keep the reader waiting, and fill the disk.
    connection.execute("SET LOCAL enable_sort = off")
    connection.execute("SET LOCAL enable_hashjoin = off")
    connection.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE}'")
    with connection.cursor("trail", row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(query.format(conditions=wanted.conditions), wanted.asked)
        yield batches(cursor)


def batches(cursor: Any) -> Iterator[list[Any]]:
    """The rows of a cursor, as many at a time as are held at once."""
    while rows := cursor.fetchmany(AT_ONCE):
        yield rows
