"""What no single aggregate can know is flagged with its figures, never refused."""

from collections import defaultdict

from domain.flags import CommittedAboveAllocation, committed_above_allocation
from domain.money import figures
from tests.story import committed, entry, planned, signed


def by_partner(*records):
    """The figures of these records' lines, by partner."""
    movements = defaultdict(list)
    for record in records:
        for movement in record.money.movements:
            movements[movement.partner].append(movement)
    return {partner: figures(each) for partner, each in movements.items()}


def framed(amount_cents, *commitments, instrument="grant"):
    """An agreement to which ANRU allocates an amount, and operations of it with one commitment each; the flags."""
    agreement = signed()
    agreement.allocate(partner="anru", instrument="grant", amount_cents=amount_cents, **entry("2008-06"))
    operations = [planned(f"OP-{n}", agreement=agreement) for n, _ in enumerate(commitments)]
    for operation, cents in zip(operations, commitments, strict=True):
        committed(operation, cents, instrument=instrument)
    return committed_above_allocation(by_partner(agreement), by_partner(*operations))


def test_commitments_within_the_allocation_raise_no_flag():
    assert framed(100_00, 60_00, 40_00) == ()


def test_commitments_above_the_allocation_are_flagged_with_the_figures():
    (flag,) = framed(100_00, 60_00, 40_01)
    assert flag == CommittedAboveAllocation("anru", allocated_cents=100_00, committed_cents=100_01)
    assert flag.excess_cents == 1
    assert flag.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "anru a engagé 100,01 € sur les opérations de la convention, 0,01 € de plus que les 100 € affectés."
    )


def test_a_loan_is_not_held_against_a_ceiling_of_grants():
    assert framed(100_00, 200_00, instrument="loan") == ()


def test_a_partner_that_set_nothing_aside_has_no_ceiling():
    operation = planned()
    committed(operation, partner="region")
    assert committed_above_allocation({}, by_partner(operation)) == ()
