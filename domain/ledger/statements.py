"""Every SQL statement of the ledger, written out."""

from __future__ import annotations

from typing import NamedTuple

from psycopg.sql import SQL, Composed, Identifier, Literal

SCHEMA = "public"
EVENTS = "stored_events"
COMMANDS = "command"

# answer is json, not jsonb, so that it is given back byte for byte.
COMMAND_TABLE = """
    CREATE TABLE IF NOT EXISTS {schema}.{commands} (
        id uuid PRIMARY KEY,
        fingerprint bytea NOT NULL,
        answer json NOT NULL,
        position bigint NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
    )
"""

# One round trip and one transaction: the events, the notice to the readers, and the row that acknowledges the command.
# The lock makes the order of positions the order of commits, so that readers never pass a gap that fills later.
# The wait for it is bounded in this transaction only.
# A command is appended by one transaction at a time: for the others the answer is null, at once, so that a copy can
# tell that the first one is under way. The command's row stays the judge of who was first.
APPEND_FUNCTION = """
    CREATE OR REPLACE FUNCTION {schema}.{append}({params}, command_ uuid, fingerprint_ bytea, answer_ text)
    RETURNS {result} LANGUAGE plpgsql AS $$
    DECLARE
        positions_ {result};
    BEGIN
        IF NOT pg_try_advisory_xact_lock(uuid_hash_extended(command_, 0)) THEN
            RETURN NULL;
        END IF;
        PERFORM set_config('lock_timeout', {wait}, true);
        LOCK TABLE {schema}.{events} IN EXCLUSIVE MODE;
        WITH added AS (
            INSERT INTO {schema}.{events} (originator_id, originator_version, topic, state)
            {rows}
            RETURNING notification_id
        )
        SELECT {positions} INTO positions_ FROM added;
        NOTIFY {channel};
        IF command_ IS NOT NULL THEN
            INSERT INTO {schema}.{commands} (id, fingerprint, answer, position)
            VALUES (command_, fingerprint_, answer_::json, {last});
        END IF;
        RETURN positions_;
    END $$
"""

# In binary: psycopg would send lists as text, which takes it nine times as long, and is twice the bytes to PostgreSQL.
APPEND = "SELECT {schema}.{append}(%b, %b, %b, %b, %b, %b, %b)"

# A null LIMIT is none, so that one statement serves every range.
SELECT = """
    SELECT originator_id, originator_version, topic, state FROM {schema}.{events}
    WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s
    ORDER BY originator_version ASC LIMIT %s
"""
SELECT_BACKWARDS = SELECT.replace("ASC", "DESC")

FIND_COMMAND = "SELECT fingerprint, answer, position FROM {schema}.{commands} WHERE id = %s"

HEAD = "SELECT coalesce(max(notification_id), 0) FROM {schema}.{events}"

AFTER = """
    SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{events}
    WHERE notification_id > %s ORDER BY notification_id LIMIT %s
"""

# An archive gives back what was there: entries with the positions that they had.
ALL = """
    SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{events}
    ORDER BY notification_id
"""
COUNT_ALL = "SELECT count(*) FROM {schema}.{events}"
LOCK = "LOCK TABLE {schema}.{events} IN ACCESS EXCLUSIVE MODE"
PUT_BACK = """
    COPY {schema}.{events} (notification_id, originator_id, originator_version, topic, state)
    FROM STDIN (FORMAT binary)
"""
GO_ON = """
    SELECT setval(pg_get_serial_sequence('{schema}.{events}', 'notification_id'), max(notification_id))
    FROM {schema}.{events} HAVING max(notification_id) > 0
"""

COUNT = "SELECT count(*) FROM {schema}.{events} WHERE notification_id > %(after)s AND notification_id <= %(last)s"

AHEAD = """
    SELECT count(*), max(notification_id)
    FROM (SELECT notification_id FROM {schema}.{events} WHERE notification_id > %s ORDER BY 1 LIMIT %s) AS entries
"""

BY_RECORD = """
    SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{events}
    WHERE notification_id <= %(last)s AND originator_id BETWEEN %(low)s AND %(high)s
    ORDER BY originator_id, originator_version
"""
# The histories of the records that have an entry in a stretch, from their beginning.
BY_RECORD_SINCE = BY_RECORD.replace(
    "ORDER BY",
    """
        AND originator_id IN (
            SELECT originator_id FROM {schema}.{events}
            WHERE notification_id > %(after)s AND notification_id <= %(last)s
        )
    ORDER BY""",
)

