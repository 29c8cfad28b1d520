"""Programmes are dated data: what their line says decides, and a new framework is a new line."""

import pytest

from domain import programmes
from domain.errors import EntriesInTheWay, ProgrammeClosed
from domain.money import figures
from domain.programmes import programme
from domain.reference import rows
from projections.telling import detail
from tests.story import ARCHIVE, LEA, committed, day, entry, given, knowledge, new_events, planned, refused, replayed

NEW_FRAMEWORK = {
    "code": "PNRU-3",
    "name": "Troisième programme",
    "valid_from": "2030",
    "valid_to": "",
    "last_commitment_on": "2010-06-30",
    "allows_advance": "yes",
    "tied_to": "",
    "source": "test",
}


@pytest.mark.parametrize("on", ["2004", "2015", "2015-12", "2015-12-31"])
def test_the_pnru_takes_commitments_until_the_end_of_2015(on):
    operation = planned(programme="PNRU")
    committed(operation, 1_00, on=on)
    assert operation.money.figures.committed_cents == 1_00


@pytest.mark.parametrize("on", ["2016-01-01", "2016-01", "2016", "2020-05-25"])
def test_the_pnru_takes_no_commitment_that_was_certainly_decided_later(on):
    operation = given(planned(programme="PNRU"))
    with refused(ProgrammeClosed, operation) as refusal:
        committed(operation, on=on)
    assert refusal.value.values == {"programme": "PNRU", "last_commitment_on": day("2015-12-31"), "on": day(on)}
    assert "PNRU" in str(refusal.value)
    assert "31 décembre 2015" in str(refusal.value)


def test_a_derogation_says_why_a_commitment_comes_after_the_last_day():
    operation = given(planned(programme="PNRU"))
    operation.commit(
        partner="anru", instrument="grant", amount_cents=1_00, **entry("2016-02", reason="Dérogation du comité")
    )
    assert operation.money.figures.committed_cents == 1_00
    assert new_events(operation)[0].waived == ()


def test_an_imported_commitment_after_the_last_day_is_recorded_and_the_rule_noted_as_not_applied():
    operation = given(planned(programme="PNRU"))
    committed(operation, on="2016", by=ARCHIVE)
    assert new_events(operation)[0].waived == ("programme-closed",)


def test_an_undated_commitment_of_an_archive_is_not_held_to_a_last_day():
    operation = given(planned(programme="PNRU"))
    committed(operation, on=None, by=ARCHIVE)
    assert new_events(operation)[0].waived == ()


@pytest.mark.parametrize("code", [None, "NPNRU", "PNRQAD", "OPAH-RU", "ERBM"])
def test_a_programme_whose_last_day_was_not_read_has_no_such_rule(code):
    operation = planned(programme=code)
    committed(operation, 1_00, on="2026-11")
    assert operation.money.figures.committed_cents == 1_00


def test_a_commitment_is_not_corrected_to_a_day_that_its_programme_does_not_know():
    operation = planned(programme="PNRU")
    committed(operation, on="2015-06")
    with refused(EntriesInTheWay, given(operation)) as refusal:
        operation.correct(target=2, changes={"on": "2016-06"}, **entry("2020", reason="Décision retrouvée"))
    assert refusal.value.values["versions"] == [2]


def test_a_new_framework_is_a_new_line_and_its_rules_hold_at_once(monkeypatch):
    monkeypatch.setattr(programmes, "rows", lambda name: [*rows(name), NEW_FRAMEWORK])
    operation = planned(programme="PNRU-3")
    committed(operation, 1_00, on="2010-06")
    with refused(ProgrammeClosed, given(operation)):
        committed(operation, on="2010-07")
    known = programme("PNRU-3")
    assert known is not None
    assert (known.allows_advance, known.valid_from) == (True, day("2030"))


def test_the_pnrqad_is_shown_with_its_opah_and_no_rule_follows():
    operation = planned(programme=None)
    operation.attach(programme="PNRQAD", **entry("2012-02-10"))
    assert detail(operation.entries[-1], operation) == "programme : PNRQAD (avec OPAH-RU)"
    operation.attach(programme="NPNRU", **entry("2019"))
    assert detail(operation.entries[-1], operation) == "programme : PNRQAD (avec OPAH-RU) → NPNRU"


def test_earlier_commitments_stay_outside_the_programme_that_an_operation_joins_years_later():
    operation = planned(on="2013", programme=None)
    operation.start(**entry("2013", reason="Fonds propres"))
    early = committed(operation, 1_00, on="2014")
    operation.attach(programme="NPNRU", **entry("2016-09-26"))
    late = committed(operation, 2_00, on="2017")
    assert {code: line.opening.programme for code, line in operation.money.lines.items()} == {
        early: None,
        late: "NPNRU",
    }
    under = figures(movement for movement in operation.money.movements if movement.programme == "NPNRU")
    assert under.committed_cents == 2_00
    in_2014 = [each for each in operation.entries if each.on.latest.year <= 2014]
    then = in_2014[0].blank()
    then.refold(in_2014)
    assert (then.programme, operation.programme) == (None, "NPNRU")
    assert knowledge(replayed(operation)) == knowledge(operation)
    assert {each.by for each in operation.entries} == {LEA}
