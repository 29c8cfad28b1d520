"""A corrected plan is judged on facts that are found again, and stored with the correction."""

import pytest

from domain.errors import EntriesInTheWay, NoCommune, UnknownFrame
from domain.territory import Population
from tests.domain.test_correcting import correct, void
from tests.story import (
    ANZIN,
    ARCHIVE,
    BRUAY,
    ESCAUTPONT,
    FAMARS,
    LA_SENTINELLE,
    PETITE_FORET,
    day,
    entry,
    given,
    planned,
    refused,
    signed,
)

COUNTED_2021 = {"insee": PETITE_FORET, "inhabitants": 4_882, "vintage": 2021}


def plan_of(operation):
    """The plan as corrections left it."""
    return operation.communes, operation.outside, operation.theme


def test_corrected_communes_are_looked_up_on_the_day_of_the_plan():
    operation = planned(communes=(BRUAY,))
    correct(operation, 1, {"communes": [BRUAY, ESCAUTPONT]})
    assert operation.outside == (ESCAUTPONT,)
    assert operation.entries[1].changes == {
        "communes": [BRUAY, ESCAUTPONT],
        "outside": [ESCAUTPONT],
        "populations": [],
    }


def test_a_plan_is_not_corrected_out_of_the_territory():
    operation = given(planned(communes=(BRUAY,)))
    with refused(EntriesInTheWay, operation) as refusal:
        correct(operation, 1, {"communes": [ESCAUTPONT]})
    assert "outside-territory" in str(refusal.value)
    with refused(NoCommune, operation, field="changes.communes"):
        correct(operation, 1, {"communes": []})


def test_a_plan_under_an_agreement_that_the_authority_leads_may_be_corrected_out_of_it():
    operation = planned(communes=(BRUAY,), agreement=signed())
    correct(operation, 1, {"communes": [LA_SENTINELLE]})
    assert operation.outside == (LA_SENTINELLE,)


def test_a_corrected_theme_has_its_inhabitants_counted():
    operation = planned(communes=(PETITE_FORET,), theme=None, on="2021-06")
    correct(operation, 1, {"theme": "rural_centre"})
    assert operation.entries[1].changes["populations"] == [COUNTED_2021]


def test_a_theme_is_not_corrected_to_a_rural_centre_for_a_larger_commune():
    operation = given(planned(communes=(PETITE_FORET,), theme=None, on="2024"))
    with refused(EntriesInTheWay, operation) as refusal:
        correct(operation, 1, {"theme": "rural_centre"})
    assert "too-many-inhabitants" in str(refusal.value)


@pytest.mark.parametrize("author", [None, ARCHIVE])
def test_a_reason_that_a_person_states_with_the_correction_is_a_derogation(author):
    operation = planned(communes=(PETITE_FORET,), theme=None, on="2024", **({"by": author} if author else {}))
    correct(operation, 1, {"theme": "rural_centre", "reason": "Dérogation du bureau"})
    assert operation.theme == "rural_centre"


def test_a_reason_that_an_import_states_is_no_derogation():
    operation = given(planned(communes=(PETITE_FORET,), theme=None, on="2024", by=ARCHIVE))
    with refused(EntriesInTheWay, operation):
        correct(operation, 1, {"theme": "rural_centre", "reason": "Fiche du fonds"}, by=ARCHIVE)


def test_a_corrected_date_is_that_of_another_population():
    operation = planned(communes=(PETITE_FORET,), theme="rural_centre", on="2021")
    with refused(EntriesInTheWay, given(operation)):
        correct(operation, 1, {"on": "2023"})
    correct(operation, 1, {"on": "2022"})
    assert operation.entries[1].changes["populations"] == [COUNTED_2021 | {"inhabitants": 4_887, "vintage": 2022}]


def test_an_undated_plan_is_judged_on_the_day_it_was_recorded():
    operation = planned(communes=(PETITE_FORET,), theme=None, on=None, by=ARCHIVE)
    with refused(EntriesInTheWay, given(operation)):
        correct(operation, 1, {"theme": "rural_centre"})
    correct(operation, 1, {"theme": "rural_centre", "on": "2021"})
    assert operation.planned_on == day("2021")


def test_a_correction_of_something_else_finds_nothing_again():
    operation = planned(communes=(BRUAY, ESCAUTPONT))
    correct(operation, 1, {"title": "Thiers"})
    assert operation.entries[1].changes == {"title": "Thiers"}


def test_a_voided_correction_of_communes_gives_the_communes_outside_back():
    operation = planned(communes=(BRUAY, ESCAUTPONT))
    correct(operation, 1, {"communes": [ANZIN, LA_SENTINELLE]})
    correct(operation, 1, {"on": "2009"})
    void(operation, 2)
    assert plan_of(operation) == ((BRUAY, ESCAUTPONT), (ESCAUTPONT,), "social_housing")
    void(operation, 3)
    assert operation.planned_on == day("2008-02")
    correct(operation, 1, {"communes": [ANZIN]})
    assert operation.outside == ()


def test_a_voided_correction_of_communes_is_judged_on_the_communes_that_come_back():
    operation = planned(communes=(PETITE_FORET,), theme=None, on="2024")
    correct(operation, 1, {"communes": [FAMARS]})
    correct(operation, 1, {"theme": "rural_centre"})
    with refused(EntriesInTheWay, given(operation)) as refusal:
        void(operation, 2)
    assert refusal.value.values["versions"] == [1]
    void(operation, 3)
    void(operation, 2)
    assert plan_of(operation) == ((PETITE_FORET,), (), None)


def test_the_figures_of_a_first_judgement_stay_in_its_entry():
    operation = planned(communes=(PETITE_FORET,), theme="rural_centre", on="2021")
    correct(operation, 1, {"on": "2022"})
    assert operation.entries[0].populations == (Population(PETITE_FORET, 4_882, 2021),)


# The agreement that a plan names


def test_a_corrected_agreement_is_one_that_was_looked_up():
    operation = given(planned())
    with refused(UnknownFrame, operation, field="changes.agreement"):
        correct(operation, 1, {"agreement": "PNRU-2008"})
    with refused(UnknownFrame, operation, field="changes.agreement"):
        correct(operation, 1, {"agreement": "PNRU-2008"}, agreement=signed("PNRU-2009"))
    correct(operation, 1, {"agreement": "PNRU-2008"}, agreement=signed("PNRU-2008"))
    assert operation.agreement == "PNRU-2008"


def test_an_operation_outside_keeps_an_agreement_that_the_authority_leads():
    operation = given(planned(communes=(LA_SENTINELLE,), agreement=signed("NPNRU-2019")))
    with refused(EntriesInTheWay, operation):
        correct(operation, 1, {"agreement": None})
    with refused(EntriesInTheWay, operation):
        correct(operation, 1, {"agreement": "HAINAUT"}, agreement=signed("HAINAUT", leader="porte-du-hainaut"))
    correct(operation, 1, {"agreement": "NPNRU-2020"}, agreement=signed("NPNRU-2020"))
    assert operation.agreement == "NPNRU-2020"


def test_an_attachment_is_corrected_to_an_agreement_that_was_looked_up():
    operation = planned()
    operation.attach(programme="NPNRU", agreement="NPNRU-2019", **entry("2019"))
    with refused(UnknownFrame, given(operation), field="changes.agreement"):
        correct(operation, 2, {"agreement": "NPNRU-2020"})
    correct(operation, 2, {"agreement": "NPNRU-2020"}, agreement=signed("NPNRU-2020"))
    assert operation.agreement == "NPNRU-2020"