# Clocks can go back and positions cannot: the latest instant of recording so far is later than the entry's own.
LATE = """
    WITH instants AS MATERIALIZED (
        SELECT notification_id AS position, (convert_from(state, 'UTF8')::json ->> 'timestamp')::timestamptz AS recorded
        FROM {schema}.{events} WHERE notification_id > %(after)s AND notification_id <= %(last)s
    ), clocks AS (
        SELECT position, recorded, greatest(max(recorded) OVER (ORDER BY position), %(known)s) AS latest FROM instants
    )
    SELECT position, latest FROM clocks WHERE latest > recorded
"""

# Bounded by what is asked for: histories are a few dozen entries each.
HISTORIES = """
    SELECT e.originator_id, e.originator_version, e.topic, e.state
    FROM unnest(%s::uuid[], %s::bigint[]) AS wanted (id, before)
    JOIN {schema}.{events} AS e ON e.originator_id = wanted.id AND e.originator_version < wanted.before
    ORDER BY e.originator_id, e.originator_version
"""


KNOWN = """
    SELECT e.notification_id, e.originator_id, e.originator_version, e.topic, e.state
    FROM {schema}.{events} AS e
    WHERE e.originator_id = ANY(%s::uuid[]) AND e.notification_id <= %s
    ORDER BY e.originator_id, e.originator_version
"""

# The leaves of the Merkle tree, as `merkle.leaf_hash(merkle.entry(...))` makes them, out of the bytes as they are
# stored: PostgreSQL need not send an entry to have it hashed.
LEAVES = """
    SELECT notification_id AS position, sha256(
        '\\x00'::bytea || int8send(notification_id) || uuid_send(originator_id) || int8send(originator_version)
        || int4send(octet_length(convert_to(topic, 'UTF8'))) || convert_to(topic, 'UTF8') || state
    ) AS hash
    FROM {schema}.{events} WHERE notification_id > %(after)s AND notification_id <= %(last)s
"""


class Form(NamedTuple):
    """One of the two forms of the append."""

    name: str
    params: str
    rows: str
    result: str
    positions: str
    last: str


# The usual case; an array of one costs a sixth more.
ONE = Form(
    name="append_event",
    params="id_ uuid, version_ bigint, topic_ text, state_ bytea",
    rows="VALUES (id_, version_, topic_, state_)",
    result="bigint",
    positions="notification_id",
    last="positions_",
)
MANY = Form(
    name="append_events",
    params="ids_ uuid[], versions_ bigint[], topics_ text[], states_ bytea[]",
    rows="SELECT e.* FROM unnest(ids_, versions_, topics_, states_) AS e (id, version, topic, state)",
    result="bigint[]",
    positions="array_agg(notification_id ORDER BY notification_id)",
    last="positions_[cardinality(positions_)]",
)


def channel(schema: str, events: str) -> str:
    """Where an append is announced; it names the schema, or every schema's append would wake every reader."""
    return f"{schema}_{events}"


def statement(text: str, *, schema: str = SCHEMA, events: str = EVENTS, append: str = "") -> bytes:
    """One of the statements above, for these tables; as bytes, which psycopg need not put together at each call."""
    return (
        SQL(text)
        .format(
            schema=Identifier(schema),
            events=Identifier(events),
            append=Identifier(append),
            commands=Identifier(COMMANDS),
        )
        .as_bytes()
    )


def command_table(schema: str) -> Composed:
    """Creates the table of commands."""
    return SQL(COMMAND_TABLE).format(schema=Identifier(schema), commands=Identifier(COMMANDS))


def append_function(form: Form, *, schema: str, events: str, wait: int) -> Composed:
    """Creates one form of the append. wait: seconds for the lock."""
    return SQL(APPEND_FUNCTION).format(
        schema=Identifier(schema),
        append=Identifier(form.name),
        events=Identifier(events),
        commands=Identifier(COMMANDS),
        channel=Identifier(channel(schema, events)),
        wait=Literal(f"{wait}s"),
        params=SQL(form.params),
        rows=SQL(form.rows),
        result=SQL(form.result),
        positions=SQL(form.positions),
        last=SQL(form.last),
    )
