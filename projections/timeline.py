"""The timeline of an operation or an agreement: every entry, with what was known of it when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace
from psycopg import Cursor

from domain.agreement import Agreement
from domain.event import Document
from domain.events.correcting import Correction
from domain.operation import Operation
from projections.facts import amends
from projections.moments import Moment
from projections.moments import known as standing_at
from projections.projection import ManyRow, Projection, Told, as_json, columns, first_column, only, select
from projections.standing import COLUMNS, Standing, standing
from projections.telling import detail

Holder = Literal["operation", "agreement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadRow(Standing):
    """What stands above the timeline of an operation."""


class EntryRow(ManyRow, frozen=True):
    """One entry as it was known from one instant (`known_from`, at `position`) to another (`known_to`, at `until`).

    on: the day, month or year as the source gives it; None when unknown. true_from: the day that it counts from.
    amount_cents: what it adds to its line, or takes back. detail: what it says, in French.
    corrects: the version that this entry corrects or voids. voided_by: the version that corrected or voided this one
    last; its figures stay as first recorded. Those that nothing voids add up to the money of the record.
    """

    holder: Holder
    reference: str
    version: int
    position: int
    until: int | None
    known_from: datetime
    known_to: datetime | None
    kind: str
    label: str
    on: str | None
    true_from: date
    recorded_at: datetime
    recorded_by: str
    organisation: str
    source: str
    partner: str | None
    amount_cents: int | None
    detail: str | None
    reason: str | None
    documents: Sequence[dict[str, Any]]
    corrects: int | None
    voided_by: int | None


class Whole(NamedTuple):
    """The timeline of an operation. entries: in the order in which things happened."""

    head: HeadRow
    entries: list[EntryRow]


class Place(NamedTuple):
    """An entry, wherever its rows are."""

    holder: str
    reference: str
    version: int


class Amendment(NamedTuple):
    """What an entry changes about the row of an earlier one."""

    place: Place
    position: int
    known: datetime
    changes: dict[str, Any]


# The rows as they are known now of the entries that are amended.
PRESENT = f"""
    SELECT {columns(EntryRow, "e")}
    FROM json_to_recordset(%s::json) AS amended (holder text, reference text, version bigint)
    JOIN {{schema}}.entry AS e USING (holder, reference, version) WHERE e.until IS NULL
