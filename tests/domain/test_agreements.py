"""Protocols and conventions: signed, with money set aside for the operations that they contain."""

import pytest

from domain.agreement import Agreement
from domain.errors import (
    AlreadySigned,
    AmountNotPositive,
    EntriesInTheWay,
    NotCorrectable,
    NothingToChange,
    NotVoidable,
    PromiseUndated,
    RepeatedValue,
    UnknownCommune,
    UnknownProgramme,
)
from domain.events import AgreementAllocated, AgreementEarlyStartAuthorised, AgreementNoted, AgreementSigned
from domain.money import Figures
from tests.story import (
    ANZIN,
    ARCHIVE,
    AUTHORITY,
    ESCAUTPONT,
    day,
    entry,
    given,
    knowledge,
    new_events,
    planned,
    refused,
    replayed,
    signed,
)


def allocate(agreement, amount_cents=86_700_000_00, instrument="mixed", on="2018-06-27", **facts):
    return agreement.allocate(partner="anru", instrument=instrument, amount_cents=amount_cents, **facts, **entry(on))


def test_partners_sign_an_agreement_with_all_that_is_known_of_it():
    facts = {
        "title": "Convention NPNRU",
        "kind": "convention",
        "leader": "cavm",
        "signatories": ("cavm", "anru", "region"),
        "programme": "NPNRU",
        "theme": "social_housing",
        "communes": (ANZIN, ESCAUTPONT),
        "site": "Chasse Royale",
        "cost_cents": 356_000_000_00,
        "cost_basis": "excl_tax",
    }
    agreement = signed("NPNRU-2019", on="2019-09", **facts)
    assert {name: getattr(agreement, name) for name in facts} == facts
    assert (agreement.reference, agreement.signed_on, agreement.version) == ("NPNRU-2019", day("2019-09"), 1)
    assert [type(event) for event in new_events(agreement)] == [AgreementSigned]


def test_an_agreement_and_an_operation_may_share_a_reference():
    assert signed("A").id == Agreement.identity(AUTHORITY, "A")
    assert signed("A").id != planned("A").id


def test_an_agreement_that_names_no_commune_is_about_the_whole_territory():
    assert signed("NPNRU-2016-PROTOCOLE", kind="protocol", communes=()).communes == ()


def test_an_agreement_may_be_wholly_outside_the_territory():
    assert signed(communes=(ESCAUTPONT,)).communes == (ESCAUTPONT,)


@pytest.mark.parametrize(
    ("facts", "refusal", "field"),
    [
        ({"communes": ("75056",)}, UnknownCommune, "communes"),
        ({"communes": (ANZIN, ANZIN)}, RepeatedValue, "communes"),
        ({"signatories": ("anru", "anru")}, RepeatedValue, "signatories"),
        ({"programme": "PNRU-3"}, UnknownProgramme, "programme"),
        ({"cost_cents": 0}, AmountNotPositive, "cost_cents"),
    ],
)
def test_what_an_agreement_says_must_make_sense(facts, refusal, field):
    with refused(refusal, field=field):
        signed(**facts)


def test_a_partner_sets_money_aside_for_the_operations():
    agreement = given(signed(programme="NPNRU"))
    assert allocate(agreement, 86_700_000_00) == "L1"
    assert allocate(agreement, 10_000_00, instrument="loan") == "L2"
    assert agreement.money.figures == Figures(allocated_cents=86_700_000_00)
    assert {movement.programme for movement in agreement.money.movements} == {"NPNRU"}
    assert [type(event) for event in new_events(agreement)] == [AgreementAllocated] * 2


@pytest.mark.parametrize("amount_cents", [0, -1])
def test_money_set_aside_is_above_zero(amount_cents):
    agreement = given(signed())
    with refused(AmountNotPositive, agreement, field="amount_cents"):
        allocate(agreement, amount_cents)


def test_a_noted_fact_changes_no_figure():
    agreement = given(signed())
    before = agreement.money.figures
    agreement.note(title="Aide attendue", due_on=day("2030"), amount_cents=33_000_000_00, **entry("2006-06"))
    assert agreement.money.figures == before
    assert [type(event) for event in new_events(agreement)] == [AgreementNoted]


def test_a_noted_amount_is_above_zero_and_a_noted_promise_has_a_date():
    agreement = given(signed())
    with refused(AmountNotPositive, agreement, field="amount_cents"):
        agreement.note(title="Aide attendue", amount_cents=0, **entry("2006-06"))
    with refused(PromiseUndated, agreement, field="due_on"):
        agreement.note(title="Signature prévue", due_on=entry(None)["on"], **entry("2006-06"))


@pytest.mark.parametrize("on", ["2018-06-27", "2019-09-01", "2019-09", "2019"])
def test_an_early_start_is_authorised_before_the_signature(on):
    agreement = given(signed(on="2019-09"))
    agreement.authorise_early_start(authority="anru", **entry(on))
    assert agreement.early_start
    assert [type(event) for event in new_events(agreement)] == [AgreementEarlyStartAuthorised]


def test_an_early_start_is_not_authorised_after_the_signature():
    agreement = given(signed(on="2019-09"))
    with refused(AlreadySigned, agreement):
        agreement.authorise_early_start(authority="anru", **entry("2019-10"))


# Putting right


def test_a_signature_is_corrected_by_a_second_source_and_both_stay_in_sight():
    agreement = signed(on="2011", by=ARCHIVE)
    agreement.correct(target=1, changes={"on": "2012-02-10"}, **entry(None, by=ARCHIVE, reason="Site de l'ANRU"))
    assert agreement.signed_on == day("2012-02-10")
    assert [event.on for event in agreement.entries][:1] == [day("2011")]
    assert knowledge(replayed(agreement)) == knowledge(agreement)


def test_a_voided_allocation_counts_no_more_and_its_line_keeps_its_name():
    agreement = signed()
    allocate(agreement, 1_00)
    agreement.void(target=2, **entry("2019", reason="Saisie deux fois"))
    assert agreement.money.figures == Figures()
    assert allocate(agreement, 2_00) == "L2"


def test_a_correction_of_an_agreement_follows_the_rules_of_every_correction():
    agreement = signed(on="2019-09")
    agreement.authorise_early_start(authority="anru", **entry("2018-06-27"))
    given(agreement)
    with refused(NotVoidable, agreement):
        agreement.void(target=1, **entry("2020", reason="Erreur"))
    with refused(NotCorrectable, agreement, field="changes.reference"):
        agreement.correct(target=1, changes={"reference": "X"}, **entry("2020", reason="Erreur"))
    with refused(NothingToChange, agreement):
        agreement.correct(target=1, changes={"leader": "cavm"}, **entry("2020", reason="Erreur"))
    with refused(EntriesInTheWay, agreement) as refusal:
        agreement.correct(target=1, changes={"on": "2018-05"}, **entry("2020", reason="Erreur"))
    assert refusal.value.values["versions"] == [2]
