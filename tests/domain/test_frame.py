"""Priority areas and plans of the territory depend on the date: each assessment is an entry, the latest day counts."""

from datetime import date

import pytest

from domain.errors import AlreadyClosed, GenerationNotInForce, TextOutOfBounds
from domain.events import CoherenceAssessed, PriorityAreaAssessed
from domain.frame import Coherence, PriorityArea
from domain.reference import rows
from domain.vocabulary import PRIORITY_GENERATIONS
from projections.telling import detail
from tests.story import ARCHIVE, abandoned, day, entry, given, knowledge, new_events, planned, refused, replayed


def assessed(operation, generation="QP", code="QP059001", list_ref="décret 2014-1750", on="2015-06-30", **known):
    operation.assess_priority_area(generation=generation, code=code, list_ref=list_ref, **entry(on, **known))


def judged(operation, plan="PLH", plan_version="2009-2014", verdict="aligned", on="2010", **known):
    facts = {
        "plan": plan,
        "plan_version": plan_version,
        "verdict": verdict,
        "orientation": "Reconquérir le parc ancien",
    }
    operation.assess_coherence(**facts | known, **entry(on))


# Priority areas


def test_an_operation_lies_in_a_priority_area_by_the_list_of_that_day():
    operation = given(planned())
    assessed(operation)
    assert operation.priority_area == PriorityArea("QP", "QP059001", "décret 2014-1750", date(2015, 6, 30))
    assert [type(event) for event in new_events(operation)] == [PriorityAreaAssessed]
    assert detail(operation.entries[-1], operation) == "QP QP059001 ; liste : décret 2014-1750"


def test_an_operation_may_lie_outside_all_of_them():
    operation = planned()
    assessed(operation, code=None)
    assert operation.priority_area.code is None
    assert detail(operation.entries[-1], operation) == "QP : hors quartier ; liste : décret 2014-1750"


@pytest.mark.parametrize(
    ("generation", "on"),
    [
        ("ZUS", "2004"),
        ("ZUS", "2014-12-31"),
        ("QP", "2015-01-01"),
        ("QP", "2023-12-31"),
        ("QN", "2024-01-01"),
        ("QN", "2026-11"),
    ],
)
def test_each_generation_has_its_years(generation, on):
    operation = planned()
    assessed(operation, generation, on=on)
    assert operation.priority_area.generation == generation


@pytest.mark.parametrize(
    ("generation", "on"),
    [
        ("ZUS", "2015-01-01"),
        ("ZUS", "2015"),
        ("QP", "2014-12-31"),
        ("QP", "2024"),
        ("QN", "2023-12-31"),
        ("QN", "2008"),
    ],
)
def test_a_generation_that_was_certainly_not_in_force_is_refused(generation, on):
    operation = given(planned())
    with refused(GenerationNotInForce, operation) as refusal:
        assessed(operation, generation, on=on)
    assert refusal.value.values["generation"] == generation
    assert day(on).french() in str(refusal.value)


def test_an_archive_may_name_a_generation_before_its_time_and_the_rule_is_noted_as_not_applied():
    operation = planned()
    assessed(operation, "QP", on="2013", by=ARCHIVE)
    assert operation.entries[-1].waived == ("generation-not-in-force",)


def test_the_status_of_the_latest_day_counts_whatever_was_recorded_last():
    operation = planned()
    assessed(operation, "QN", "QN05901M", "décret 2023-1314", on="2024-01-01")
    assessed(operation, "ZUS", "3126010", "décret 96-1156", on="2008")
    assert operation.priority_area.generation == "QN"
    assert [each.generation for each in operation.entries[1:]] == ["QN", "ZUS"]


def test_a_wrong_status_is_put_right_and_the_earlier_one_counts_again():
    operation = planned()
    assessed(operation, "ZUS", "3126010", "décret 96-1156", on="2008")
    assessed(operation)
    operation.void(target=3, **entry("2020", reason="Autre quartier"))
    assert operation.priority_area.generation == "ZUS"
    assert knowledge(replayed(operation)) == knowledge(operation)


@pytest.mark.parametrize("field", ["code", "list_ref"])
def test_a_status_names_its_code_and_its_list(field):
    operation = given(planned())
    with refused(TextOutOfBounds, operation, field=field):
        assessed(operation, **{field: " "})


def test_every_generation_has_its_dates():
    assert [row["code"] for row in rows("priority_generations")] == list(PRIORITY_GENERATIONS)


# Coherence


def test_an_operation_is_held_against_one_version_of_each_plan():
    operation = given(planned())
    judged(operation)
    judged(operation, "PTCS", "2011", "partial", on="2012")
    assert operation.coherence == {
        "PLH": Coherence("2009-2014", "aligned", "Reconquérir le parc ancien", date(2010, 12, 31)),
        "PTCS": Coherence("2011", "partial", "Reconquérir le parc ancien", date(2012, 12, 31)),
    }
    assert [type(event) for event in new_events(operation)] == [CoherenceAssessed] * 2
    assert detail(operation.entries[-1], operation) == (
        "PTCS 2011 ; appréciation : Partiellement conforme ; orientation : Reconquérir le parc ancien"
    )


def test_a_new_version_of_a_plan_asks_for_a_new_verdict_and_leaves_the_old_one_in_the_history():
    operation = planned()
    judged(operation)
    judged(operation, plan_version="2016-2021", verdict="not_aligned", on="2016")
    judged(operation, plan_version="2009-2014", verdict="partial", on="2011")
    assert operation.coherence["PLH"].verdict == "not_aligned"
    assert [each.verdict for each in operation.entries[1:]] == ["aligned", "not_aligned", "partial"]
    assert knowledge(replayed(operation)) == knowledge(operation)


@pytest.mark.parametrize("field", ["plan_version", "orientation"])
def test_coherence_is_evidence_not_a_checkbox(field):
    operation = given(planned())
    with refused(TextOutOfBounds, operation, field=field):
        judged(operation, **{field: ""})


# The close-out


def test_after_the_close_out_nothing_joins_leaves_or_is_assessed():
    operation = abandoned(programme="PNRU")
    operation.decommit(line="L1", amount_cents=100_00, **entry("2011", reason="Abandon"))
    operation.close(final_cost_cents=1_00, **entry("2012", reason="Études seules"))
    given(operation)
    for command in (
        lambda: operation.attach(programme="NPNRU", **entry("2016")),
        lambda: operation.detach(**entry("2016", reason="Convention close")),
        lambda: assessed(operation),
        lambda: judged(operation),
    ):
        with refused(AlreadyClosed, operation):
            command()
