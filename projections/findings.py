"""What deserves an auditor's second look: payments, dates and duties that do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from heapq import merge
from typing import Any, Final, Literal, NamedTuple

from psycopg import Connection, Cursor
from psycopg.rows import tuple_row

from projections.trail_search import AT_ONCE, PATIENCE

About = Literal["payments", "dates", "duties"]


class Finding(NamedTuple):
    """Something found in an operation, by its entry. on: when that happened; against: what it is held against.

    allowed_cents: what the amount was to stay within. other: version of the entry that it does not go with.
    """

    kind: str
    operation: str
    version: int
    line: str | None
    partner: str | None
    on: str | None
    against: str | None
    amount_cents: int | None
    allowed_cents: int | None
    recorded_by: str
    other: int | None


class Place(NamedTuple):
    """Where a finding stands in its list."""

    operation: str
    version: int
    kind: str


FIRST: Final = Place("", 0, "")


def earliest(text: str) -> str:
    """The first day of a period, as SQL: `2008` is 1 January."""
    return f"({text} || substr('-01-01', length({text}) - 3))::date"


def latest(text: str) -> str:
    """The last day of a period, as SQL: `2008` is 31 December."""
    return (
        f"CASE length({text}) WHEN 4 THEN ({text} || '-12-31')::date"
        f" WHEN 7 THEN (({text} || '-01')::date + interval '1 month - 1 day')::date ELSE {text}::date END"
    )


def who(kind: str) -> str:
    """Who recorded the entries of a kind, as SQL. Read as one set: to look each of them up takes ten times as long."""
    entries = f"e.record = 'operation' AND e.kind = '{kind}'"
    return f"(SELECT e.reference, e.version, e.actor FROM trail.entry AS e WHERE {entries} OFFSET 0)"


# What stands on the lines of operations today: what was voided or corrected has an end.
STANDING = "m.holder = 'operation' AND m.until IS NULL"

UNDOCUMENTED = f"""
    SELECT 'payment_without_document' AS kind, e.reference AS operation, e.version, m.line, e.partner, m."on",
        NULL::text AS against, e.amount_cents, NULL::bigint AS allowed_cents, e.actor AS recorded_by,
        NULL::bigint AS other
    FROM trail.entry AS e LEFT JOIN commitments.movement AS m
        ON m.reference = e.reference AND m.version = e.version AND {STANDING}
    WHERE e.record = 'operation' AND e.kind = 'payment_recorded' AND e.evidence = 0 AND e.voided_by IS NULL
"""
# A share of what is committed may be paid before the balance; what was given back is deducted.
ABOVE_CEILING = f"""
    SELECT 'interim_above_ceiling', l.reference, l.version, l.line, l.partner, NULL, NULL, l.paid_cents,
        l.committed_cents * %(ceiling)s / 100, payer.actor, NULL
    FROM (
        SELECT m.reference, m.line, m.partner,
            max(m.version) FILTER (WHERE m.kind IN ('advance', 'interim')) AS version,
            sum(m.amount_cents) FILTER (WHERE m.level = 'committed')::bigint AS committed_cents,
            sum(m.amount_cents) FILTER (WHERE m.kind IN ('advance', 'interim', 'repayment'))::bigint AS paid_cents
        FROM commitments.movement AS m WHERE {STANDING} GROUP BY m.reference, m.line, m.partner
    ) AS l JOIN {who("payment_recorded")} AS payer USING (reference, version)
    WHERE l.paid_cents * 100 > l.committed_cents * %(ceiling)s
"""

# Dates are as precise as their sources: only what is certain is found.
EARLY = f"""
    SELECT 'started_before_decision', o.reference, s.version, d.line, d.partner, o.schedule -> 'start' ->> 'actual',
        d."on", NULL, NULL, s.actor, d.version
    FROM timeline.operation AS o CROSS JOIN LATERAL (
        SELECT m.version, m.line, m.partner, m."on" FROM commitments.movement AS m
        WHERE m.reference = o.reference AND {STANDING} AND m.level = 'committed' AND m."on" IS NOT NULL
        ORDER BY {earliest('m."on"')}, m.version LIMIT 1
    ) AS d CROSS JOIN LATERAL (
        SELECT e.version, e.actor FROM trail.entry AS e
        WHERE e.record = 'operation' AND e.reference = o.reference AND e.kind = 'started'
        ORDER BY e.position DESC LIMIT 1
    ) AS s
    WHERE {latest("(o.schedule -> 'start' ->> 'actual')")} < {earliest('d."on"')}
