"""An operation is programmed, its calendar moves, its cost is revised."""

import dataclasses

import pytest

from domain.errors import (
    AlreadyAbandoned,
    AlreadyDelivered,
    AmountNotPositive,
    AmountTooLarge,
    CountOutOfBounds,
    NoCommune,
    NothingToChange,
    OutsideTerritory,
    PlanOutOfOrder,
    PromiseUndated,
    ReasonMissing,
    RepeatedValue,
    TextOutOfBounds,
    TooManyInhabitants,
    UnknownCommune,
    UnknownContainer,
    UnknownProgramme,
)
from domain.events import CostRevised, Planned, Rescheduled
from domain.money import LARGEST_CENTS
from domain.operation import Operation
from domain.outputs import Outputs
from domain.territory import Population
from tests.story import (
    ANZIN,
    ARCHIVE,
    AUTHORITY,
    BRUAY,
    ESCAUTPONT,
    FAMARS,
    LA_SENTINELLE,
    PETITE_FORET,
    VALENCIENNES,
    abandoned,
    day,
    delivered,
    entry,
    given,
    new_events,
    planned,
    refused,
    replayed,
    signed,
    started,
)


def rescheduled(operation, on="2009-01", reason="Avenant 2", **dates):
    operation.reschedule(**{name: day(text) for name, text in dates.items()}, **entry(on, reason=reason))


# What an operation is


def test_an_operation_is_planned_with_all_that_is_known_of_it():
    facts = {
        "title": "Anzin : Carpeaux",
        "communes": (ANZIN, VALENCIENNES),
        "owner": "anzin",
        "family": "public_space",
        "theme": "social_housing",
        "other_themes": ("tramway",),
        "site": "Carpeaux",
        "programme": "PNRU",
        "part_of": "PNRU-ANZIN",
        "cost_cents": 56_000_000_00,
        "cost_basis": "excl_tax",
        "starts_on": day("2008-09-01"),
        "delivers_on": day("2012"),
    }
    operation = planned("ANZ-CARPEAUX", on="2008-02", outputs=Outputs(demolished=40), **facts)
    assert {name: getattr(operation, name) for name in facts} == facts
    assert (operation.reference, operation.version, operation.phase) == ("ANZ-CARPEAUX", 1, "planned")
    assert (operation.planned_on, operation.planned_by) == (day("2008-02"), "cavm")
    assert operation.planned_outputs == Outputs(demolished=40)
    assert [type(event) for event in new_events(operation)] == [Planned]


def test_an_operation_needs_little_to_be_planned():
    operation = Operation.plan(authority=AUTHORITY, reference="A", title="A", communes=(ANZIN,), **entry("2008"))
    assert operation.to_complete == ["theme", "owner", "cost"]


def test_the_same_reference_is_the_same_operation_within_an_authority():
    assert planned("A").id == planned("A", title="Another").id
    assert planned("A").id != planned("B").id
    assert planned("A").id != Operation.identity("porte-du-hainaut", "A")


def test_an_unknown_commune_is_refused_by_its_code():
    with refused(UnknownCommune, field="communes") as refusal:
        planned(communes=(ANZIN, "75056"))
    assert "75056" in str(refusal.value)


def test_an_operation_covers_a_commune_or_the_whole_territory():
    with refused(NoCommune, field="communes"):
        planned(communes=())
    assert planned(communes=(), territory_wide=True).territory_wide


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("communes", {"communes": (ANZIN, BRUAY, ANZIN)}),
        ("other_themes", {"theme": "mining", "other_themes": ("tramway", "mining")}),
        ("other_themes", {"other_themes": ("tramway", "tramway")}),
    ],
)
def test_a_list_names_nothing_twice(field, facts):
    with refused(RepeatedValue, field=field):
        planned(**facts)


def test_an_unknown_programme_is_refused():
    with refused(UnknownProgramme, field="programme"):
        planned(programme="PNRU-3")


def test_an_operation_is_not_part_of_itself():
    with refused(UnknownContainer, field="part_of"):
        planned("A", part_of="A")


@pytest.mark.parametrize("cost_cents", [0, -1])
def test_a_cost_is_above_zero(cost_cents):
    with refused(AmountNotPositive, field="cost_cents"):
        planned(cost_cents=cost_cents)


def test_a_cost_is_one_that_can_exist():
    assert planned(cost_cents=LARGEST_CENTS).cost_cents == LARGEST_CENTS
    with refused(AmountTooLarge, field="cost_cents"):
        planned(cost_cents=LARGEST_CENTS + 1)


@pytest.mark.parametrize("count", [-1, 1_000_001])
def test_dwellings_are_counted_from_zero_to_a_million(count):
    with refused(CountOutOfBounds, field="outputs"):
        planned(outputs=Outputs(demolished=0, built=count))


