"""Works are delivered, or never will be."""

import pytest

from domain.errors import (
    AlreadyAbandoned,
    AlreadyDelivered,
    CountOutOfBounds,
    DeliveredBeforeStart,
    NotStarted,
    ReasonMissing,
)
from domain.events import Abandoned, Delivered
from domain.outputs import Outputs
from tests.story import (
    ARCHIVE,
    abandoned,
    committed,
    day,
    delivered,
    entry,
    funded,
    given,
    new_events,
    planned,
    refused,
    started,
)

GIVEN_UP = "Le propriétaire ne vend pas"


def test_a_started_operation_is_delivered_with_what_was_built():
    operation = given(started())
    operation.deliver(outputs=Outputs(built=40, households_rehoused=0), **entry("2013-06-30"))
    assert (operation.phase, operation.delivered_on) == ("delivered", day("2013-06-30"))
    assert operation.outputs == Outputs(built=40, households_rehoused=0)
    assert [type(event) for event in new_events(operation)] == [Delivered]


def test_what_is_delivered_is_not_counted_below_zero():
    operation = given(started())
    with refused(CountOutOfBounds, operation, field="outputs"):
        operation.deliver(outputs=Outputs(built=-1), **entry("2013-06-30"))


def test_a_delivery_ends_the_slip():
    operation = started(delivers_on=day("2012-12-31"))
    operation.reschedule(delivers_on=day("2013-03-31"), **entry("2012", reason="Avenant 2"))
    operation.deliver(**entry("2013-06-30"))
    assert operation.schedule["delivery"].slip_days == 181


def test_an_operation_is_not_delivered_twice():
    operation = given(delivered("2013-06-30"))
    with refused(AlreadyDelivered, operation):
        operation.deliver(**entry("2014", reason="Deuxième tranche"))


def test_a_delivery_without_a_recorded_start_needs_a_reason():
    operation = given(funded())
    with refused(NotStarted, operation):
        operation.deliver(**entry("2013"))
    operation.deliver(**entry("2013", reason="Début inconnu"))
    assert operation.phase == "delivered"
    assert "start" in operation.to_complete


@pytest.mark.parametrize(
    ("started_on", "delivered_on"), [("2012-06-02", "2012-06-01"), ("2012-06", "2012-05"), ("2013", "2012-12-31")]
)
def test_a_delivery_certainly_before_the_start_is_refused(started_on, delivered_on):
    operation = given(started(started_on))
    with refused(DeliveredBeforeStart, operation):
        operation.deliver(**entry(delivered_on, reason="Une raison n'y change rien"))


@pytest.mark.parametrize(
    ("started_on", "delivered_on"),
    [("2012-06-02", "2012-06-02"), ("2012-06-02", "2012-06"), ("2012-06", "2012"), ("2012", "2012-01-01")],
)
def test_a_delivery_that_may_follow_the_start_is_accepted(started_on, delivered_on):
    operation = started(started_on)
    operation.deliver(**entry(delivered_on))
    assert operation.delivered_on == day(delivered_on)


def test_a_start_of_unknown_date_is_before_any_delivery():
    operation = started(None)
    operation.deliver(**entry("1998"))
    assert operation.phase == "delivered"
    assert operation.schedule["start"].slip_days is None


def test_an_abandoned_operation_is_not_delivered():
    operation = given(abandoned())
    with refused(AlreadyAbandoned, operation):
        operation.deliver(**entry("2009", reason="Début inconnu"))


# Giving up


@pytest.mark.parametrize("before", [planned, funded, started])
def test_an_operation_is_abandoned_at_any_time_before_its_delivery(before):
    operation = given(before())
    operation.abandon(**entry("2010", reason=GIVEN_UP))
    assert (operation.phase, operation.abandoned_on) == ("abandoned", day("2010"))
    assert [type(event) for event in new_events(operation)] == [Abandoned]


def test_an_operation_is_not_abandoned_without_a_reason():
    operation = given(funded())
    with refused(ReasonMissing, operation, field="reason"):
        operation.abandon(**entry("2010"))


def test_an_operation_is_not_abandoned_twice():
    operation = given(abandoned())
    with refused(AlreadyAbandoned, operation):
        operation.abandon(**entry("2011", reason=GIVEN_UP))


def test_a_delivered_operation_is_not_abandoned():
    operation = given(delivered())
    with refused(AlreadyDelivered, operation):
        operation.abandon(**entry("2014", reason=GIVEN_UP))


def test_money_committed_to_an_abandoned_operation_stays_in_sight():
    operation = abandoned()
    assert (operation.phase, operation.money.figures.committed_cents) == ("abandoned", 100_00)


def test_an_abandonment_of_unknown_date_stops_everything():
    operation = funded()
    operation.abandon(**entry(None, by=ARCHIVE, reason=GIVEN_UP))
    with refused(AlreadyAbandoned, given(operation)):
        committed(operation, on="1999")
