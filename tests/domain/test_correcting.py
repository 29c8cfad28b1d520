"""An entry is put right by another entry, and stays in sight."""

import pytest

from domain.dates import UNKNOWN
from domain.errors import (
    AlreadyVoided,
    AmountNotPositive,
    AmountTooLarge,
    EntriesInTheWay,
    FutureDate,
    NotCorrectable,
    NothingToChange,
    NotVoidable,
    PlanOutOfOrder,
    ReasonMissing,
    ScheduleMismatch,
    TextOutOfBounds,
    UndatedFact,
    UnknownCommune,
    UnknownEntry,
    UnreadableChange,
)
from domain.events import EntryCorrected, EntryVoided
from domain.money import Figures, Instalment
from tests.story import (
    ARCHIVE,
    LEA,
    allocated,
    committed,
    day,
    delivered,
    entry,
    funded,
    given,
    knowledge,
    new_events,
    planned,
    refused,
    replayed,
    started,
)

WHY = "Faute de frappe"
AUTHORS = [LEA, ARCHIVE]


def correct(operation, target, changes, *, on="2026-11-20", by=LEA, **named):
    """Put an entry right; what it changed is the same when the history is read again."""
    operation.correct(target=target, changes=changes, **named, **entry(on, by=by, reason=WHY))
    assert knowledge(replayed(operation)) == knowledge(operation)


def void(operation, target, *, by=LEA):
    """Annul an entry; what it changed is the same when the history is read again."""
    operation.void(target=target, **entry("2026-11-20", by=by, reason=WHY))
    assert knowledge(replayed(operation)) == knowledge(operation)


# Correcting


def test_a_corrected_amount_counts_and_the_wrong_entry_stays_in_sight():
    operation = given(funded())
    correct(operation, 2, {"amount_cents": 70_00})
    assert operation.money.figures.committed_cents == 70_00
    assert operation.entries[1].amount_cents == 100_00
    (event,) = new_events(operation)
    assert isinstance(event, EntryCorrected)
    assert (event.target, event.changes, event.reason) == (2, {"amount_cents": 70_00}, WHY)


def test_a_commitment_moves_to_the_right_partner_with_its_amount_and_its_line():
    operation = planned()
    committed(operation, 5_00, partner="anru")
    committed(operation, 7_00, partner="region")
    correct(operation, 2, {"partner": "departement", "instrument": "loan"})
    assert [(line.code, line.partner, line.instrument) for line in operation.money.lines.values()] == [
        ("L1", "departement", "loan"),
        ("L2", "region", "grant"),
    ]
    assert operation.money.figures == Figures(committed_cents=7_00, loans_cents=5_00)


def test_a_corrected_date_counts_everywhere():
    operation = started("2008-11-20", starts_on=day("2008-09-01"))
    correct(operation, 3, {"on": "2008-12"})
    assert operation.started_on == day("2008-12")
    assert operation.schedule["start"].slip_days == 121
    assert operation.entries[2].on == day("2008-11-20")


def test_the_day_of_a_correction_says_nothing_of_the_fact():
    operation = funded()
    correct(operation, 2, {"amount_cents": 70_00}, on="2012")
    assert [movement.on for movement in operation.money.movements] == [day("2008-03")]


def test_a_corrected_schedule_adds_up_to_the_corrected_amount():
    operation = planned()
    committed(operation, 100_00, schedule=(Instalment(2009, 100_00),))
    with refused(ScheduleMismatch, given(operation), field="changes.schedule"):
        correct(operation, 2, {"amount_cents": 70_00})
    correct(operation, 2, {"amount_cents": 70_00, "schedule": [{"year": 2010, "amount_cents": 70_00}]})
    assert operation.money.figures.committed_cents == 70_00


def test_the_order_of_the_history_does_not_change():
    operation = planned(programme="PNRU")
    committed(operation, 5_00)
    operation.attach(programme="NPNRU", **entry("2016"))
    correct(operation, 2, {"amount_cents": 6_00})
    assert [movement.programme for movement in operation.money.movements] == ["PNRU"]


def test_a_corrected_programme_is_that_of_the_lines_decided_under_it():
    operation = funded(programme="PNRU")
    correct(operation, 1, {"programme": "PNRQAD"})
    assert [movement.programme for movement in operation.money.movements] == ["PNRQAD"]


# Several corrections of one entry


def test_a_later_correction_of_the_same_field_wins():
    operation = funded()
    correct(operation, 2, {"amount_cents": 70_00, "partner": "region"})
    correct(operation, 2, {"amount_cents": 60_00})
    assert operation.money.figures.committed_cents == 60_00
    assert operation.funders == ("region",)


def test_a_voided_correction_brings_the_first_value_back():
    operation = funded()
    correct(operation, 2, {"amount_cents": 70_00})
    void(operation, 3)
    assert operation.money.figures.committed_cents == 100_00