@pytest.mark.parametrize(
    ("field", "text"), [("title", ""), ("title", "x" * 301), ("title", "a\0b"), ("site", "x" * 4001)]
)
def test_a_text_has_a_length_that_can_be_read(field, text):
    with refused(TextOutOfBounds, field=field):
        planned(**{field: text})


# Where it is


def test_a_commune_outside_is_flagged_beside_a_member():
    thiers = planned(communes=(BRUAY, ESCAUTPONT), programme="PNRU")
    assert thiers.outside == (ESCAUTPONT,)


def test_an_operation_wholly_outside_is_refused():
    with refused(OutsideTerritory) as refusal:
        planned(communes=(ESCAUTPONT, LA_SENTINELLE))
    assert "59207, 59564" in str(refusal.value)


def test_an_operation_wholly_outside_is_planned_under_an_agreement_that_the_authority_leads():
    operation = planned(communes=(LA_SENTINELLE,), agreement=signed("NPNRU-2019"))
    assert (operation.agreement, operation.outside) == ("NPNRU-2019", (LA_SENTINELLE,))


def test_an_agreement_that_another_body_leads_does_not_bring_in_an_operation_outside():
    with refused(OutsideTerritory):
        planned(communes=(LA_SENTINELLE,), agreement=signed(leader="porte-du-hainaut"))
    assert planned(agreement=signed(leader="porte-du-hainaut")).agreement == "PNRU-2008"


# Rural centres


@pytest.mark.parametrize(
    ("on", "counted"),
    [
        ("2009", Population(PETITE_FORET, 4_882, 2021)),
        ("2021-12-31", Population(PETITE_FORET, 4_882, 2021)),
        ("2022", Population(PETITE_FORET, 4_887, 2022)),
    ],
)
def test_a_rural_centre_is_judged_on_the_population_in_force_which_the_entry_keeps(on, counted):
    operation = planned(communes=(PETITE_FORET,), theme="rural_centre", on=on)
    assert operation.entries[0].populations == (counted,)


@pytest.mark.parametrize("on", ["2023-01-01", "2023", "2026-11"])
def test_a_commune_of_5000_inhabitants_is_no_rural_centre(on):
    with refused(TooManyInhabitants) as refusal:
        planned(communes=(FAMARS, PETITE_FORET), theme="rural_centre", on=on)
    assert refusal.value.values["commune"] == PETITE_FORET
    assert refusal.value.values["inhabitants"] >= 5_000
    assert f"(population municipale {on[:4]})" in str(refusal.value)


def test_a_reason_is_a_derogation_for_a_rural_centre():
    operation = planned(communes=(PETITE_FORET,), theme="rural_centre", on="2024", reason="Dérogation du bureau")
    assert operation.entries[0].populations == (Population(PETITE_FORET, 5_058, 2024),)
    assert operation.entries[0].waived == ()


def test_only_a_rural_centre_has_its_inhabitants_counted():
    assert planned(communes=(VALENCIENNES,), theme="mining").entries[0].populations == ()


def test_a_neighbour_of_a_rural_centre_is_not_counted():
    operation = planned(communes=(FAMARS, ESCAUTPONT), theme="rural_centre", on="2021")
    assert [counted.insee for counted in operation.entries[0].populations] == [FAMARS]


def test_a_later_population_changes_nothing_of_a_plan():
    operation = planned(communes=(PETITE_FORET,), theme="rural_centre", on="2021")
    assert replayed(operation).entries == operation.entries
    # The same facts, judged on a day when the lists say something else: the stored figures decide.
    judged_later = dataclasses.replace(operation.entries[0], on=day("2026"))
    assert list(judged_later.check(judged_later.blank())) == []


# Its calendar


def test_a_plan_does_not_deliver_before_it_starts():
    with refused(PlanOutOfOrder, field="delivers_on"):
        planned(starts_on=day("2009"), delivers_on=day("2008-12"))


def test_a_plan_may_start_and_deliver_in_one_period():
    assert planned(starts_on=day("2009-06"), delivers_on=day("2009")).delivers_on == day("2009")


def test_a_promise_may_lie_ahead():
    assert planned(starts_on=day("2030"), delivers_on=day("2032")).starts_on == day("2030")


@pytest.mark.parametrize("field", ["starts_on", "delivers_on"])
def test_a_promise_has_a_date(field):
    with refused(PromiseUndated, field=field):
        planned(**{field: entry(None)["on"]})


def test_the_slip_counts_from_the_first_promise_to_what_happened_or_is_promised_now():
    operation = started(starts_on=day("2008-09-01"), delivers_on=day("2012-12-31"))
    rescheduled(operation, on="2008-10", starts_on="2008-11-15")
    rescheduled(operation, on="2008-10", delivers_on="2013-03")
    rescheduled(operation, on="2012-06", delivers_on="2013-06-30")
    start, delivery = operation.schedule["start"], operation.schedule["delivery"]
    assert (start.initial, start.current, start.actual) == (day("2008-09-01"), day("2008-11-15"), day("2008-11-20"))
    assert (delivery.initial, delivery.current, delivery.actual) == (day("2012-12-31"), day("2013-06-30"), None)
    assert (start.slip_days, delivery.slip_days) == (80, 181)


