"""The movements of money as rows: one amount on one line, in its two times."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from domain.money import Level, Movement
from domain.vocabulary import Instrument, PaymentKind
from projections.holding import Number, Stated
from projections.lines import Holder
from projections.projection import ManyRow, Told

Kind = PaymentKind | Literal["repayment"]

TABLE = """
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
        kind text,
        amount_cents bigint NOT NULL,
        "on" text COLLATE "C",
        true_from date NOT NULL,
        year int,
        theme text,
        programme text,
        scheme text,
        decision_ref text
    );
"""

INDEXES = """
    ALTER TABLE {schema}.movement ADD PRIMARY KEY (reference, holder, version, nth, position);
    CREATE INDEX ON {schema}.movement (partner, reference, holder, char_length(line), line)
"""


# The sums of movements `m`, loans apart.
FIGURES = """
    coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'allocated' AND m.instrument <> 'loan'), 0)::bigint
        AS allocated_cents,
    coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'committed' AND m.instrument <> 'loan'), 0)::bigint
        AS committed_cents,
    coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'paid' AND m.instrument <> 'loan'), 0)::bigint
        AS paid_cents,
    coalesce(sum(m.amount_cents) FILTER (WHERE m.level = 'committed' AND m.instrument = 'loan'), 0)::bigint
        AS loans_cents
"""


class MovementRow(ManyRow, frozen=True):
    """One amount on one line, as it was known from one instant (`known_from`, at `position`) to another.

    version, nth: the entry that moves it, and its place among the movements of that entry. amount_cents: signed.
    kind: of a payment, `repayment` for what went back; None at the other levels.
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
    kind: Kind | None
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
        kind=kind(movement),
        amount_cents=movement.amount_cents,
        on=movement.on.text,
        true_from=movement.on.counts_on(movement.recorded),
        year=movement.on.year,
        theme=each.theme,
        programme=movement.programme,
        scheme=movement.scheme,
        decision_ref=movement.decision_ref,
    )


def kind(movement: Movement) -> Kind | None:
    """What a payment is for, `repayment` where money goes back; None where nothing is paid."""
    return (movement.kind or "repayment") if movement.level == "paid" else None