"""


class Timeline(Projection):
    """Entries of operations and agreements, in their two times, and the head of each operation."""

    name = "timeline"
    version = 3
    tables = f"""
        CREATE TABLE {{schema}}.operation ({COLUMNS});
        CREATE INDEX ON {{schema}}.operation (position);
        CREATE TABLE {{schema}}.entry (
            holder text NOT NULL,
            reference text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            position bigint NOT NULL,
            until bigint,
            known_from timestamptz NOT NULL,
            known_to timestamptz,
            kind text NOT NULL,
            label text NOT NULL,
            "on" text COLLATE "C",
            true_from date NOT NULL,
            recorded_at timestamptz NOT NULL,
            recorded_by text NOT NULL,
            organisation text NOT NULL,
            source text NOT NULL,
            partner text,
            amount_cents bigint,
            detail text,
            reason text,
            documents jsonb NOT NULL,
            corrects bigint,
            voided_by bigint
        )
    """
    indexes = "ALTER TABLE {schema}.entry ADD PRIMARY KEY (reference, holder, version, position)"

    def clear(self) -> None:
        self._heads: dict[str, tuple[Operation, int]] = {}
        self._entries: dict[Place, EntryRow] = {}
        self._amendments: list[Amendment] = []
        self._amended: dict[Place, dict[str, Any]] = {}

    def fold(self, told: Told) -> None:
        if not isinstance(told.record, (Operation, Agreement)):
            return
        entry = row(told)
        self._entries[place(entry)] = entry
        if isinstance(told.event, Correction):
            for version, changes in amends(told.event, told.record):
                amended = Place(entry.holder, entry.reference, version)
                if self._amended.get(amended) != changes:
                    self._amended[amended] = changes
                    self._amendments.append(Amendment(amended, told.position, told.known, changes))
        if isinstance(told.record, Operation):
            self._heads[entry.reference] = told.record, told.position

    def flush(self, cursor: Cursor[Any]) -> None:
        heads = [HeadRow(**standing(operation, position)) for operation, position in self._heads.values()]
        self.write(cursor, "operation", heads, key=["reference"])
        past = self._amend(cursor)
        self.write(
            cursor, "entry", [*past, *self._entries.values()], key=["reference", "holder", "version", "position"]
        )

    def _amend(self, cursor: Cursor[Any]) -> list[EntryRow]:
        """Give the amended entries a new row; the rows that they had until then."""
        wanted = [each._asdict() for each in {each.place for each in self._amendments} - self._entries.keys()]
        written = select(cursor, EntryRow, self.sql(PRESENT), (as_json(wanted),)) if wanted else []
        present, past = {place(entry): entry for entry in written}, []
        for where, position, known, changes in self._amendments:
            before = self._entries.get(where) or present[where]
            if any(getattr(before, name) != value for name, value in changes.items()):
                past.append(replace(before, until=position, known_to=known))
                self._entries[where] = replace(before, position=position, known_from=known, **changes)
        return past


def place(entry: EntryRow) -> Place:
    return Place(entry.holder, entry.reference, entry.version)


def row(told: Told) -> EntryRow:
    """An entry as it is first known."""
    event, record = told.event, told.record
    holder: Any = record.TOPIC
    return EntryRow(
        holder=holder,
        reference=record.reference,
        version=event.version,
        position=told.position,
        until=None,
        known_from=told.known,
        known_to=None,
        kind=event.TOPIC.partition(".")[2],
        label=event.label,
        recorded_at=event.timestamp,
        recorded_by=event.by.actor,
        organisation=event.by.organisation,
        source=event.by.source,
        detail=detail(event, record),
        reason=event.reason,
        documents=[document(each) for each in event.documents],
        corrects=event.target if isinstance(event, Correction) else None,
        voided_by=None,
        **told.fact,
    )


def document(evidence: Document) -> dict[str, Any]:
    return {"title": evidence.title, "ref": evidence.ref, "sha256": evidence.sha256}


HEAD = f"SELECT {columns(HeadRow, 'o')} FROM timeline.operation AS o WHERE o.reference = %s"
HEADS = f"SELECT {columns(HeadRow, 'o')} FROM timeline.operation AS o WHERE o.reference = ANY(%s)"

# Sorted as dates count: a period at its last day, the year before the month before the day.
ENTRIES = f"""
    SELECT {columns(EntryRow, "e")} FROM timeline.entry AS e
    WHERE e.holder = %s AND e.reference = ANY(%s) AND e.until IS NULL
    ORDER BY e.reference, e.true_from, e."on" NULLS LAST, e.version
"""

ENTRIES_AT = f"""
    SELECT {columns(EntryRow, "e")} FROM timeline.entry AS e
    WHERE e.holder = %(holder)s AND e.reference = %(reference)s AND {standing_at("e")}
    ORDER BY e.true_from, e."on" NULLS LAST, e.version
"""


def operation(cursor: Cursor[Any], reference: str) -> HeadRow | None:
    """What stands above the timeline of an operation; None for an unknown one."""
    return only(select(cursor, HeadRow, HEAD, (reference,)))


def entries(cursor: Cursor[Any], holder: Holder, reference: str) -> list[EntryRow]:
    """All entries of an operation or an agreement as they are known now, in the order in which things happened."""
    return select(cursor, EntryRow, ENTRIES, (holder, [reference]))


def whole(cursor: Cursor[Any], references: Sequence[str]) -> dict[str, Whole]:
    """The timelines of some operations as they are known now; unknown ones are left out."""
    found = {head.reference: Whole(head, []) for head in select(cursor, HeadRow, HEADS, (list(references),))}
    for entry in select(cursor, EntryRow, ENTRIES, ("operation", [*found])):
        found[entry.reference].entries.append(entry)
    return found


def entries_at(cursor: Cursor[Any], holder: Holder, reference: str, at: Moment) -> list[EntryRow]:
    """The same, as they were known at a moment, of what had happened by then."""
    return select(cursor, EntryRow, ENTRIES_AT, {"holder": holder, "reference": reference, **at.values})


# The operations that entries after a position touched.
TOUCHED = (
    "SELECT o.reference FROM timeline.operation AS o WHERE o.position > %(after)s ORDER BY o.position LIMIT %(limit)s"
)
NAMES = "SELECT o.reference FROM timeline.operation AS o WHERE o.reference > %s ORDER BY o.reference LIMIT %s"


def names(cursor: Cursor[Any], after: str, limit: int) -> list[str]:
    """Operations by reference, after one of them."""
    return first_column(cursor, NAMES, (after, limit))
