"""Whatever is recorded, in whatever order: sums are those of the movements, and the past stays what was known of it."""

from collections import defaultdict
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from domain.agreement import Agreement
from domain.amending import Transfer, amend, void_amendment
from domain.dated import as_true_on
from domain.errors import Refusal
from domain.events import Planned
from domain.ledger import Ledger
from domain.ledger.mapper import PlainMapper
from domain.money import Figures, Instalment, figures, payments
from domain.operation import Operation
from domain.record import Record
from projections import PROJECTIONS, commitments, past, past_totals, portfolio, sums, timeline
from projections.commitments import MovementRow
from projections.heads import HeadRow
from projections.moments import Moment
from projections.passing import Pass
from projections.projection import columns, select
from projections.rebuild import rebuild
from projections.steps import next_due
from projections.timeline import EntryRow
from projections.totals import PartnerRow
from tests.conftest import EMPTY
from tests.projections.rows import everything, record
from tests.story import AUTHORITY, allocated, committed, entry, planned, signed

PARTNERS = ("anru", "region", "cavm")
YEARS = ("2008", "2009")
SCHEMES = ("FEDER", "DETR", None)

amounts = st.integers(1, 9)
partners = st.sampled_from(PARTNERS)
years = st.sampled_from(YEARS)
schemes = st.sampled_from(SCHEMES)
lines = st.sampled_from(["L1", "L2", "L3"])
versions = st.integers(2, 10)
changes = st.one_of(
    st.fixed_dictionaries({"amount_cents": amounts}),
    st.fixed_dictionaries({"partner": partners}),
    st.fixed_dictionaries({"on": years}),
    st.fixed_dictionaries({"scheme": schemes}),
    st.fixed_dictionaries({"kind": st.sampled_from(["advance", "interim"])}),
    st.fixed_dictionaries({"theme": st.sampled_from(["mining", "tramway"])}),
)
acts = st.one_of(
    st.tuples(st.just("commit"), partners, amounts, years, st.sampled_from(["grant", "loan"]), schemes),
    st.tuples(st.just("allocate"), partners, amounts, years),
    st.tuples(st.just("correct"), versions, changes),
    st.tuples(st.just("void"), versions),
    st.tuples(st.just("milestone")),
    st.tuples(st.sampled_from(["revise", "decommit", "take back", "repay"]), lines, amounts, years),
    st.tuples(st.just("pay"), lines, amounts, years, st.sampled_from(["advance", "interim", "balance"])),
    st.tuples(st.just("credits"), lines),
    st.tuples(st.just("deliver")),
    st.tuples(st.just("transfer"), lines, amounts, years),
    st.tuples(st.just("void amendment"), st.integers(1, 2)),
)
histories = st.lists(st.tuples(st.integers(0, 1), acts), max_size=30)


def act(operation: Operation, what: Any) -> None:
    """Do it, unless the ledger refuses."""
    match what:
        case "commit", partner, amount, year, instrument, scheme:
            committed(operation, amount, partner=partner, on=year, instrument=instrument, scheme=scheme)
        case "allocate", partner, amount, year:
            allocated(operation, amount, partner=partner, on=year)
        case "correct", version, changed:
            operation.correct(target=version, changes=changed, **entry("2013", reason="Une faute"))
        case "void", version:
            operation.void(target=version, **entry("2013", reason="Annulée"))
        case ("milestone",):
            operation.log_milestone(code=f"m{operation.version}", title="Visite", **entry("2010"))
        case "revise", line, amount, year:
            operation.revise_commitment(line=line, amount_cents=amount + 12, **entry(year, reason="Avenant"))
        case "decommit", line, amount, year:
            operation.decommit(line=line, amount_cents=amount, **entry(year, reason="Reliquat"))
        case "take back", line, amount, year:
            operation.take_back(line=line, amount_cents=amount, **entry(year, reason="Reliquat"))
        case "pay", line, amount, year, kind:
            reference = f"V-{operation.version}"
            operation.pay(line=line, kind=kind, amount_cents=amount, external_ref=reference, **entry(year))
        case "repay", line, amount, year:
            operation.repay(line=line, amount_cents=amount, **entry(year, reason="Trop-perçu"))
        case "credits", line:
            known = operation.money.lines.get(line)
            credits = (Instalment(2009, known.committed_cents if known else 1),)
            operation.revise_schedule(line=line, schedule=credits, **entry("2009", reason="Loi de finances"))
        case ("deliver",):
            operation.deliver(**entry("2008", reason="Début inconnu"))


