"""Dated steps other than start and delivery: promised, moved, reached, dropped, or logged as they happened."""

import pytest

from domain.errors import (
    AlreadyAbandoned,
    EntriesInTheWay,
    FutureDate,
    MilestoneClosed,
    MilestoneTaken,
    PromiseUndated,
    ReasonMissing,
    UnknownMilestone,
)
from domain.events import (
    MilestoneDropped,
    MilestoneLogged,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from domain.situation import Milestone
from tests.story import ARCHIVE, day, entry, given, new_events, planned, refused

WHY = "Recours d'un riverain"


def with_permit():
    """An operation whose building permit is promised for June 2009. Two entries."""
    operation = planned()
    operation.schedule_milestone(code="permit", title="Permis de construire", due_on=day("2009-06"), **entry("2008-10"))
    return operation


def reach(operation, on="2009-08-12", code="permit"):
    operation.reach_milestone(code=code, **entry(on))


def move(operation, due_on="2010", on="2009", reason=WHY, code="permit"):
    operation.reschedule_milestone(code=code, due_on=day(due_on), **entry(on, reason=reason))


def drop(operation, on="2009", reason=WHY, code="permit"):
    operation.drop_milestone(code=code, **entry(on, reason=reason))


def test_a_step_is_promised_moved_and_reached():
    operation = given(with_permit())
    move(operation, due_on="2009-09")
    reach(operation, on="2009-08-12")
    assert operation.milestones == {
        "permit": Milestone("permit", "Permis de construire", day("2009-06"), day("2009-09"), day("2009-08-12"))
    }
    assert [type(event) for event in new_events(operation)] == [MilestoneRescheduled, MilestoneReached]


def test_a_step_that_nobody_announced_is_logged():
    operation = given(planned())
    operation.log_milestone(code="inaugurated", title="Inauguration", **entry("2013-06-30"))
    assert operation.milestones["inaugurated"].reached_on == day("2013-06-30")
    assert operation.phase == "planned"
    assert [type(event) for event in new_events(operation)] == [MilestoneLogged]


def test_a_logged_step_may_tell_what_was_promised():
    operation = planned()
    operation.log_milestone(code="studies", title="Études", due_on=day("2009"), **entry("2010-02"))
    assert operation.milestones["studies"] == Milestone("studies", "Études", day("2009"), day("2009"), day("2010-02"))


def test_a_promised_step_may_be_dropped_for_a_reason():
    operation = given(with_permit())
    with refused(ReasonMissing, operation, field="reason"):
        drop(operation, reason=None)
    drop(operation)
    assert operation.milestones["permit"].dropped
    assert [type(event) for event in new_events(operation)] == [MilestoneDropped]


def test_a_promise_does_not_move_without_a_reason():
    operation = given(with_permit())
    with refused(ReasonMissing, operation, field="reason"):
        move(operation, reason=None)


def test_a_code_names_one_step():
    operation = given(with_permit())
    with refused(MilestoneTaken, operation):
        operation.schedule_milestone(code="permit", title="Autre", due_on=day("2010"), **entry("2009"))
    with refused(MilestoneTaken, operation):
        operation.log_milestone(code="permit", title="Autre", **entry("2009", by=ARCHIVE))


@pytest.mark.parametrize("act", [move, reach, drop])
def test_an_unknown_step_is_neither_moved_reached_nor_dropped(act):
    operation = given(with_permit())
    with refused(UnknownMilestone, operation, field="code"):
        act(operation, code="studies")


@pytest.mark.parametrize("end", [reach, drop])
@pytest.mark.parametrize("act", [move, reach, drop])
def test_a_step_that_is_over_stays_as_it_is(end, act):
    operation = with_permit()
    end(operation)
    with refused(MilestoneClosed, given(operation)):
        act(operation)


def test_a_promise_may_lie_ahead_but_not_what_happened():
    operation = with_permit()
    move(operation, due_on="2030")
    with refused(FutureDate, given(operation), field="on"):
        reach(operation, on="2027")


def test_a_promise_has_a_date():
    operation = given(with_permit())
    unknown = entry(None)["on"]
    with refused(PromiseUndated, operation, field="due_on"):
        operation.schedule_milestone(code="studies", title="Études", due_on=unknown, **entry("2009"))
    with refused(PromiseUndated, operation, field="due_on"):
        operation.reschedule_milestone(code="permit", due_on=unknown, **entry("2009", reason=WHY))
    with refused(PromiseUndated, operation, field="due_on"):
        operation.log_milestone(code="studies", title="Études", due_on=unknown, **entry("2009"))


def test_nothing_is_promised_any_more_of_an_abandoned_operation():
    operation = with_permit()
    operation.abandon(**entry("2010-05", reason=WHY))
    given(operation)
    with refused(AlreadyAbandoned, operation):
        operation.schedule_milestone(code="studies", title="Études", due_on=day("2012"), **entry("2011"))
    with refused(AlreadyAbandoned, operation):
        move(operation, due_on="2012", on="2011")
    operation.log_milestone(code="demolished", title="Démolition de l'amorce", **entry("2011"))
    assert operation.milestones["demolished"].reached_on == day("2011")


def test_a_promise_that_was_reached_is_not_voided_under_it():
    operation = with_permit()
    move(operation)
    reach(operation)
    with refused(EntriesInTheWay, given(operation)) as refusal:
        operation.void(target=2, **entry("2010", reason="Mauvaise opération"))
    assert refusal.value.values["versions"] == [3, 4]


def test_a_drop_that_is_voided_opens_the_step_again():
    operation = with_permit()
    drop(operation)
    operation.void(target=3, **entry("2010", reason="Le recours est retiré"))
    reach(operation, on="2010-03")
    assert operation.milestones["permit"] == Milestone(
        "permit", "Permis de construire", day("2009-06"), day("2009-06"), day("2010-03")
    )
    assert [type(event) for event in new_events(operation)][:2] == [type(operation.entries[0]), MilestoneScheduled]
