"""What becomes of money once it is decided: revised, given up, moved, paid, given back; rows, sums and lines follow."""

from typing import Any

from domain.amending import Transfer, amend, void_amendment
from domain.money import Instalment
from domain.operation import Operation
from domain.partner import Partner
from projections import commitments, timeline
from projections.commitments import MovementRow
from projections.projection import columns, select
from tests.story import ARCHIVE, AUTHORITY, allocated, committed, entry, planned, signed

ANRU = {"authority": AUTHORITY, "code": "anru", "name": "ANRU", "kind": "state_anru"}


def anru() -> Partner:
    return Partner.register(**ANRU, **entry("2008-01-01"))


def paid() -> Operation:
    """Committed in 2008, paid by advance and by two instalments, of which a part went back."""
    operation = planned()
    committed(operation, 100_00, scheme="FEDER")
    operation.pay(line="L1", kind="advance", amount_cents=10_00, external_ref="V-1", **entry("2008-05"))
    operation.pay(line="L1", kind="interim", amount_cents=30_00, external_ref="V-2", **entry("2009-05"))
    operation.pay(line="L1", kind="interim", amount_cents=20_00, external_ref="V-3", **entry("2010-05"))
    operation.repay(line="L1", amount_cents=5_00, **entry("2011", reason="Trop-perçu"))
    return operation


def movements(cursor: Any) -> list[tuple[Any, ...]]:
    """Those that stand, as (version, level, kind, amount, year)."""
    query = f"SELECT {columns(MovementRow, 'm')} FROM commitments.movement AS m WHERE until IS NULL ORDER BY 1, 2, 3"
    rows = select(cursor, MovementRow, query, ())
    return [(row.version, row.level, row.kind, row.amount_cents, row.year) for row in rows]


def by(cursor: Any, dimension: Any) -> dict[str | None, tuple[int, int, int]]:
    """Allocated, committed and paid by ANRU."""
    rows = commitments.totals(cursor, ["anru"])["anru"][dimension]
    return {row.key: (row.allocated_cents, row.committed_cents, row.paid_cents) for row in rows}


def payments(row: Any) -> tuple[int, ...]:
    return row.advance_cents, row.interim_cents, row.balance_cents, row.repaid_cents


def test_what_is_revised_given_up_or_taken_back_counts_in_the_year_of_its_own_date(told, cursor):
    operation = planned()
    allocated(operation, 90_00, on="2008")
    committed(operation, 50_00, on="2009")
    operation.revise_commitment(line="L2", amount_cents=70_00, **entry("2010", reason="Indexation"))
    operation.decommit(line="L2", amount_cents=30_00, **entry("2011", reason="Reliquat"))
    operation.take_back(line="L1", amount_cents=40_00, **entry("2012", reason="Reliquat"))
    told(anru(), operation)
    assert movements(cursor) == [
        (2, "allocated", None, 90_00, 2008),
        (3, "committed", None, 50_00, 2009),
        (4, "committed", None, 20_00, 2010),
        (5, "committed", None, -30_00, 2011),
        (6, "allocated", None, -40_00, 2012),
    ]
    assert by(cursor, "all") == {None: (50_00, 40_00, 0)}
    assert by(cursor, "year") == {
        "2008": (90_00, 0, 0),
        "2009": (0, 50_00, 0),
        "2010": (0, 20_00, 0),
        "2011": (0, -30_00, 0),
        "2012": (-40_00, 0, 0),
    }


def test_payments_go_by_kind_and_what_goes_back_is_apart(told, cursor):
    told(anru(), paid())
    assert movements(cursor)[1:] == [
        (3, "paid", "advance", 10_00, 2008),
        (4, "paid", "interim", 30_00, 2009),
        (5, "paid", "interim", 20_00, 2010),
        (6, "paid", "repayment", -5_00, 2011),
    ]
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (found.paid_cents, *payments(found)) == (55_00, 10_00, 50_00, 0, 5_00)
    assert found.figures.to_pay_cents == 45_00
    assert by(cursor, "year")["2011"] == (0, 0, -5_00)