"""
OVERDUE = f"""
    SELECT 'delivered_after_limit', o.reference, s.version, NULL, NULL, o.schedule -> 'delivery' ->> 'actual',
        o.schedule -> 'delivery' ->> 'current', NULL, NULL, s.actor, NULL
    FROM timeline.operation AS o CROSS JOIN LATERAL (
        SELECT e.version, e.actor FROM trail.entry AS e
        WHERE e.record = 'operation' AND e.reference = o.reference AND e.kind = 'delivered'
        ORDER BY e.position DESC LIMIT 1
    ) AS s
    WHERE {earliest("(o.schedule -> 'delivery' ->> 'actual')")} > {latest("(o.schedule -> 'delivery' ->> 'current')")}
"""
ONE_PERSON = f"""
    SELECT 'committed_and_paid_by_one', p.reference, p.version, p.line, p.partner, p."on", NULL, p.amount_cents, NULL,
        payer.actor, c.version
    FROM (
        SELECT m.reference, m.line, min(m.version) AS version FROM commitments.movement AS m
        WHERE {STANDING} AND m.level = 'committed' GROUP BY m.reference, m.line
    ) AS c
    JOIN commitments.movement AS p ON p.holder = 'operation' AND p.until IS NULL AND p.reference = c.reference
        AND p.line = c.line AND p.level = 'paid' AND p.kind <> 'repayment'
    JOIN {who("payment_recorded")} AS payer ON payer.reference = p.reference AND payer.version = p.version
    JOIN {who("funding_committed")} AS committer
        ON committer.reference = c.reference AND committer.version = c.version AND committer.actor = payer.actor
"""
ABOUT: Final[dict[About, tuple[str, ...]]] = {
    "payments": (UNDOCUMENTED, ABOVE_CEILING),
    "dates": (EARLY, OVERDUE),
    "duties": (ONE_PERSON,),
}
NAMES = ", ".join(f'"{name}"' for name in Finding._fields)
FOUND = f"""
    SELECT {NAMES} FROM ({{found}}) AS f ({NAMES})
    WHERE (f.operation, f.version, f.kind) > (%(operation)s, %(version)s, %(kind)s)
    ORDER BY f.operation, f.version, f.kind
"""
PAGE = FOUND + "LIMIT %(limit)s"


def findings(
    cursor: Cursor[Any], about: About | None, *, ceiling: int, after: Place | None = None, limit: int = 50
) -> list[Finding]:
    """What is found, by operation. about: None for everything.

    ceiling: per cent of a commitment that may be paid before its balance.
    """
    values = {**(after or FIRST)._asdict(), "ceiling": ceiling, "limit": limit}
    found: list[Finding] = []
    # One after the other: each takes a second over a million entries, and nobody waits long for a statement.
    for each in kinds(about):
        with cursor.connection.cursor(row_factory=tuple_row) as own:
            found += [Finding._make(row) for row in own.execute(asked(PAGE, each), values, prepare=True)]
    return sorted(found, key=by_operation)[:limit]


@contextmanager
def streamed(connection: Connection[Any], about: About | None, *, ceiling: int) -> Iterator[Iterator[Finding]]:
    """All that is found, by operation, each question asked once. connection: in a transaction."""
    connection.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE}'")
    values = FIRST._asdict() | {"ceiling": ceiling}
    with ExitStack() as open_until_read:
        found = []
        for each in kinds(about):
            own = open_until_read.enter_context(connection.cursor(f"findings_{each}", row_factory=tuple_row))
            own.itersize = AT_ONCE
            found.append(map(Finding._make, own.execute(asked(FOUND, each), values)))
        yield merge(*found, key=by_operation)


def kinds(about: About | None) -> list[About]:
    """What is looked at. about: None for everything."""
    return [about] if about else list(ABOUT)


def asked(query: str, about: About) -> str:
    """The statement that asks for findings of one sort."""
    return query.format(found=" UNION ALL ".join(ABOUT[about]))


def by_operation(row: Finding) -> Place:
    """Where a finding stands in its list."""
    return Place(row.operation, row.version, row.kind)
