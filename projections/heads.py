"""What an operation was on each day, as it was known at each position: rows that dated lists filter and add up.

A head counts from its day (`true_from`) until the next one of its operation, and is known from its position until
another knowledge takes its place (`until`). So what was known at a position of a day is, among the heads known there,
the last one up to that day. An entry of today adds one row, and only where it changes something that a list asks for;
what was recorded late or put right ends the rows that it makes wrong, and adds others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from msgspec.structs import replace
from psycopg import Cursor

from domain.dated import counts_from
from domain.event import Event
from domain.events.correcting import Correction, amended, concerning
from domain.operation import Operation
from domain.outputs import Outputs
from domain.vocabulary import Family, Phase, Theme
from projections.projection import ManyRow, Projection, Told, as_json
from projections.steps import BESIDE, Course, Head, Steps, course, head, sought_in, steps, touching

TABLE = """
    CREATE TABLE {schema}.head (
        reference text COLLATE "C" NOT NULL,
        true_from date NOT NULL,
        position bigint NOT NULL,
        until bigint,
        title text NOT NULL,
        phase text NOT NULL,
        owner text,
        communes text[] NOT NULL,
        weights int[] NOT NULL,
        territory_wide boolean NOT NULL,
        family text,
        theme text,
        other_themes text[] NOT NULL,
        programme text,
        part_of text COLLATE "C",
        cost_cents bigint,
        planned_outputs jsonb,
        outputs jsonb,
        due_on date,
        initial_due_on date,
        search text NOT NULL
    );
"""

INDEXES = "ALTER TABLE {schema}.head ADD PRIMARY KEY (reference, true_from, position)"


class HeadRow(ManyRow, frozen=True):
    """One operation from a day on, as it was known from one position to another."""

    reference: str
    true_from: date
    position: int
    until: int | None
    title: str
    phase: Phase
    owner: str | None
    communes: Sequence[str]
    weights: Sequence[int]
    territory_wide: bool
    family: Family | None
    theme: Theme | None
    other_themes: Sequence[Theme]
    programme: str | None
    part_of: str | None
    cost_cents: int | None
    planned_outputs: Outputs | None
    outputs: Outputs | None
    due_on: date | None
    initial_due_on: date | None
    search: str


class Place(NamedTuple):
    """A head, wherever its rows are."""

    reference: str
    true_from: date


END = """
    UPDATE {schema}.head AS h SET until = ended.until
    FROM json_to_recordset(%s::json) AS ended (reference text, true_from date, until bigint)
    WHERE h.reference = ended.reference AND h.true_from = ended.true_from AND h.until IS NULL
"""


class Heads:
    """What a batch says of the heads of operations."""

    def __init__(self) -> None:
        # By operation: its present course, the last day that heads go by, and where asked all steps.
        self._latest: dict[str, Course] = {}
        self._last: dict[str, date] = {}
        self._steps: dict[str, Steps] = {}
        self._present: dict[Place, HeadRow] = {}
        self._past: list[HeadRow] = []
        self._ended: list[dict[str, Any]] = []

    def before(self, operation: Operation) -> None:
        """Look at an operation before its next entry is told."""
        if operation.reference not in self._latest:
            self._latest[operation.reference] = course(operation)

    def count(self, told: Told, operation: Operation) -> None:
        """Take in an entry."""
        event = told.event
        if stands_beside(event, operation):
            return
        day = counts_from(event)
        if event.version == 1 or self._comes_last(event, operation, day):
            # Recorded in the order in which things happened: the usual case.
            self._add(told, operation, day)
        else:
            self._tell_again(told, operation)

    def _comes_last(self, event: Event, operation: Operation, day: date) -> bool:
        """No other fact that heads go by is of a later day, or of the same day where this one changes nothing."""
        if isinstance(event, Correction) or type(event) in BESIDE:
            return False
        last = self._went_to(operation)
        return day > last or (day == last and self._latest.get(operation.reference) == course(operation))

    def _went_to(self, operation: Operation) -> date:
        """The last day of an operation that heads go by, before its last entry."""
        if operation.reference not in self._last:
            self._last[operation.reference] = max(map(counts_from, touching(earlier(operation))))
        return self._last[operation.reference]

    def _add(self, told: Told, operation: Operation, day: date) -> None:
        """The head of a new last day."""
        now, known = course(operation), self._steps.get(operation.reference)
        if self._latest.get(operation.reference) != now:
            whole = head(operation)
            self._present[Place(operation.reference, day)] = row(operation.reference, day, told.position, whole)
            if known is not None:
                known[day] = whole
        self._latest[operation.reference], self._last[operation.reference] = now, day

    def _tell_again(self, told: Told, operation: Operation) -> None:
        """The heads of all days, where an entry changes what was known of earlier ones."""
        reference, facts = operation.reference, amended(operation.entries)
        was = self._steps[reference] if reference in self._steps else steps(amended(operation.entries[:-1]))
        self._steps[reference] = now = steps(facts)
        for day, before in was.items():
            if now.get(day) != before:
                self._end(Place(operation.reference, day), told.position)
        for day, after in now.items():
            if was.get(day) != after:
                self._present[Place(operation.reference, day)] = row(operation.reference, day, told.position, after)
        self._latest[reference], self._last[reference] = course(operation), max(map(counts_from, touching(facts)))

    def _end(self, where: Place, position: int) -> None:
        """A head is no longer known as it was: in this batch, or in the table."""
        if present := self._present.pop(where, None):
            self._past.append(replace(present, until=position))
        else:
            self._ended.append({**where._asdict(), "until": position})

    def flush(self, cursor: Cursor[Any], projection: Projection) -> None:
        """Write what was counted."""
        if self._ended:
            cursor.execute(projection.sql(END), (as_json(self._ended),), prepare=True)
        rows = [*self._past, *self._present.values()]
        projection.write(cursor, "head", rows, key=["reference", "true_from", "position"])


def stands_beside(event: Event, operation: Operation) -> bool:
    """The entry tells nothing that heads go by, or puts right what does not; and the operation had begun before."""
    if isinstance(event, Correction):
        about = concerning(operation.entries, event.puts_right_of(operation))
        if type(about[0]) not in BESIDE:
            return False
        # As it stood, and as it stands.
        days = list(map(counts_from, (*amended(about[:-1]), *amended(about))))
        return not days or has_begun(operation, min(days), apart_from=about[0].version)
    return type(event) in BESIDE and has_begun(operation, counts_from(event), apart_from=event.version)


def earlier(operation: Operation) -> Iterator[Event]:
    """The facts of an operation as corrections left them, before its last entry, which corrects nothing."""
    return (fact for fact in operation.facts if fact is not operation.entries[-1])


def has_begun(operation: Operation, day: date, *, apart_from: int) -> bool:
    """On that day the operation is there already, whatever one of its entries tells. apart_from: its version."""
    return any(counts_from(fact) <= day for fact in operation.facts if fact.version != apart_from)


def row(reference: str, day: date, position: int, head: Head) -> HeadRow:
    """A head as it is known from a position on."""
    said = head._asdict()
    search = sought_in(reference, said["title"], said.pop("site"), said["communes"])
    return HeadRow(reference=reference, true_from=day, position=position, until=None, search=search, **said)