def test_a_balance_is_a_kind_of_its_own(told, cursor):
    operation = paid()
    operation.deliver(**entry("2012", reason="Début inconnu"))
    operation.pay(line="L1", kind="balance", amount_cents=45_00, external_ref="V-4", **entry("2013"))
    told(anru(), operation)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (payments(found), found.figures.to_pay_cents) == ((10_00, 50_00, 45_00, 5_00), 0)


def test_money_goes_by_the_partner_s_budget_line(told, cursor):
    other = planned("B")
    committed(other, 40_00, scheme="DETR")
    committed(other, 3_00)
    told(anru(), paid(), other)
    assert by(cursor, "scheme") == {"DETR": (0, 40_00, 0), "FEDER": (0, 100_00, 55_00), None: (0, 3_00, 0)}


def test_a_loan_that_is_paid_stands_on_its_line_and_in_no_total(told, cursor):
    operation = planned()
    committed(operation, 100_00, instrument="loan")
    operation.pay(line="L1", kind="interim", amount_cents=30_00, external_ref="V-1", **entry("2009"))
    told(anru(), operation)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (found.loans_cents, found.paid_cents, payments(found)) == (100_00, 0, (0, 0, 0, 0))
    (line,) = commitments.lines(cursor, "anru")
    assert (line.paid_cents, line.to_pay_cents, payments(line)) == (30_00, 70_00, (0, 30_00, 0, 0))


def test_a_line_shows_what_is_left_of_it_and_its_payment_credits(told, cursor):
    operation = paid()
    operation.decommit(line="L1", amount_cents=20_00, **entry("2012", reason="Reliquat"))
    schedule = (Instalment(2008, 10_00), Instalment(2009, 30_00), Instalment(2010, 40_00))
    operation.revise_schedule(line="L1", schedule=schedule, **entry("2012", reason="Loi de finances"))
    committed(operation, 7_00)
    told(operation)
    first, second = commitments.lines(cursor, "anru")
    assert (first.committed_cents, first.paid_cents, first.to_pay_cents) == (80_00, 55_00, 25_00)
    assert (payments(first), first.on) == ((10_00, 50_00, 0, 5_00), "2008-03")
    assert {each["year"]: each["amount_cents"] for each in first.schedule} == {2008: 10_00, 2009: 30_00, 2010: 40_00}
    assert second.schedule == []


def test_a_voided_schedule_leaves_the_one_before(told, cursor):
    operation = planned()
    committed(operation, 50_00, schedule=(Instalment(2009, 50_00),))
    told(operation)
    operation.revise_schedule(line="L1", schedule=(Instalment(2010, 50_00),), **entry("2009", reason="Retard"))
    told(operation)
    assert [line.schedule for line in commitments.lines(cursor, "anru")] == [[{"year": 2010, "amount_cents": 50_00}]]
    operation.void(target=3, **entry("2010", reason="Erreur"))
    told(operation)
    assert [line.schedule for line in commitments.lines(cursor, "anru")] == [[{"year": 2009, "amount_cents": 50_00}]]


def test_a_payment_recorded_in_error_leaves_nothing_in_the_sums(told, cursor):
    operation = paid()
    told(anru(), operation)
    operation.void(target=5, **entry("2012", reason="Versée sur une autre opération"))
    told(operation)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (found.paid_cents, payments(found)) == (35_00, (10_00, 30_00, 0, 5_00))
    assert "2010" not in by(cursor, "year")


def test_a_payment_whose_kind_was_wrong_moves_from_one_kind_to_the_other(told, cursor):
    operation = paid()
    told(anru(), operation)
    operation.correct(target=3, changes={"kind": "interim"}, **entry("2012", reason="Une faute"))
    told(operation)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (found.paid_cents, payments(found)) == (55_00, (0, 60_00, 0, 5_00))


def test_a_commitment_under_another_partner_takes_its_payments_along(told, cursor):
    operation = paid()
    told(anru(), Partner.register(**ANRU | {"code": "region", "kind": "region"}, **entry("2008")), operation)
    operation.correct(target=2, changes={"partner": "region"}, **entry("2012", reason="Une faute"))
    told(operation)
    assert by(cursor, "all") == {}
    found = commitments.partner(cursor, "region")
    assert found is not None
    assert (found.committed_cents, found.paid_cents, payments(found)) == (100_00, 55_00, (10_00, 50_00, 0, 5_00))


