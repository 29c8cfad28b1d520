"""The table of the access log: appended to, read by auditors, and purged of what is old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from api.accesses.noted import Line

REFUSED: Final = "status IN (401, 403, 404, 429)"
"""What opened nothing. To whoever may not see it, what is there is answered by 404."""

# One index for each thing that auditors look for, in the order of their lists.
ROWS: Final = f"""
CREATE TABLE IF NOT EXISTS access_log (
    request_id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    token text COLLATE "C",
    account text COLLATE "C",
    organisation text COLLATE "C",
    role text COLLATE "C",
    method text COLLATE "C",
    route text COLLATE "C",
    object text COLLATE "C",
    operation text COLLATE "C",
    partner text COLLATE "C",
    export boolean NOT NULL,
    status smallint NOT NULL,
    ip inet,
    user_agent text
);
CREATE INDEX IF NOT EXISTS access_log_at ON access_log (at, request_id);
CREATE INDEX IF NOT EXISTS access_log_token ON access_log (token, at, request_id) WHERE token IS NOT NULL;
CREATE INDEX IF NOT EXISTS access_log_account ON access_log (account, at, request_id) WHERE account IS NOT NULL;
CREATE INDEX IF NOT EXISTS access_log_operation ON access_log (operation, at, request_id) WHERE operation IS NOT NULL;
CREATE INDEX IF NOT EXISTS access_log_partner ON access_log (partner, at, request_id) WHERE partner IS NOT NULL;
CREATE INDEX IF NOT EXISTS access_log_refused ON access_log (at, request_id) WHERE {REFUSED};
CREATE INDEX IF NOT EXISTS access_log_export ON access_log (at, request_id) WHERE export;
"""

# Whoever purges needs no right to delete: this runs with the owner's, on what is old and on nothing else, so that the
# application cannot take away the traces of last week. Its body is bound to the table when it is made.
PURGE: Final = """
DO $make$ BEGIN
    IF to_regprocedure('purge_access_log(timestamptz, integer)') IS NULL THEN EXECUTE $text$
        CREATE FUNCTION purge_access_log(before timestamptz, most integer) RETURNS bigint
        LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC
            WITH old AS (
                SELECT request_id FROM access_log
                WHERE at < least(before, now() - interval '1 month')
                ORDER BY at, access_log.request_id LIMIT most FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM access_log USING old WHERE access_log.request_id = old.request_id RETURNING 1
            )
            SELECT count(*) FROM gone;
        END
    $text$; END IF;
END $make$;
"""

TABLE: Final = ROWS + PURGE

WRITE: Final = """
    COPY access_log (
        request_id, at, token, account, organisation, role, method, route, object, operation, partner, export, status,
        ip, user_agent
    ) FROM STDIN
"""
THERE: Final = "SELECT replace(request_id::text, '-', '') FROM access_log WHERE request_id = ANY(%s::uuid[])"

READ: Final = f"""
    SELECT
        request_id, at, token, account, organisation, role, method, route, object, operation,
        partner, export, status, {REFUSED} AS refused, host(ip) AS ip, user_agent
    FROM access_log
    WHERE {{}}
    ORDER BY access_log.at DESC, access_log.request_id DESC
    LIMIT %(limit)s
"""
CONDITIONS: Final = {
    "account": "account = %(account)s",
    "token": "token = %(token)s",
    "operation": "operation = %(operation)s",
    "partner": "partner = %(partner)s",
    "since": "at >= %(since)s::timestamp AT TIME ZONE 'Europe/Paris'",
    "until": "at < (%(until)s::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'",
    "after": "(at, request_id) < (%(at)s, %(request_id)s)",
}
# Written out, since only a condition that reads as an index's own finds that index.
CHOICES: Final = {
    ("refused", True): REFUSED,
    ("refused", False): f"NOT ({REFUSED})",
    ("exports", True): "export",
    ("exports", False): "NOT export",
}

BATCH: Final = 10_000
"""Rows that a purge deletes at once, so that nothing is locked for long."""

FORGET: Final = "SELECT purge_access_log(%s::timestamptz - make_interval(months => %s), %s)"


class Place(NamedTuple):
    """Where a line stands in the log."""

    at: datetime
    request_id: UUID


class AccessRow(NamedTuple):
    """A line of the access log. refused: it opened nothing."""

    request_id: UUID
    at: datetime
    token: str | None
    account: str | None
    organisation: str | None
    role: str | None
    method: str | None
    route: str | None
    object: str | None
    operation: str | None
    partner: str | None
    export: bool
    status: int
    refused: bool
    ip: str | None
    user_agent: str | None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.at, self.request_id)


def write(connection: Connection[Any], lines: Sequence[Line]) -> None:
    """Append lines, once each: all of them or, where psycopg.Error is raised, none. connection: in autocommit."""
    try:
        append(connection, lines)
    except UniqueViolation:
        # They were written before, but this was never acknowledged.
        sent = [line.request_id for line in lines]
        there = {request_id for (request_id,) in connection.execute(THERE, (sent,))}
        append(connection, [line for line in lines if line.request_id not in there])


def append(connection: Connection[Any], lines: Iterable[Line]) -> None:
    """Append lines that are not there yet."""
    with connection.cursor() as cursor, cursor.copy(WRITE) as copy:
        for line in lines:
            copy.write_row(line)


def page(cursor: Cursor[Any], wanted: Mapping[str, Any], *, after: Place | None, limit: int) -> list[AccessRow]:
    """Lines, the newest first. wanted: what they must have, by the names of the conditions."""
    rows = cursor.connection.cursor(row_factory=class_row(AccessRow))
    return rows.execute(*query(wanted, after=after, limit=limit)).fetchall()


def query(wanted: Mapping[str, Any], *, after: Place | None, limit: int) -> tuple[bytes, dict[str, Any]]:
    """The statement for a page, with what is asked for and nothing else, and its values."""
    conditions = [CHOICES.get((name, value)) or CONDITIONS[name] for name, value in wanted.items()]
    values = {**wanted, "limit": limit}
    if after is not None:
        conditions.append(CONDITIONS["after"])
        values |= after._asdict()
    return READ.format(" AND ".join(conditions) or "true").encode(), values


def purge(connection: Connection[Any], at: datetime, months: int) -> int:
    """Delete what is older than so many months at an instant, one at least; how many. connection: in autocommit."""
    deleted = 0
    while True:
        row = cast(tuple[int], connection.execute(FORGET, (at, months, BATCH)).fetchone())
        deleted += row[0]
        if row[0] < BATCH:
            return deleted