def test_a_voided_correction_leaves_the_others_in_force():
    operation = funded()
    correct(operation, 2, {"amount_cents": 70_00})
    correct(operation, 2, {"amount_cents": 60_00, "scheme": "FEDER"})
    correct(operation, 2, {"partner": "region"})
    void(operation, 4)
    (movement,) = operation.money.movements
    assert (movement.amount_cents, movement.scheme, movement.partner) == (70_00, None, "region")


def test_a_value_may_be_corrected_back_to_the_first_one():
    operation = funded()
    correct(operation, 2, {"amount_cents": 70_00})
    correct(operation, 2, {"amount_cents": 100_00})
    assert operation.money.figures.committed_cents == 100_00


@pytest.mark.parametrize("changes", [{}, {"amount_cents": 70_00}, {"amount_cents": 70_00, "partner": "anru"}])
def test_a_correction_changes_something(changes):
    operation = funded()
    correct(operation, 2, {"amount_cents": 70_00})
    with refused(NothingToChange, given(operation), field="changes"):
        correct(operation, 2, changes)


# What may not be corrected


@pytest.mark.parametrize("target", [0, -1, 3, 4])
def test_an_entry_that_does_not_exist_is_neither_corrected_nor_voided(target):
    operation = given(funded())
    with refused(UnknownEntry, operation, field="version"):
        correct(operation, target, {"amount_cents": 70_00})
    with refused(UnknownEntry, operation, field="version"):
        void(operation, target)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        *(
            (1, name)
            for name in ("reference", "outside", "populations", "agreement_led", "planned_on", "by", "timestamp")
        ),
        *((2, name) for name in ("line", "amount", "documents", "waived", "originator_version", "originator_id", "")),
    ],
)
def test_a_field_that_is_not_there_or_not_to_be_touched_is_named(target, name):
    operation = given(funded())
    with refused(NotCorrectable, operation, field=f"changes.{name}"):
        correct(operation, target, {name: "2008"})


@pytest.mark.parametrize(
    ("target", "name", "value"),
    [
        *((2, "amount_cents", value) for value in ("100", 100.0, 100.5, True, None, [])),
        *((2, "on", value) for value in ("2008-13", "hier", "", 2008, ["2008"])),
        *((2, name, value) for name in ("partner", "instrument") for value in (None, 5, {"code": "anru"})),
        *((2, "schedule", value) for value in ({}, [2009], [{"year": 2009}], [{"year": 2009, "amount_cents": 1.5}])),
        *((1, "communes", value) for value in ("59014", [59014], None)),
        *((1, "theme", value) for value in ("mine", 1)),
        *((1, "outputs", value) for value in ({"castles": 1}, {"built": "1"}, [])),
    ],
)
def test_a_value_of_the_wrong_type_is_named(target, name, value):
    operation = given(funded())
    with refused(UnreadableChange, operation, field=f"changes.{name}"):
        correct(operation, target, {name: value})


@pytest.mark.parametrize(
    ("target", "changes", "refusal"),
    [
        (2, {"amount_cents": 0}, AmountNotPositive),
        (2, {"amount_cents": -5}, AmountNotPositive),
        (2, {"amount_cents": 10**30}, AmountTooLarge),
        (1, {"communes": ["59014", "75056"]}, UnknownCommune),
        (1, {"title": ""}, TextOutOfBounds),
        (1, {"starts_on": "2013", "delivers_on": "2012"}, PlanOutOfOrder),
        (2, {"on": "2027"}, FutureDate),
        (2, {"on": None}, UndatedFact),
    ],
)
def test_a_right_value_must_be_one_that_could_have_been_recorded(target, changes, refusal):
    operation = given(funded())
    with refused(refusal, operation) as caught:
        correct(operation, target, changes)
    assert caught.value.field.removeprefix("changes.") in changes


def test_a_reason_that_is_needed_is_not_corrected_away():
    operation = planned()
    operation.revise_cost(cost_cents=1_00, **entry("2009", reason="Appel d'offres"))
    with refused(ReasonMissing, given(operation), field="changes.reason"):
        correct(operation, 2, {"reason": None})


def test_a_correction_and_a_voiding_need_a_reason():
    operation = given(funded())
    with refused(ReasonMissing, operation, field="reason"):
        operation.correct(target=2, changes={"amount_cents": 70_00}, **entry("2009"))
    with refused(ReasonMissing, operation, field="reason"):
        operation.void(target=2, **entry("2009", reason=""))


def test_a_correction_is_not_corrected():
    operation = funded()
    correct(operation, 2, {"amount_cents": 70_00})
    with refused(NotVoidable, given(operation)):
        correct(operation, 3, {"changes": {"amount_cents": 60_00}})


def test_a_voided_entry_is_neither_corrected_nor_voided_again():
    operation = funded()
    void(operation, 2)
    with refused(AlreadyVoided, given(operation)):
        correct(operation, 2, {"amount_cents": 70_00})
    with refused(AlreadyVoided, operation):
        void(operation, 2)


def test_a_voiding_is_not_voided():
    operation = funded()
    void(operation, 2)
    with refused(NotVoidable, given(operation)):
        void(operation, 3)


@pytest.mark.parametrize("author", AUTHORS)
def test_the_plan_is_not_voided(author):
    operation = given(planned())
    with refused(NotVoidable, operation):
        void(operation, 1, by=author)


