"""Agreements: their amendments, and what partners set aside against what they commit, whatever came first."""

from itertools import permutations
from typing import Any

import pytest

from domain.amending import Reschedule, Transfer, amend, void_amendment
from projections import portfolio
from tests.story import ARCHIVE, allocated, committed, day, entry, planned, signed

ALLOCATION = {"partner": "anru", "instrument": "grant"}


def read(cursor: Any) -> portfolio.AgreementRow:
    row = portfolio.agreement(cursor, "PNRU-2008")
    assert row is not None
    return row


def test_amendments_say_what_they_changed_and_when_they_were_signed(told, cursor):
    agreement = signed()
    first, second = planned("A", agreement=agreement), planned("B", agreement=agreement)
    change = Reschedule(operation="B", delivers_on=day("2014"), reason="Fouilles")
    amend(agreement, [first, second], number=1, title="Calendrier", changes=[change], **entry("2010-03"))
    amend(agreement, [first, second], number=3, **entry("2011"))
    told(agreement, first, second)
    assert read(cursor).amendments == [
        {"number": 1, "title": "Calendrier", "signed_on": "2010-03", "operations": ["B"]},
        {"number": 3, "title": None, "signed_on": "2011", "operations": []},
    ]
    void_amendment(agreement, [first, second], number=1, **entry("2012", reason="Non signé"))
    told(agreement, first, second)
    assert [each["number"] for each in read(cursor).amendments] == [3]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_commitments_above_what_is_set_aside_are_found_in_whatever_order_they_are_told(told, cursor, order):
    agreement = signed()
    first, second = planned("A", agreement=agreement), planned("B", agreement=agreement)
    told(agreement, first, second)
    agreement.allocate(amount_cents=100_00, **ALLOCATION, **entry("2008-06"))
    committed(first, 70_00)
    committed(second, 50_00)
    for number in order:
        told((agreement, first, second)[number])
    (flag,) = read(cursor).above_allocation
    assert (flag.partner, flag.allocated_cents, flag.committed_cents, flag.excess_cents) == (
        "anru",
        100_00,
        120_00,
        20_00,
    )


def test_nothing_is_flagged_once_it_is_given_up_or_leaves_the_agreement(told, cursor):
    agreement = signed(programme="PNRU")
    agreement.allocate(amount_cents=100_00, **ALLOCATION, **entry("2008-06"))
    first, second = (planned(name, agreement=agreement, programme="PNRU") for name in "AB")
    committed(first, 70_00)
    committed(second, 50_00)
    told(agreement, first, second)
    assert len(read(cursor).above_allocation) == 1
    first.decommit(line="L1", amount_cents=20_00, **entry("2010", reason="Reliquat"))
    told(first)
    assert read(cursor).above_allocation == ()
    first.revise_commitment(line="L1", amount_cents=70_00, **entry("2011", reason="Indexation"))
    told(first)
    assert len(read(cursor).above_allocation) == 1
    second.detach(**entry("2012", reason="Autre cadre"))
    told(second)
    row = read(cursor)
    assert (row.operations, row.above_allocation, row.committed["anru"].committed_cents) == (["A"], (), 70_00)


def test_a_transfer_within_the_agreement_changes_nothing_of_its_sums(told, cursor):
    agreement = signed()
    agreement.allocate(amount_cents=200_00, **ALLOCATION, **entry("2008-06"))
    first, second = planned("A", agreement=agreement), planned("B", agreement=agreement)
    committed(first, 100_00)
    committed(second, 100_00)
    told(agreement, first, second)
    before = read(cursor)
    change = Transfer(from_operation="A", from_line="L1", to_operation="B", to_line="L1", amount_cents=40_00)
    told(*amend(agreement, [first, second], number=1, changes=[change], **entry("2010")))
    after = read(cursor)
    assert (after.committed, after.set_aside) == (before.committed, before.set_aside)
    assert after.committed["anru"].committed_cents == 200_00


def test_loans_and_what_operations_set_aside_themselves_are_no_part_of_it(told, cursor):
    agreement = signed()
    agreement.allocate(amount_cents=100_00, **ALLOCATION, **entry("2008-06"))
    agreement.allocate(partner="cdc", instrument="loan", amount_cents=10_00, **entry("2008-06"))
    operation = planned("A", agreement=agreement)
    committed(operation, 100_00)
    committed(operation, 500_00, instrument="loan", partner="cdc")
    committed(operation, 30_00, partner="region")
    allocated(operation, 900_00)
    operation.pay(line="L1", kind="interim", amount_cents=20_00, external_ref="V", **entry(None, by=ARCHIVE))
    told(agreement, operation)
    row = read(cursor)
    assert row.above_allocation == ()
    assert {partner: each.allocated_cents for partner, each in row.set_aside.items()} == {"anru": 100_00, "cdc": 0}
    assert (row.committed["anru"].paid_cents, row.committed["cdc"].loans_cents) == (20_00, 500_00)
    assert list(row.committed) == ["anru", "cdc", "region"]
