"""The close-out: accounts are settled, and afterwards entries are only put right."""

import pytest

from domain.errors import (
    AlreadyClosed,
    AmountNotPositive,
    ClosedBeforeEnd,
    EntriesInTheWay,
    FinalCostDiffers,
    LinesUnsettled,
    NotEnded,
)
from domain.events import Closed
from tests.story import (
    ANZIN,
    ARCHIVE,
    abandoned,
    allocated,
    committed,
    day,
    delivered,
    entry,
    given,
    new_events,
    refused,
    started,
)


def settled(**facts):
    """A delivered operation whose only line is paid. Five entries."""
    operation = delivered("2013-06-30", **facts)
    operation.pay(line="L1", kind="balance", amount_cents=100_00, external_ref="M1", **entry("2014"))
    return operation


def closed(**facts):
    """A settled operation, closed in 2015. Six entries."""
    operation = settled(**facts)
    operation.close(final_cost_cents=100_00, **entry("2015"))
    return operation


def test_a_settled_operation_is_closed():
    operation = given(settled(cost_cents=100_00))
    operation.close(final_cost_cents=100_00, **entry("2015-03-31"))
    (event,) = new_events(operation)
    assert isinstance(event, Closed)
    assert (operation.phase, operation.closed_on, operation.final_cost_cents) == ("closed", day("2015-03-31"), 100_00)


def test_an_operation_ends_before_it_is_closed():
    operation = given(started())
    with refused(NotEnded, operation):
        operation.close(final_cost_cents=1, **entry("2015"))


def test_a_close_out_does_not_certainly_precede_the_end():
    operation = given(settled())
    with refused(ClosedBeforeEnd, operation):
        operation.close(final_cost_cents=100_00, **entry("2013-05"))


def test_every_commitment_is_paid_or_given_up_loans_too():
    operation = settled()
    committed(operation, 50_00, partner="region", on="2014")
    committed(operation, 45_00, instrument="loan", on="2014")
    with refused(LinesUnsettled, given(operation)) as refusal:
        operation.close(final_cost_cents=100_00, **entry("2015"))
    assert refusal.value.values == {"lines": ["L2", "L3"]}
    operation.decommit(line="L2", amount_cents=50_00, **entry("2015", reason="Reliquat"))
    operation.pay(line="L3", kind="interim", amount_cents=45_00, external_ref="P1", **entry("2015"))
    operation.close(final_cost_cents=100_00, **entry("2015"))


def test_an_allocation_that_was_never_committed_stands_in_no_ones_way():
    operation = settled()
    allocated(operation, 50_00, partner="region")
    operation.close(final_cost_cents=100_00, **entry("2015"))
    assert operation.phase == "closed"


def test_another_final_cost_than_the_cost_has_a_reason():
    operation = given(settled(cost_cents=100_00))
    with refused(FinalCostDiffers, operation) as refusal:
        operation.close(final_cost_cents=99_99, **entry("2015"))
    assert refusal.value.values == {"final_cost_cents": 99_99, "cost_cents": 100_00}
    operation.close(final_cost_cents=99_99, **entry("2015", reason="Moins-value sur le lot 3"))
    assert (operation.cost_cents, operation.final_cost_cents) == (100_00, 99_99)


def test_an_abandoned_operation_is_closed_and_may_have_cost_nothing():
    operation = abandoned()
    operation.decommit(line="L1", amount_cents=100_00, **entry("2011", reason="Abandon"))
    operation.close(final_cost_cents=0, **entry("2011"))
    assert operation.phase == "closed"


@pytest.mark.parametrize(("build", "final_cost_cents"), [(settled, 0), (settled, -1), (abandoned, -1)])
def test_a_final_cost_is_one_that_can_exist(build, final_cost_cents):
    operation = given(build())
    with refused(AmountNotPositive, operation, field="final_cost_cents"):
        operation.close(final_cost_cents=final_cost_cents, **entry("2015"))


SINCE = {
    "close": lambda operation, said: operation.close(final_cost_cents=100_00, **said),
    "owner": lambda operation, said: operation.change_owner(owner="cavm", **said),
    "attach": lambda operation, said: operation.attach(programme="NPNRU", **said),
    "detach": lambda operation, said: operation.detach(**said),
    "cost": lambda operation, said: operation.revise_cost(cost_cents=5, **said),
    "reschedule": lambda operation, said: operation.reschedule(delivers_on=day("2016"), **said),
    "milestone": lambda operation, said: operation.log_milestone(code="visit", title="Visite", **said),
    "allocate": lambda operation, said: operation.allocate(partner="anru", instrument="grant", amount_cents=1, **said),
    "commit": lambda operation, said: operation.commit(partner="anru", instrument="grant", amount_cents=1, **said),
    "repay": lambda operation, said: operation.repay(line="L1", amount_cents=1, **said),
    "plan": lambda operation, said: operation.set_financing_plan(total_cents=1, **said),
    "suspend": lambda operation, said: operation.suspend(**said),
    "rehousing": lambda operation, said: operation.report_rehousing(households_rehoused=1, **said),
    "assist": lambda operation, said: operation.assist(
        commune=ANZIN, kind="operational", days="1", subject="Étude", **said
    ),
}


@pytest.mark.parametrize("on", ["2012", "2016"])
@pytest.mark.parametrize("command", SINCE.values(), ids=SINCE)
def test_nothing_happens_after_the_close_out(command, on):
    operation = given(closed(programme="PNRU"))
    with refused(AlreadyClosed, operation):
        command(operation, entry(on, reason="Motif"))


def test_a_closed_operation_may_be_put_right():
    operation = closed()
    operation.correct(target=1, changes={"title": "Anzin, Carpeaux"}, **entry("2016", reason="Coquille"))
    assert (operation.title, operation.phase) == ("Anzin, Carpeaux", "closed")


def test_what_unsettles_the_accounts_names_the_close_out():
    operation = given(closed())
    with refused(EntriesInTheWay, operation) as refusal:
        operation.void(target=5, **entry("2016", reason="Versement sur une autre opération"))
    assert refusal.value.values["versions"] == [6]
    operation.void(target=6, **entry("2016", reason="Clôture trop tôt"))
    operation.void(target=5, **entry("2016", reason="Versement sur une autre opération"))
    assert operation.phase == "delivered"


def test_a_file_tells_a_close_out_and_what_came_after_it():
    operation = started(by=ARCHIVE)
    operation.close(final_cost_cents=90_00, **entry("2015", by=ARCHIVE))
    assert (operation.phase, operation.entries[-1].waived) == ("closed", ("not-ended", "lines-unsettled"))
    operation.change_owner(owner="cavm", **entry("2016", by=ARCHIVE))
    assert operation.entries[-1].waived == ("already-closed",)