def amending(agreement: Agreement, operations: list[Operation], number: int, what: Any) -> tuple[Record, ...]:
    """Transfer money from one operation to the other, or undo that, whole."""
    match what:
        case "transfer", line, amount, year:
            change = Transfer(
                from_operation=operations[number].reference,
                from_line=line,
                to_operation=operations[1 - number].reference,
                to_line=line,
                amount_cents=amount,
            )
            last = max(agreement.amendments, default=0)
            return amend(agreement, operations, number=last + 1, changes=[change], **entry(year))
        case "void amendment", amendment:
            return void_amendment(agreement, operations, number=amendment, **entry("2013", reason="Annulé"))
    raise AssertionError(what)


def funded(reference: str, agreement: Agreement, **facts: Any) -> Operation:
    """An operation with a line of each kind, so that there is something to revise, to pay back and to transfer."""
    operation = planned(reference, agreement=agreement, **facts)
    committed(operation, 20, on="2008", scheme="FEDER")
    committed(operation, 20, on="2008", partner="region", instrument="loan")
    allocated(operation, 40, on="2008")
    operation.pay(line="L1", kind="interim", amount_cents=8, external_ref="V-1", **entry("2008"))
    operation.repay(line="L1", amount_cents=1, **entry("2009", reason="Trop-perçu"))
    return operation


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
    agreement = signed(on="2008")
    operations = [funded("A", agreement), funded("B", agreement, theme="mining")]
    record(ledgers, agreement, *operations)
    for number, what in history:
        try:
            if what[0] in ("transfer", "void amendment"):
                # What a refusal leaves behind is thrown away, as a loaded aggregate is.
                copies = deepcopy((agreement, operations))
                record(ledgers, *amending(*copies, number, what))
                agreement, operations = copies
            else:
                act(operations[number], what)
                record(ledgers, operations[number])
        except Refusal:
            continue
    with psycopg.connect(database_url, autocommit=True) as db:
        ahead = Pass(db, [make() for make in PROJECTIONS])
        while ahead.step(limit):
            pass
        sums_are_those_of_the_movements(db.cursor(), operations)
        the_agreement_adds_up(db.cursor(), agreement, operations)
        what_stands_adds_up(db.cursor(), operations)
        the_past_stays_what_was_known(db.cursor())
        the_past_is_read_as_it_was(db.cursor())
    rows = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == rows


def sums_are_those_of_the_movements(cursor: Any, operations: list[Operation]) -> None:
    expected: dict[tuple[str, str, str | None], list[Any]] = defaultdict(list)
    shares: dict[str, list[int]] = {partner: [0, 0, 0] for partner in PARTNERS}
    for operation in operations:
        found = operation.money.movements
        for each in found:
            year = str(each.on.year)
            keys = {"all": None, "year": year, "theme": operation.theme, "programme": each.programme}
            for slice in (keys | {"scheme": each.scheme}).items():
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
    query = """
        SELECT partner, dimension, key, advance_cents, interim_cents, balance_cents, repaid_cents FROM commitments.total
    """
    kinds: Any = ("advance", "interim", "balance", "repayment")
    for *slice, advance, interim, balance, repaid in cursor.execute(query):
        paid = payments(expected[tuple(slice)])
        assert [advance, interim, balance, repaid] == [paid.get(kind, 0) for kind in kinds]
    query = "SELECT partner, operations, all_partners_cents, own_cents FROM commitments.leverage"
    levers = {row[0]: list(row[1:]) for row in cursor.execute(query)}
    assert levers == {partner: share for partner, share in shares.items() if partner in levers}
    assert all(share == [0, 0, 0] for partner, share in shares.items() if partner not in levers)
    for partner in PARTNERS:
        found, total = commitments.lines(cursor, partner), figures(expected[partner, "all", None])
        grants = [line for line in found if line.instrument != "loan"]
        assert sum(line.committed_cents for line in grants) == total.committed_cents
        assert sum(line.paid_cents for line in grants) == total.paid_cents
        for row in found:
            (operation,) = (each for each in operations if each.reference == row.reference)
            line = operation.money.lines[row.line]
            assert (row.committed_cents, row.paid_cents) == (line.committed_cents, line.paid_cents)
            assert row.paid_cents == row.advance_cents + row.interim_cents + row.balance_cents - row.repaid_cents
            assert [(each["year"], each["amount_cents"]) for each in row.schedule] == [
                (each.year, each.amount_cents) for each in line.schedule
            ]


def the_agreement_adds_up(cursor: Any, agreement: Agreement, operations: list[Operation]) -> None:
    """What an agreement shows of its operations is what their movements say."""
    row = portfolio.agreement(cursor, agreement.reference)
    moved = [each for operation in operations for each in operation.money.movements]
    assert row is not None
    assert row.committed == {
        partner: figures(each for each in moved if each.partner == partner)
        for partner in {each.partner for each in moved}
    }
    assert [each["number"] for each in row.amendments] == sorted(agreement.amendments)


