"""Whatever is recorded, in whatever order: sums are those of the movements, and the past stays what was known of it."""

from collections import defaultdict
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.ledger import Ledger
from domain.ledger.mapper import PlainMapper
from domain.money import Figures, figures
from domain.operation import Operation
from projections import commitments
from projections.access import Access
from projections.commitments import Commitments, MovementRow
from projections.passing import Pass
from projections.portfolio import Portfolio
from projections.projection import columns, select
from projections.rebuild import rebuild
from projections.timeline import EntryRow, Timeline
from tests.conftest import EMPTY
from tests.projections.rows import everything, record
from tests.story import AUTHORITY, allocated, committed, entry, planned

PARTNERS = ("anru", "region", "cavm")
YEARS = ("2008", "2009")

amounts = st.integers(1, 9)
partners = st.sampled_from(PARTNERS)
years = st.sampled_from(YEARS)
versions = st.integers(1, 12)
changes = st.one_of(
    st.fixed_dictionaries({"amount_cents": amounts}),
    st.fixed_dictionaries({"partner": partners}),
    st.fixed_dictionaries({"on": years}),
    st.fixed_dictionaries({"theme": st.sampled_from(["mining", "tramway"])}),
)
acts = st.one_of(
    st.tuples(st.just("commit"), partners, amounts, years, st.sampled_from(["grant", "loan"])),
    st.tuples(st.just("allocate"), partners, amounts, years),
    st.tuples(st.just("correct"), versions, changes),
    st.tuples(st.just("void"), versions),
    st.tuples(st.just("milestone")),
)
histories = st.lists(st.tuples(st.integers(0, 1), acts), max_size=25)


def act(operation: Operation, what: Any) -> None:
    """Do it, unless the ledger refuses."""
    match what:
        case "commit", partner, amount, year, instrument:
            committed(operation, amount, partner=partner, on=year, instrument=instrument)
        case "allocate", partner, amount, year:
            allocated(operation, amount, partner=partner, on=year)
        case "correct", version, changed:
            operation.correct(target=version, changes=changed, **entry("2013", reason="Une faute"))
        case "void", version:
            operation.void(target=version, **entry("2013", reason="Annulée"))
        case ("milestone",):
            operation.log_milestone(code=f"m{operation.version}", title="Visite", **entry("2010"))


def emptied(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as db:
        for (statement,) in db.execute(EMPTY).fetchall():
            db.execute(statement)
        db.execute("UPDATE projection SET position = 0, error = NULL")


@pytest.fixture
def ledgers(database_url: str) -> Any:
    ledger = Ledger(database_url, authority=AUTHORITY)
    yield ledger
    ledger.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, limit=st.integers(1, 7))
def test_any_history(ledgers, database_url, history, limit):
    emptied(database_url)
    operations = planned("A"), planned("B", theme="mining")
    record(ledgers, *operations)
    for number, what in history:
        try:
            act(operations[number], what)
        except Refusal:
            continue
        record(ledgers, operations[number])
    with psycopg.connect(database_url, autocommit=True) as db:
        ahead = Pass(db, [Timeline(), Commitments(), Portfolio(), Access()])
        while ahead.step(limit):
            pass
        sums_are_those_of_the_movements(db.cursor(), operations)
        what_stands_adds_up(db.cursor(), operations)
        the_past_stays_what_was_known(db.cursor())
    rows = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == rows


def sums_are_those_of_the_movements(cursor: Any, operations: tuple[Operation, ...]) -> None:
    expected: dict[tuple[str, str, str | None], list[Any]] = defaultdict(list)
    shares: dict[str, list[int]] = {partner: [0, 0, 0] for partner in PARTNERS}
    for operation in operations:
        found = operation.money.movements
        for each in found:
            year = str(each.on.year)
            for slice in (("all", None), ("year", year), ("theme", operation.theme), ("programme", each.programme)):
                expected[each.partner, *slice].append(each)
        whole = figures(found).committed_cents
        for partner in {each.partner for each in found}:
            own = figures(each for each in found if each.partner == partner).committed_cents
            shares[partner][0] += 1
            shares[partner][1] += whole if own else 0
            shares[partner][2] += own
    query = """
        SELECT partner, dimension, key, allocated_cents, committed_cents, paid_cents, loans_cents FROM commitments.total
    """
    stored = {row[:3]: Figures(*row[3:]) for row in cursor.execute(query)}
    assert stored == {slice: figures(movements) for slice, movements in expected.items()}
    query = "SELECT partner, operations, all_partners_cents, own_cents FROM commitments.leverage"
    levers = {row[0]: list(row[1:]) for row in cursor.execute(query)}
    assert levers == {partner: share for partner, share in shares.items() if partner in levers}
    assert all(share == [0, 0, 0] for partner, share in shares.items() if partner not in levers)
    for partner in PARTNERS:
        lines = commitments.lines(cursor, partner)
        assert (
            sum(line.committed_cents for line in lines if line.instrument != "loan")
            == figures(expected[partner, "all", None]).committed_cents
        )


def what_stands_adds_up(cursor: Any, operations: tuple[Operation, ...]) -> None:
    """The entries that nothing voids say the money of the operation, each amount once."""
    query = """
        SELECT partner, amount_cents, "on" FROM timeline.entry
        WHERE until IS NULL AND voided_by IS NULL AND amount_cents IS NOT NULL AND reference = %s ORDER BY 1, 2, 3
    """
    for operation in operations:
        told = cursor.execute(query, (operation.reference,)).fetchall()
        movements = operation.money.movements
        assert told == sorted((each.partner, each.amount_cents, each.on.text) for each in movements)


def the_past_stays_what_was_known(cursor: Any) -> None:
    """At each position, the rows of that time are those that the operation of that time would have."""
    read, records = PlainMapper().to_domain_event, {}
    query = "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events ORDER BY 1"
    moved = f"SELECT {columns(MovementRow, 'm')} FROM commitments.movement AS m"
    said = f"SELECT {columns(EntryRow, 'e')} FROM timeline.entry AS e"
    movements, entries = select(cursor, MovementRow, moved, ()), select(cursor, EntryRow, said, ())
    for position, *stored in cursor.execute(query).fetchall():
        event = read(StoredEvent(*stored))
        record = records[event.originator_id] = event.mutate(records.get(event.originator_id))
        if not isinstance(record, Operation):
            continue

        def known(row: Any, position: int = position, reference: str = record.reference) -> bool:
            return row.reference == reference and row.position <= position and not (row.until and row.until <= position)

        assert sorted(
            (row.version, row.nth, row.partner, row.amount_cents, row.on, row.theme) for row in movements if known(row)
        ) == sorted(
            (each.version, 0, each.partner, each.amount_cents, each.on.text, record.theme)
            for each in record.money.movements
        )
        assert sorted(row.version for row in entries if known(row)) == list(range(1, record.version + 1))
        assert sorted(
            (row.partner, row.amount_cents)
            for row in entries
            if known(row) and row.amount_cents is not None and row.voided_by is None
        ) == sorted((each.partner, each.amount_cents) for each in record.money.movements)
