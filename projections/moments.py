"""The moments that readers look back to: the end of each day, and the statements that name a position.

Clocks can go back and positions cannot: a day ends, in Paris, before the first entry at which the latest instant of
recording so far lies behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg import Cursor

from domain.dates import paris_day
from domain.statement import Statement
from projections.projection import Projection, Told, as_json, columns, only, select


class Moment(NamedTuple):
    """What a dated answer is made of: the entries up to `position`, of them the facts up to the day `true_on`.

    true_on: None for all of them. day: what is late is late on that day. looks_back: the position was asked for, by a
    day or a statement; otherwise it is the present one.
    """

    position: int
    true_on: date | None
    day: date
    looks_back: bool

    @property
    def values(self) -> dict[str, Any]:
        """As parameters of the statements in this package."""
        return {"known": self.position, "true_on": self.true_on or date.max}


def known(table: str) -> str:
    """The rows of a table in two times that stand at a moment, as SQL; see `Moment.values`."""
    return (
        f"{table}.position <= %(known)s AND ({table}.until IS NULL OR {table}.until > %(known)s)"
        f" AND {table}.true_from <= %(true_on)s"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """A day on which something was recorded. position: the last one by its end."""

    day: date
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A statement. statement: its code. stated: the position that it names. position: of its own entry.

    day: the one that it is of, the last of its period.
    """

    statement: str
    title: str
    on: str | None
    day: date
    stated: int
    recorded_at: datetime
    recorded_by: str
    organisation: str
    reason: str | None
    position: int


class Moments(Projection):
    """Days and statements."""

    name = "moments"
    tables = """
        CREATE TABLE {schema}.day (day date PRIMARY KEY, position bigint NOT NULL);
        CREATE TABLE {schema}.statement (
            statement text COLLATE "C" PRIMARY KEY,
            title text NOT NULL,
            "on" text,
            day date NOT NULL,
            stated bigint NOT NULL,
            recorded_at timestamptz NOT NULL,
            recorded_by text NOT NULL,
            organisation text NOT NULL,
            reason text,
            position bigint NOT NULL
        )
    """

    def clear(self) -> None:
        self._statements: list[StatementRow] = []

    def clear_sums(self) -> None:
        self._days: dict[date, int] = {}

    def fold(self, told: Told) -> None:
        if told.position > self._days.get(told.day, 0):
            self._days[told.day] = told.position
        record = told.record
        if type(record) is Statement:
            self._statements.append(row(told, record))

    def flush(self, cursor: Cursor[Any]) -> None:
        self.write(cursor, "statement", self._statements, key=["statement"])

    def settle(self, cursor: Cursor[Any]) -> None:
        # A day is shared by all records: written once, in order, so that no process of a rebuild waits for another.
        if self._days:
            days = [DayRow(day=day, position=position) for day, position in sorted(self._days.items())]
            cursor.execute(self.sql(LATEST), (as_json(days),), prepare=True)


# A rebuild tells one record after the other: positions do not only rise.
LATEST = """
    INSERT INTO {schema}.day AS d (day, position)
    SELECT day, position FROM json_populate_recordset(NULL::{schema}.day, %s::json)
    ON CONFLICT (day) DO UPDATE SET position = greatest(d.position, excluded.position)
"""


def row(told: Told, statement: Statement) -> StatementRow:
    """A statement as it was made."""
    event = told.event
    return StatementRow(
        statement=statement.reference,
        title=statement.title,
        on=event.on.text,
        day=event.on.counts_on(paris_day(event.timestamp)),
        stated=statement.position,
        recorded_at=event.timestamp,
        recorded_by=event.by.actor,
        organisation=event.by.organisation,
        reason=event.reason,
        position=told.position,
    )


LAST_BY = f"SELECT {columns(DayRow, 'd')} FROM moments.day AS d WHERE d.day <= %s ORDER BY d.day DESC LIMIT 1"
STATEMENTS = f"""
    SELECT {columns(StatementRow, "s")} FROM moments.statement AS s
    WHERE s.statement > %s ORDER BY s.statement LIMIT %s
"""
STATEMENT = f"SELECT {columns(StatementRow, 's')} FROM moments.statement AS s WHERE s.statement = %s"
LAST_STATEMENT = f"""
    SELECT {columns(StatementRow, "s")} FROM moments.statement AS s
    WHERE s.position <= %s ORDER BY s.stated DESC, s.position DESC LIMIT 1
"""


def last_by(cursor: Cursor[Any], day: date) -> DayRow | None:
    """The last day up to this one on which something was recorded; None before the first entry."""
    return only(select(cursor, DayRow, LAST_BY, (day,)))


def statement(cursor: Cursor[Any], code: str) -> StatementRow | None:
    """One statement; None for an unknown one."""
    return only(select(cursor, StatementRow, STATEMENT, (code,)))


def last_statement(cursor: Cursor[Any], position: int) -> StatementRow | None:
    """Of the statements recorded up to a position, the one of the latest knowledge; None before the first one."""
    return only(select(cursor, StatementRow, LAST_STATEMENT, (position,)))


def statements(cursor: Cursor[Any], *, after: str | None = None, limit: int = 50) -> list[StatementRow]:
    """Statements by code. after: the last one seen."""
    return select(cursor, StatementRow, STATEMENTS, (after or "", limit))
