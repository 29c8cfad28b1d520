"""What each partner sets aside, commits and pays: every movement in its two times, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Cursor

from domain.agreement import Agreement
from domain.money import Level
from domain.operation import Operation
from domain.partner import Partner
from domain.record import Record
from domain.vocabulary import Instrument, PartnerKind
from projections.holding import NOTHING, Holding, Number, Share, Stated, difference, holding, shares
from projections.lines import Holder, LineKey, LineRow, lines
from projections.projection import Projection, Told, as_json
from projections.totals import TABLES, PartnerRow, TotalRow, Totals, partner, partners, totals

__all__ = [
    "Commitments",
    "LineKey",
    "LineRow",
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
class MovementRow:
    """One amount on one line, as it was known from one instant (`known_from`, at `position`) to another.

    version, nth: the entry that moves it, and its place among the movements of that entry. amount_cents: signed.
    year: of the day it happened, None for an undated one. theme: of its holder. programme: as it was decided.
    """

    holder: Holder
    reference: str
    version: int
    nth: int
    position: int
    until: int | None
    known_from: datetime
    known_to: datetime | None
    title: str
    line: str
    partner: str
    instrument: Instrument
    level: Level
    amount_cents: int
    on: str | None
    true_from: date
    year: int | None
    theme: str | None
    programme: str | None
    scheme: str | None
    decision_ref: str | None


class Place(NamedTuple):
    """A movement, wherever its rows are."""

    holder: str
    reference: str
    version: int
    nth: int


class Commitments(Projection):
    """Partners, movements, and the sums of those that stand."""

    name = "commitments"
    tables = (
        TABLES
        + """
        CREATE TABLE {schema}.partner (
            code text COLLATE "C" PRIMARY KEY,
            name text NOT NULL,
            kind text NOT NULL,
            siren text,
            other_names text[] NOT NULL,
            position bigint NOT NULL
        );
        CREATE TABLE {schema}.movement (
            holder text NOT NULL,
            reference text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            nth bigint NOT NULL,
            position bigint NOT NULL,
            until bigint,
            known_from timestamptz NOT NULL,
            known_to timestamptz,
            title text NOT NULL,
            line text COLLATE "C" NOT NULL,
            partner text COLLATE "C" NOT NULL,
            instrument text NOT NULL,
            level text NOT NULL,
            amount_cents bigint NOT NULL,
            "on" text COLLATE "C",
            true_from date NOT NULL,
            year int,
            theme text,
            programme text,
            scheme text,
            decision_ref text,
            PRIMARY KEY (reference, holder, version, nth, position)
        );
        CREATE INDEX ON {schema}.movement (partner, reference, holder, char_length(line), line)
    """
    )

    def clear(self) -> None:
        self._partners: dict[str, Registered] = {}
        self._held: dict[UUID, Holding] = {}
        self._shares: dict[UUID, dict[str, Share]] = {}
        self._present: dict[Place, MovementRow] = {}
        self._past: list[MovementRow] = []
        self._ended: list[dict[str, Any]] = []
        self._totals = Totals()

    def before(self, record: Record) -> None:
        if record.id not in self._held and isinstance(record, (Operation, Agreement)):
            self._held[record.id] = holding(record)

    def fold(self, told: Told) -> None:
        record = told.record
        if isinstance(record, Partner):
            self._partners[record.code] = registered(record, told.position)
        elif isinstance(record, (Operation, Agreement)):
            was, now = self._held.get(record.id, NOTHING), holding(record)
            if now != was:
                self._held[record.id] = now
                self._restate(told, *difference(was, now))
                if isinstance(record, Operation):
                    before = self._shares.get(record.id) or shares(was)
                    self._shares[record.id] = after = shares(now)
                    self._totals.share(before, after, told.position)

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


def place(told: Told, number: Number) -> Place:
    return Place(told.record.TOPIC, told.record.reference, *number)


def row(told: Told, number: Number, each: Stated) -> MovementRow:
    """A movement as it is known from now on."""
    movement = each.movement
    holder: Any = told.record.TOPIC
    return MovementRow(
        holder=holder,
        reference=told.record.reference,
        version=number[0],
        nth=number[1],
        position=told.position,
        until=None,
        known_from=told.known,
        known_to=None,
        title=each.title,
        line=movement.line,
        partner=movement.partner,
        instrument=movement.instrument,
        level=movement.level,
        amount_cents=movement.amount_cents,
        on=movement.on.text,
        true_from=movement.on.counts_on(movement.recorded),
        year=movement.on.year,
        theme=each.theme,
        programme=movement.programme,
        scheme=movement.scheme,
        decision_ref=movement.decision_ref,
    )
