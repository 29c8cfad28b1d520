"""An operation may stand still for a time: works and new money wait, what was earned is paid."""

import pytest

from domain.dates import UNKNOWN
from domain.errors import (
    AlreadyAbandoned,
    AlreadyDelivered,
    NotSuspended,
    OperationSuspended,
    PromiseUndated,
    ReasonMissing,
    ResumedBeforeSuspension,
)
from domain.events import Resumed, Suspended
from tests.story import (
    ARCHIVE,
    abandoned,
    allocated,
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
    suspended,
)

WHY = "Fouilles archéologiques"
WORKS = {
    "start": lambda operation, on: operation.start(**entry(on)),
    "deliver": lambda operation, on: operation.deliver(**entry(on, reason="Début inconnu")),
    "allocate": lambda operation, on: allocated(operation, on=on),
    "commit": lambda operation, on: committed(operation, on=on),
}


@pytest.mark.parametrize("build", [planned, funded, started])
def test_an_operation_stands_still(build):
    operation = given(build())
    operation.suspend(expected_resume_on=day("2030"), **entry("2010-05", reason=WHY))
    (event,) = new_events(operation)
    assert isinstance(event, Suspended)
    assert (operation.phase, operation.suspended.since) == ("suspended", day("2010-05"))
    assert operation.suspended.expected_resume_on == day("2030")


@pytest.mark.parametrize("build", [planned, funded, started])
def test_an_operation_goes_on_where_it_stood(build):
    operation = build()
    phase = operation.phase
    operation.suspend(**entry("2010-05", reason=WHY))
    operation.resume(**entry("2011-02"))
    assert isinstance(operation.entries[-1], Resumed)
    assert (operation.phase, operation.suspended) == (phase, None)


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_works_and_new_money_wait(work):
    operation = given(suspended("2010-05"))
    with refused(OperationSuspended, operation):
        work(operation, "2010-06")
    with refused(OperationSuspended, operation):
        work(operation, "2010")
    operation.resume(**entry("2011-02"))
    work(operation, "2011-03")


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_what_certainly_came_before_may_still_be_recorded(work):
    work(suspended("2010-05"), "2010-04")


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_what_certainly_happened_during_a_past_suspension_is_refused(work):
    operation = suspended("2010-05")
    operation.resume(**entry("2011-02"))
    with refused(OperationSuspended, given(operation)):
        work(operation, "2010-12-24")
    work(operation, "2010-05")


def test_an_operation_is_suspended_once_at_a_time():
    operation = given(suspended())
    with refused(OperationSuspended, operation):
        operation.suspend(**entry("2011", reason=WHY))
    operation.resume(**entry("2011-02"))
    operation.suspend(**entry("2012", reason=WHY))
    assert operation.phase == "suspended"


def test_what_goes_on_goes_on():
    operation = given(funded())
    with refused(NotSuspended, operation):
        operation.resume(**entry("2011"))


def test_a_resumption_does_not_precede_its_suspension():
    operation = given(suspended("2010-05"))
    with refused(ResumedBeforeSuspension, operation):
        operation.resume(**entry("2010-04"))
    operation.resume(**entry("2010"))


@pytest.mark.parametrize(
    ("expected", "refusal"), [(day("2010-04"), ResumedBeforeSuspension), (UNKNOWN, PromiseUndated)]
)
def test_an_expected_resumption_lies_after_the_suspension(expected, refusal):
    operation = given(funded())
    with refused(refusal, operation):
        operation.suspend(expected_resume_on=expected, **entry("2010-05", reason=WHY))


def test_a_suspension_has_a_reason():
    operation = given(funded())
    with refused(ReasonMissing, operation, field="reason"):
        operation.suspend(**entry("2010-05"))


@pytest.mark.parametrize(("build", "refusal"), [(delivered, AlreadyDelivered), (abandoned, AlreadyAbandoned)])
def test_what_has_ended_is_not_suspended(build, refusal):
    operation = given(build())
    with refused(refusal, operation):
        operation.suspend(**entry("2014", reason=WHY))


def test_a_suspended_operation_may_be_abandoned():
    operation = suspended()
    operation.abandon(**entry("2012", reason="Le sol est pollué"))
    assert operation.phase == "abandoned"


def test_a_file_may_tell_a_delivery_during_a_suspension():
    operation = started("2009")
    operation.suspend(**entry("2010", by=ARCHIVE))
    operation.deliver(**entry("2012", by=ARCHIVE))
    assert (operation.phase, operation.entries[-1].waived) == ("delivered", ("operation-suspended",))
    operation.resume(**entry("2011", by=ARCHIVE))
    operation.resume(**entry("2011", by=ARCHIVE))
    assert operation.entries[-1].waived == ("not-suspended",)