def test_a_date_left_out_does_not_move():
    operation = given(planned(starts_on=day("2009"), delivers_on=day("2012")))
    rescheduled(operation, delivers_on="2013")
    assert (operation.starts_on, operation.delivers_on) == (day("2009"), day("2013"))
    assert [type(event) for event in new_events(operation)] == [Rescheduled]


@pytest.mark.parametrize(("step", "field"), [("start", "starts_on"), ("delivery", "delivers_on")])
def test_the_first_date_ever_given_is_the_initial_one(step, field):
    operation = planned()
    assert operation.schedule[step].slip_days is None
    rescheduled(operation, **{field: "2012-12-31"})
    rescheduled(operation, **{field: "2013-06-30"})
    assert operation.schedule[step].initial == day("2012-12-31")
    assert operation.schedule[step].slip_days == 181


def test_a_calendar_does_not_move_without_a_reason():
    operation = given(planned())
    with refused(ReasonMissing, operation, field="reason"):
        rescheduled(operation, reason="", delivers_on="2012")


def test_a_calendar_moves_by_at_least_one_date():
    operation = given(planned())
    with refused(NothingToChange, operation):
        rescheduled(operation)


def test_a_moved_date_stays_in_order_with_the_one_that_does_not_move():
    operation = given(planned(starts_on=day("2009-06"), delivers_on=day("2012")))
    with refused(PlanOutOfOrder, operation):
        rescheduled(operation, delivers_on="2009-05")
    with refused(PlanOutOfOrder, operation):
        rescheduled(operation, starts_on="2013-01")


@pytest.mark.parametrize("on", ["2013-06-30", "2013", "2014"])
def test_the_calendar_of_a_delivered_operation_does_not_move(on):
    operation = given(delivered("2013-06-30"))
    with refused(AlreadyDelivered, operation):
        rescheduled(operation, on=on, delivers_on="2014")


@pytest.mark.parametrize("on", ["2010-05", "2010", "2011"])
def test_the_calendar_of_an_abandoned_operation_does_not_move(on):
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        rescheduled(operation, on=on, delivers_on="2014")


@pytest.mark.parametrize("ended", [delivered, abandoned])
def test_a_promise_made_in_time_may_be_recorded_late(ended):
    operation = ended("2013-06-30")
    rescheduled(operation, on="2013-05", delivers_on="2013-06")
    assert operation.delivers_on == day("2013-06")


# Its cost


def test_a_cost_is_revised_for_a_reason():
    operation = given(planned(cost_cents=100_000_00, cost_basis="not_stated"))
    with refused(ReasonMissing, operation, field="reason"):
        operation.revise_cost(cost_cents=96_000_00, **entry("2009"))
    operation.revise_cost(cost_cents=96_000_00, cost_basis="excl_tax", **entry("2009", reason="Appel d'offres"))
    assert (operation.cost_cents, operation.cost_basis) == (96_000_00, "excl_tax")
    assert [type(event) for event in new_events(operation)] == [CostRevised]


def test_a_revised_cost_keeps_its_tax_basis_unless_it_changes():
    operation = planned(cost_cents=100_000_00, cost_basis="incl_tax")
    operation.revise_cost(cost_cents=96_000_00, **entry("2009", reason="Appel d'offres"))
    assert operation.cost_basis == "incl_tax"


@pytest.mark.parametrize("cost_cents", [0, -5])
def test_a_revised_cost_is_above_zero(cost_cents):
    operation = given(planned())
    with refused(AmountNotPositive, operation, field="cost_cents"):
        operation.revise_cost(cost_cents=cost_cents, **entry("2009", reason="Appel d'offres"))


def test_the_cost_of_a_delivered_operation_may_still_change():
    operation = delivered("2013-06-30")
    operation.revise_cost(cost_cents=99_000_00, **entry("2014", reason="Décompte général"))
    assert operation.cost_cents == 99_000_00


def test_the_cost_of_an_abandoned_operation_does_not_change_any_more():
    operation = given(abandoned("2010-05"))
    with refused(AlreadyAbandoned, operation):
        operation.revise_cost(cost_cents=99_000_00, **entry("2010-06", reason="Appel d'offres"))
    operation.revise_cost(cost_cents=99_000_00, **entry("2010-04", reason="Appel d'offres"))
    assert operation.cost_cents == 99_000_00


def test_an_imported_plan_is_recorded_as_it_is_told():
    operation = planned(by=ARCHIVE, on=None, starts_on=day("2012"), delivers_on=day("2010"))
    assert (operation.planned_on.known, operation.entries[0].waived) == (False, ("plan-out-of-order",))
