"""What each partner sets aside, commits and pays: every movement in its two times, line by line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from psycopg import Cursor
from psycopg.rows import tuple_row

from domain.agreement import Agreement
from domain.events.milestones import StepEvent
from domain.events.payments import PaymentRecorded
from domain.operation import Operation
from domain.partner import Partner
from domain.record import Record
from domain.shape import plain
from domain.vocabulary import PartnerKind
from projections.holding import NOTHING, Holding, Number, Share, Stated, difference, holding, shares
from projections.lines import Holder, LineKey, LineRow, lines
from projections.movements import INDEXES, TABLE, MovementRow, Place, place, row
from projections.projection import Projection, Told, as_json
from projections.totals import TABLES, PartnerRow, TotalRow, Totals, partner, partners, totals

__all__ = [
    "Commitments",
    "LineKey",
    "LineRow",
    "MovementRow",
    "PartnerRow",
    "TotalRow",
    "lines",
    "partner",
    "partners",
    "totals",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A partner. position: where it was registered."""

    code: str
    name: str
    kind: PartnerKind
    siren: str | None
    other_names: Sequence[str]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """The payment credits of an operation's or agreement's lines as they stand now, by the name of the line."""

    holder: Holder
    reference: str
    lines: dict[str, list[dict[str, int]]]


class Commitments(Projection):
    """Partners, movements, and the sums of those that stand."""

    name = "commitments"
    version = 2
    tables = (
        TABLES
        + TABLE
        + """
        CREATE TABLE {schema}.partner (
            code text COLLATE "C" PRIMARY KEY,
            name text NOT NULL,
            kind text NOT NULL,
            siren text,
            other_names text[] NOT NULL,
            position bigint NOT NULL
        );
        CREATE TABLE {schema}.schedule (
            holder text NOT NULL,
            reference text COLLATE "C" NOT NULL,
            lines jsonb NOT NULL,
            PRIMARY KEY (reference, holder)
        )
    """
    )
    indexes = INDEXES

    def clear(self) -> None:
        self._partners: dict[str, Registered] = {}
        self._held: dict[UUID, Holding] = {}
        self._shares: dict[UUID, dict[str, Share]] = {}
        self._present: dict[Place, MovementRow] = {}
        self._past: list[MovementRow] = []
        self._schedules: dict[UUID, ScheduleRow] = {}
        self._ended: list[dict[str, Any]] = []

    def clear_sums(self) -> None:
        self._totals = Totals()

    def before(self, record: Record) -> None:
        if record.id not in self._held and isinstance(record, (Operation, Agreement)):
            self._held[record.id] = holding(record)

    def fold(self, told: Told) -> None:
        record = told.record
        if isinstance(told.event, StepEvent):
            return  # Half of all entries; a milestone moves no money.
        if isinstance(record, (Operation, Agreement)):
            was, now = self._held.get(record.id, NOTHING), holding(record)
            if now != was:
                self._held[record.id] = now
                self._restate(told, *difference(was, now))
                if now.schedules != was.schedules:
                    self._schedules[record.id] = scheduled(record)
                if isinstance(record, Operation) and not isinstance(told.event, PaymentRecorded):
                    # What is paid changes nobody's share of what is committed.
                    before = self._shares.get(record.id) or shares(was)
                    self._shares[record.id] = after = shares(now)
                    self._totals.share(before, after, told.position)
        elif isinstance(record, Partner):
            self._partners[record.code] = registered(record, told.position)

    def _restate(self, told: Told, gone: Mapping[Number, Stated], come: Mapping[Number, Stated]) -> None:
        for number, each in gone.items():
            self._end(told, place(told, number))
            self._totals.count(each, -1, told.position)
        for number, each in come.items():
            self._present[place(told, number)] = row(told, number, each)
            self._totals.count(each, +1, told.position)

    def _end(self, told: Told, where: Place) -> None:
        """A movement is no longer known as it was: in this batch, or in the table."""
        if present := self._present.pop(where, None):
            self._past.append(replace(present, until=told.position, known_to=told.known))
        else:
            self._ended.append(where._asdict() | {"until": told.position, "known_to": told.known})

    def flush(self, cursor: Cursor[Any]) -> None:
        self.write(cursor, "partner", self._partners.values(), key=["code"])
        if self._ended:
            cursor.execute(self.sql(END), (as_json(self._ended),), prepare=True)
        movements = [*self._past, *self._present.values()]
        self.write(cursor, "movement", movements, key=["reference", "holder", "version", "nth", "position"])
        self.write(cursor, "schedule", self._schedules.values(), key=["reference", "holder"])

    def settle(self, cursor: Cursor[Any]) -> None:
        self._totals.flush(cursor, self)


END = """
    UPDATE {schema}.movement AS m SET until = ended.until, known_to = ended.known_to
    FROM json_populate_recordset(NULL::{schema}.movement, %s::json) AS ended
    WHERE m.reference = ended.reference AND m.holder = ended.holder AND m.version = ended.version AND m.nth = ended.nth
        AND m.until IS NULL
"""


def registered(partner: Partner, position: int) -> Registered:
    """A partner as a row."""
    return Registered(
        code=partner.code,
        name=partner.name,
        kind=partner.kind,
        siren=partner.siren,
        other_names=partner.other_names,
        position=position,
    )


def scheduled(record: Operation | Agreement) -> ScheduleRow:
    """The payment credits that stand on its lines; a line without any has no key."""
    holder: Any = record.TOPIC
    lines = {line.code: plain(line.schedule) for line in record.money.lines.values() if line.schedule}
    return ScheduleRow(holder=holder, reference=record.reference, lines=lines)


CALLED = "SELECT p.code, p.name FROM commitments.partner AS p WHERE NOT p.code = ANY(%s) ORDER BY p.code"


def called(cursor: Cursor[Any], but_for: Collection[str]) -> dict[str, str]:
    """What partners are called, by their codes. but_for: those whose names are known already."""
    with cursor.connection.cursor(row_factory=tuple_row) as own:
        return dict(own.execute(CALLED, (list(but_for),), prepare=True).fetchall())