# Voiding


def test_a_voided_entry_counts_no_more_and_stays_in_sight():
    operation = given(funded())
    void(operation, 2)
    assert (operation.phase, operation.money.figures) == ("planned", Figures())
    assert operation.entries[1].amount_cents == 100_00
    assert [(type(event), event.target) for event in new_events(operation)] == [(EntryVoided, 2)]


def test_a_voided_abandonment_brings_the_operation_back():
    operation = funded()
    operation.abandon(**entry("2010", reason="Décision du bureau"))
    void(operation, 3)
    operation.start(**entry("2011"))
    assert operation.phase == "started"


def test_a_voided_rescheduling_gives_the_promise_before_it_back():
    operation = planned(delivers_on=day("2012"))
    for promise in ("2013", "2014"):
        operation.reschedule(delivers_on=day(promise), **entry("2011", reason="Avenant"))
    void(operation, 3)
    assert (operation.delivers_on, operation.schedule["delivery"].initial) == (day("2013"), day("2012"))


# What stands in the way


@pytest.mark.parametrize("author", AUTHORS)
def test_the_only_funding_of_a_started_operation_is_not_voided(author):
    operation = given(started())
    with refused(EntriesInTheWay, operation) as refusal:
        void(operation, 2, by=author)
    assert refusal.value.values["versions"] == [3]
    assert "n° 3 (not-funded) : L'opération ANZ-CARPEAUX n'a ni affectation" in str(refusal.value)


def test_one_funding_of_two_may_be_voided():
    operation = started()
    allocated(operation)
    with refused(EntriesInTheWay, operation):
        void(operation, 2)
    early = funded()
    committed(early)
    early.start(**entry("2009"))
    void(early, 2)
    assert early.phase == "started"


def test_a_start_is_not_corrected_to_after_the_delivery():
    operation = given(delivered("2013-06-30"))
    with refused(EntriesInTheWay, operation) as refusal:
        correct(operation, 3, {"on": "2013-07"})
    assert refusal.value.values["versions"] == [4]


def test_a_delivery_is_not_corrected_to_before_the_start():
    operation = given(delivered())
    with refused(EntriesInTheWay, operation) as refusal:
        correct(operation, 4, {"on": "2007"})
    assert "La livraison (2007) précède le démarrage (20 novembre 2008)" in str(refusal.value)


def test_an_owner_is_not_corrected_to_the_one_that_takes_over_later():
    operation = planned(owner="valenciennes")
    operation.change_owner(owner="cavm", **entry("2015"))
    with refused(EntriesInTheWay, given(operation)) as refusal:
        correct(operation, 1, {"owner": "cavm"})
    assert refusal.value.values["versions"] == [2]


def test_all_the_entries_in_the_way_are_named():
    operation = started()
    operation.void(target=3, **entry("2009", reason=WHY))
    operation.start(**entry("2009"))
    operation.deliver(**entry("2010"))
    with refused(EntriesInTheWay, given(operation)) as refusal:
        void(operation, 5)
    assert refusal.value.values["versions"] == [6]
    with refused(EntriesInTheWay, operation) as refusal:
        correct(operation, 5, {"on": "2011"})
    assert refusal.value.values["versions"] == [6]


def test_entries_are_voided_from_the_last_to_the_first():
    operation = delivered()
    for version in (4, 3, 2):
        void(operation, version)
    assert operation.phase == "planned"


def test_a_history_that_breaks_a_rule_already_may_be_put_right_elsewhere():
    operation = planned(by=ARCHIVE)
    operation.start(**entry("2006", by=ARCHIVE))
    committed(operation)
    void(operation, 3)
    correct(operation, 1, {"title": "Anzin, Carpeaux"})
    assert operation.to_complete == ["owner", "cost", "start_funding"]


def test_a_correction_of_imported_history_is_held_to_the_rules_it_would_add():
    operation = planned(by=ARCHIVE)
    operation.start(**entry("2006", by=ARCHIVE))
    operation.deliver(**entry("2010", by=ARCHIVE))
    with refused(EntriesInTheWay, given(operation)):
        correct(operation, 2, {"on": "2011"}, by=ARCHIVE)


# Dates that archives do not know


def test_an_undated_entry_may_be_corrected_without_being_dated():
    operation = planned(by=ARCHIVE)
    committed(operation, on=None, by=ARCHIVE)
    correct(operation, 2, {"amount_cents": 70_00})
    assert operation.money.movements[0].on == UNKNOWN


def test_an_undated_entry_gets_its_date_by_a_correction():
    operation = planned(by=ARCHIVE, on=None)
    correct(operation, 1, {"on": "2008-02"})
    assert operation.planned_on == day("2008-02")
    assert "planned_on" not in operation.to_complete


def test_a_second_source_may_know_no_date():
    operation = planned(by=ARCHIVE)
    operation.start(**entry("2003", by=ARCHIVE))
    correct(operation, 2, {"on": None}, by=ARCHIVE, on=None)
    assert operation.started_on == UNKNOWN
