"""Works begin on site."""

import pytest

from domain.errors import AlreadyAbandoned, AlreadyStarted, DeliveredBeforeStart, FutureDate, NotFunded, UndatedFact
from domain.events import EarlyStartAuthorised, Started
from tests.story import (
    abandoned,
    allocated,
    committed,
    day,
    entry,
    funded,
    given,
    new_events,
    planned,
    refused,
    started,
)


def authorised(on):
    operation = planned()
    operation.authorise_early_start(authority="anru", **entry(on))
    return operation


@pytest.mark.parametrize("decide", [allocated, committed])
def test_a_funded_operation_starts(decide):
    operation = planned()
    decide(operation)
    given(operation).start(order_ref="OS 1", **entry("2008-11-20"))
    assert (operation.phase, operation.started_on) == ("started", day("2008-11-20"))
    assert [(type(event), event.order_ref) for event in new_events(operation)] == [(Started, "OS 1")]


def test_a_loan_is_funding_too():
    operation = planned()
    committed(operation, instrument="loan")
    operation.start(**entry("2008-11-20"))
    assert operation.phase == "started"


def test_an_unfunded_operation_does_not_start():
    operation = given(planned())
    with refused(NotFunded, operation):
        operation.start(**entry("2008-11-20"))
    assert new_events(operation) == []


def test_an_unfunded_operation_starts_for_a_reason():
    operation = planned()
    operation.start(**entry("2008-11-20", reason="Sur les fonds de la ville"))
    assert operation.phase == "started"
    assert "start_funding" not in operation.to_complete


def test_an_unfunded_operation_starts_under_an_early_start_authorisation():
    operation = authorised("2008-10")
    operation.start(**entry("2008-11-20"))
    assert operation.phase == "started"
    assert "start_funding" not in operation.to_complete


def test_an_authorisation_given_after_the_start_does_not_cover_it():
    operation = given(authorised("2008-12"))
    with refused(NotFunded, operation):
        operation.start(**entry("2008-11-20"))


@pytest.mark.parametrize("on", ["2008-12-01", "2008-12", "2008"])
def test_only_what_is_certain_breaks_the_order_of_authorisation_and_start(on):
    operation = authorised("2008-12")
    operation.start(**entry(on))
    assert operation.phase == "started"


def test_an_operation_does_not_start_twice():
    operation = given(started("2008-11-20"))
    with refused(AlreadyStarted, operation) as refusal:
        operation.start(**entry("2009-01-05", reason="Deuxième tranche"))
    assert str(refusal.value) == "L'opération ANZ-CARPEAUX a déjà démarré (20 novembre 2008)."


def test_a_start_does_not_lie_in_the_future():
    operation = given(funded())
    with refused(FutureDate, operation, field="on"):
        operation.start(**entry("2026-11-23"))


@pytest.mark.parametrize("on", ["2026-11-22", "2026-11", "2026"])
def test_a_period_that_has_begun_is_not_the_future(on):
    operation = funded()
    operation.start(**entry(on))
    assert operation.started_on == day(on)


def test_a_start_has_a_date():
    operation = given(funded())
    with refused(UndatedFact, operation, field="on"):
        operation.start(**entry(None))


def test_works_may_start_before_the_operation_was_planned():
    operation = funded(on="2008-06")
    operation.start(**entry("2006"))
    assert operation.started_on == day("2006")


@pytest.mark.parametrize("on", ["2010-05", "2010-05-31", "2011"])
def test_an_abandoned_operation_does_not_start(on):
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        operation.start(**entry(on))


def test_a_start_before_the_abandonment_may_be_recorded_late():
    operation = abandoned("2010-05")
    operation.start(**entry("2010-04"))
    assert (operation.started_on, operation.phase) == (day("2010-04"), "abandoned")


def test_a_start_recorded_after_the_delivery_does_not_follow_it():
    operation = funded()
    operation.deliver(**entry("2012-06", reason="Procès-verbal retrouvé"))
    with refused(DeliveredBeforeStart, given(operation)):
        operation.start(**entry("2012-07"))
    operation.start(**entry("2012"))
    assert (operation.phase, operation.to_complete) == ("delivered", ["owner", "cost"])


# Early starts


def test_an_early_start_is_authorised():
    operation = given(planned())
    operation.authorise_early_start(authority="anru", **entry("2008-10"))
    assert operation.early_start
    assert [(type(event), event.authority) for event in new_events(operation)] == [(EarlyStartAuthorised, "anru")]
    assert operation.phase == "planned"


def test_an_early_start_is_authorised_before_the_start():
    operation = given(started("2008-11-20"))
    with refused(AlreadyStarted, operation):
        operation.authorise_early_start(authority="anru", **entry("2008-11-21"))


@pytest.mark.parametrize("on", ["2008-10", "2008-11", "2008-11-20"])
def test_an_authorisation_may_be_recorded_after_the_start_that_it_precedes(on):
    operation = started("2008-11-20")
    operation.authorise_early_start(authority="anru", **entry(on))
    assert operation.early_start


@pytest.mark.parametrize(("first", "second"), [("2008-10", "2009"), ("2009", "2008-10")])
def test_the_earliest_authorisation_counts(first, second):
    operation = authorised(first)
    operation.authorise_early_start(authority="anru", **entry(second))
    operation.start(**entry("2008-11"))
    assert operation.phase == "started"


def test_an_abandoned_operation_is_not_authorised_to_start():
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        operation.authorise_early_start(authority="anru", **entry("2010-06"))