def what_stands_adds_up(cursor: Any, operations: list[Operation]) -> None:
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


DAYS = [date(2007, 12, 31), date(2008, 2, 29), date(2008, 12, 31), date(2009, 12, 31), date(2013, 12, 31), date.max]


def the_past_is_read_as_it_was(cursor: Any) -> None:
    """At every position and on several days, dated rows say what a fold of the entries of then says."""
    read, known = PlainMapper().to_domain_event, defaultdict(list)
    query = "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events ORDER BY 1"
    heads = [
        (HeadRow(**{**asdict(row), "outputs": None, "planned_outputs": None}), row.phase)
        for row in select(cursor, HeadRow, f"SELECT {columns(HeadRow, 'h')} FROM portfolio.head AS h", ())
    ]
    ledger = cursor.execute(query).fetchall()
    cuts = {ledger[place][0] for place in (len(ledger) // 3, 2 * len(ledger) // 3, len(ledger) - 1)}
    for position, *stored in ledger:
        event = read(StoredEvent(*stored))
        known[event.originator_id].append(event)
        for day in DAYS:
            expected = {}
            for entries in known.values():
                if isinstance(entries[0], Planned) and (operation := as_true_on(entries, day)):
                    expected[operation.reference] = operation
            standing = {
                row.reference: (row.title, phase, row.theme, row.due_on, list(row.communes))
                for row, phase in sorted(heads, key=lambda each: each[0].true_from)
                if row.position <= position and not (row.until and row.until <= position) and row.true_from <= day
            }
            assert standing == {
                name: (each.title, each.phase, each.theme, next_due(each, each.starts_on, each.delivers_on), ["59014"])
                for name, each in expected.items()
            }
            if position in cuts:
                what_is_read_is_what_was(cursor, Moment(position, day, date(2026, 11, 22), looks_back=True), expected)


def what_is_read_is_what_was(cursor: Any, at: Moment, expected: dict[str, Operation]) -> None:
    """Lists, sums, lines and timelines of a moment. expected: the operations of then, by reference."""
    wanted = portfolio.wanted(today=at.day)
    assert sums.references_at(cursor, wanted | {"after": "", "limit": 9}, at) == sorted(expected)
    moved = [movement for operation in expected.values() for movement in operation.money.movements]
    row, whole = sums.sums_at(cursor, wanted, at), figures(moved)
    assert (row.operations, row.in_full) == (len(expected), len(expected))
    assert Figures(row.allocated_cents, row.committed_cents, row.paid_cents, row.loans_cents) == whole
    for name, then in past.operations(cursor, AUTHORITY, ["A", "B"], at).items():
        assert then.happened == (name in expected)
        if then.happened:
            assert portfolio.row(then.operation, 0) == portfolio.row(expected[name], 0)
        told = timeline.entries_at(cursor, "operation", name, at)
        assert sorted(
            (each.partner, each.amount_cents, each.on) for each in told if each.amount_cents and not each.voided_by
        ) == sorted((each.partner, each.amount_cents, each.on.text) for each in then.operation.money.movements)
    for partner in PARTNERS:
        own = [each for each in moved if each.partner == partner]
        nobody: Any = PartnerRow(**dict.fromkeys(PartnerRow.__dataclass_fields__))
        summed, slices = past_totals.partner_at(cursor, replace(nobody, code=partner), at)
        assert summed.figures == figures(own)
        assert {each.key: each.figures for each in slices["year"]} == {
            str(year): figures(each for each in own if each.on.year == year) for year in {each.on.year for each in own}
        }
        assert (summed.operations, summed.all_partners_cents, summed.own_cents) == levers(expected, partner)
        lines = past_totals.lines(cursor, AUTHORITY, partner, at, limit=99)
        assert {(each.reference, each.line): (each.committed_cents, each.paid_cents) for each in lines} == {
            (name, line.code): (line.committed_cents, line.paid_cents)
            for name, operation in expected.items()
            for line in operation.money.lines.values()
            if line.partner == partner
        }


def levers(operations: dict[str, Operation], partner: str) -> tuple[int, int, int]:
    """Where a partner has a line; what all, and it alone, commit where it has committed anything."""
    count = everybody = alone = 0
    for operation in operations.values():
        of_partner = [each for each in operation.money.movements if each.partner == partner]
        count += bool(of_partner)
        if (own := figures(of_partner).committed_cents) > 0:
            everybody, alone = everybody + operation.money.figures.committed_cents, alone + own
    return count, everybody, alone