def test_an_undated_payment_stands_under_no_year(told, cursor):
    operation = planned()
    committed(operation, 100_00)
    operation.pay(line="L1", kind="interim", amount_cents=30_00, external_ref="V-1", **entry(None, by=ARCHIVE))
    told(anru(), operation)
    assert by(cursor, "year") == {"2008": (0, 100_00, 0), None: (0, 0, 30_00)}


def transferred() -> tuple[Any, ...]:
    """Two operations of an agreement, and 40 € that an amendment moves from the one to the other."""
    agreement = signed()
    first, second = (planned(name, agreement=agreement, on="2008-07") for name in "AB")
    for operation in (first, second):
        committed(operation, 100_00, on="2008-08")
    change = Transfer(from_operation="A", from_line="L1", to_operation="B", to_line="L1", amount_cents=40_00)
    amend(agreement, [first, second], number=1, changes=[change], **entry("2010"))
    return agreement, first, second


def test_a_transfer_leaves_one_operation_and_arrives_at_the_other(told, cursor):
    agreement, first, second = transferred()
    told(anru(), agreement, first, second)
    lines = {line.reference: line.committed_cents for line in commitments.lines(cursor, "anru")}
    assert lines == {"A": 60_00, "B": 140_00}
    assert by(cursor, "year") == {"2008": (0, 200_00, 0), "2010": (0, 0, 0)}
    void_amendment(agreement, [first, second], number=1, **entry("2011", reason="Non signé"))
    told(agreement, first, second)
    lines = {line.reference: line.committed_cents for line in commitments.lines(cursor, "anru")}
    assert (lines, by(cursor, "year")) == ({"A": 100_00, "B": 100_00}, {"2008": (0, 200_00, 0)})


def told_of(cursor: Any, reference: str) -> dict[str, tuple[str | None, int | None]]:
    """The last entry of each kind: partner and signed amount."""
    return {row.kind: (row.partner, row.amount_cents) for row in timeline.entries(cursor, "operation", reference)}


def test_a_timeline_shows_whose_money_an_entry_moves_and_which_way(told, cursor):
    agreement, first, second = transferred()
    first.decommit(line="L1", amount_cents=10_00, **entry("2011", reason="Reliquat"))
    first.pay(line="L1", kind="interim", amount_cents=20_00, external_ref="V-1", **entry("2011"))
    first.repay(line="L1", amount_cents=5_00, **entry("2011", reason="Trop-perçu"))
    first.revise_commitment(line="L1", amount_cents=30_00, **entry("2012", reason="Avenant"))
    first.request_payment(line="L1", kind="interim", amount_cents=15_00, **entry("2012"))
    allocated(first, 10_00, on="2012", partner="region")
    first.take_back(line="L2", amount_cents=10_00, **entry("2012", reason="Reliquat"))
    told(agreement, first, second)
    shown = told_of(cursor, "A")
    assert shown["funding_transferred"] == ("anru", -40_00)
    assert shown["funding_decommitted"] == ("anru", -10_00)
    assert shown["payment_recorded"] == ("anru", 20_00)
    assert shown["repayment_recorded"] == ("anru", -5_00)
    assert shown["funding_revised"] == ("anru", -20_00)
    assert shown["allocation_taken_back"] == ("region", -10_00)
    assert shown["payment_requested"] == (None, None)
    assert told_of(cursor, "B")["funding_transferred"] == ("anru", 40_00)


def test_a_revision_moves_less_once_the_commitment_before_it_was_put_right(told, cursor):
    operation = planned()
    committed(operation, 50_00)
    operation.revise_commitment(line="L1", amount_cents=70_00, **entry("2010", reason="Indexation"))
    told(anru(), operation)
    operation.correct(target=2, changes={"amount_cents": 60_00}, **entry("2012", reason="Une faute"))
    told(operation)
    assert told_of(cursor, operation.reference)["funding_revised"] == ("anru", 10_00)
    assert by(cursor, "year") == {"2008": (0, 60_00, 0), "2010": (0, 10_00, 0)}
