"""An operation changes hands, comes under a programme, leaves it."""

import pytest

from domain.errors import NoProgramme, ReasonMissing, SameOwner, SameProgramme, UnknownProgramme
from domain.events import OwnerChanged, ProgrammeAttached, ProgrammeDetached
from tests.story import abandoned, committed, delivered, entry, given, new_events, planned, refused, signed


def test_another_body_takes_over():
    operation = given(planned(owner="valenciennes"))
    operation.change_owner(owner="cavm", **entry("2015-06-01"))
    assert operation.owner == "cavm"
    assert [(type(event), event.owner) for event in new_events(operation)] == [(OwnerChanged, "cavm")]


def test_an_operation_without_a_known_owner_gets_one():
    operation = planned()
    operation.change_owner(owner="cavm", **entry("2015"))
    assert (operation.owner, "owner" in operation.to_complete) == ("cavm", False)


def test_the_owner_does_not_take_over_from_itself():
    operation = given(planned(owner="cavm"))
    with refused(SameOwner, operation):
        operation.change_owner(owner="cavm", **entry("2015-06-01"))


@pytest.mark.parametrize("ended", [delivered, abandoned])
def test_somebody_may_take_over_what_is_left_to_settle(ended):
    operation = ended()
    operation.change_owner(owner="cavm", **entry("2015-06-01"))
    assert operation.owner == "cavm"


# Programmes


def test_an_operation_comes_under_a_programme_years_after_it_was_planned():
    operation = given(planned(on="2013", programme=None))
    operation.attach(programme="NPNRU", agreement="NPNRU-2019", **entry("2016-09-26"))
    assert (operation.programme, operation.agreement) == ("NPNRU", "NPNRU-2019")
    assert [type(event) for event in new_events(operation)] == [ProgrammeAttached]


def test_earlier_lines_keep_the_programme_under_which_they_were_decided():
    operation = planned(programme="PNRU")
    committed(operation, 1_00)
    operation.attach(programme="NPNRU", **entry("2016-09-26"))
    committed(operation, 2_00)
    operation.detach(**entry("2018", reason="Hors convention"))
    committed(operation, 3_00)
    assert [(movement.amount_cents, movement.programme) for movement in operation.money.movements] == [
        (1_00, "PNRU"),
        (2_00, "NPNRU"),
        (3_00, None),
    ]


@pytest.mark.parametrize("ended", [delivered, abandoned])
def test_an_operation_may_come_under_a_programme_at_any_time(ended):
    operation = ended()
    operation.attach(programme="NPNRU", **entry("2016"))
    assert operation.programme == "NPNRU"


def test_an_unknown_programme_is_refused():
    operation = given(planned())
    with refused(UnknownProgramme, operation, field="programme"):
        operation.attach(programme="PNRU-3", **entry("2016"))


def test_an_operation_does_not_come_twice_under_the_same_programme():
    operation = given(planned(programme="PNRU"))
    with refused(SameProgramme, operation):
        operation.attach(programme="PNRU", **entry("2016"))


def test_an_operation_may_come_under_another_agreement_of_its_programme():
    operation = planned(programme="PNRU")
    operation.attach(programme="PNRU", agreement="PNRU-2008", **entry("2008-06"))
    operation.attach(programme="PNRU", agreement="PNRU-2009", **entry("2009-06"))
    assert operation.agreement == "PNRU-2009"
    with refused(SameProgramme, given(operation)):
        operation.attach(programme="PNRU", agreement="PNRU-2009", **entry("2010"))


def test_an_agreement_that_is_not_named_stays():
    operation = planned(programme=None, agreement=signed("ANZIN-2008"))
    operation.attach(programme="PNRU", **entry("2009"))
    assert (operation.programme, operation.agreement) == ("PNRU", "ANZIN-2008")


def test_an_agreement_of_another_programme_does_not_come_along():
    operation = planned(programme="PNRU", agreement=signed("PNRU-2008"))
    operation.attach(programme="NPNRU", **entry("2016"))
    assert (operation.programme, operation.agreement) == ("NPNRU", None)


def test_an_operation_leaves_its_programme_for_a_reason_and_the_agreement_with_it():
    operation = given(planned(programme="PNRU", agreement=signed("PNRU-2008")))
    with refused(ReasonMissing, operation, field="reason"):
        operation.detach(**entry("2016"))
    operation.detach(**entry("2016", reason="Convention close"))
    assert (operation.programme, operation.agreement) == (None, None)
    assert [type(event) for event in new_events(operation)] == [ProgrammeDetached]


def test_an_operation_leaves_no_programme_that_it_is_not_under():
    operation = given(planned(programme=None))
    with refused(NoProgramme, operation):
        operation.detach(**entry("2016", reason="Convention close"))
