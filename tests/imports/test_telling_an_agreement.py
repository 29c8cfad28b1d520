"""Telling an agreement: signed first, its other facts noted; what it contains comes under it."""

from domain import events
from domain.dates import PartialDate
from tests.imports.registers import FRAME, line, told

day = PartialDate.parse


def agreement(*facts, **cells):
    """The agreement told by one line, and its entries after the signature."""
    record = told(line(FRAME, milestones=list(facts), **cells))["CONVENTION"]
    return record, record.entries[1:]


def kinds(entries):
    return [type(entry).__name__ for entry in entries]


def test_an_agreement_is_signed_first_and_what_came_before_is_noted():
    expected = {"kind": "planned", "on": "2010-01-15", "due": "2010-06", "note": "Dossier retenu"}
    record, (noted,) = agreement(expected, {"kind": "agreement_signed", "on": "2012-02-10", "note": "Signature"})
    assert (record.signed_on, record.entries[0].reason) == (day("2012-02-10"), "Signature")
    assert (noted.title, noted.reason) == ("Échéance annoncée", "Dossier retenu")
    assert (noted.on, noted.due_on) == (day("2010-01-15"), day("2010-06"))


def test_a_later_signature_corrects_the_first_one():
    record, entries = agreement(
        {"kind": "agreement_signed", "on": "2018-06-27"},
        {"kind": "draft_issued", "on": "2019-05-20", "note": "Version de travail"},
        {"kind": "agreement_signed", "on": "2019-09"},
    )
    assert kinds(entries) == ["AgreementEntryCorrected"] * 2
    assert [entry.target for entry in entries] == [1, 1]
    assert record.signed_on == day("2019-09")


def test_an_agreement_keeps_leader_theme_communes_site_and_cost_with_its_signature():
    record, _ = agreement(
        {"kind": "agreement_signed", "on": "2008"},
        theme="mining",
        communes_insee="59112;59207",
        site="Thiers",
        cost_eur="114",
        cost_basis="TTC",
        programme="PNRU",
    )
    assert (record.leader, record.theme, record.communes, record.site) == (
        "cavm",
        "mining",
        ("59112", "59207"),
        "Thiers",
    )
    assert (record.cost_cents, record.cost_basis, record.programme) == (11_400, "incl_tax", "PNRU")


def test_an_agreement_that_calls_itself_a_protocol_is_one():
    signed = {"kind": "agreement_signed", "on": "2016"}
    assert agreement(signed, title="NPNRU : Protocole de préfiguration")[0].kind == "protocol"
    assert agreement(signed, title="Convention pluriannuelle")[0].kind == "convention"


def test_an_agreement_notes_every_other_fact_with_its_amount_and_due_date():
    facts = [
        {"kind": "agreement_signed", "on": "2008"},
        {"kind": "funding_expected", "on": "2006-06", "amount_eur": 50_000_000, "note": "Attendue"},
        {"kind": "rescheduled", "on": None, "due": "2019", "note": "Signature en 2019"},
        {"kind": "early_start_authorised", "on": "2018-06-27", "note": "Déclaration"},
        {"kind": "started", "on": "2018"},
    ]
    record, entries = agreement(*facts)
    assert kinds(entries) == ["AgreementNoted", "AgreementNoted", "AgreementEarlyStartAuthorised", "AgreementNoted"]
    assert (entries[0].amount_cents, entries[1].due_on, entries[2].reason) == (
        5_000_000_000,
        day("2019"),
        "Déclaration",
    )
    assert record.early_start


def test_the_planning_date_of_an_agreement_is_noted():
    """The register does not say whether it is that of the signature or an earlier one."""
    _, (noted,) = agreement({"kind": "agreement_signed", "on": "2012"}, planned_on="2010")
    assert (noted.on, noted.title) == (day("2010"), "Signature ou première programmation, d'après le registre")


def test_an_agreement_s_allocations_are_its_own():
    allocation = {"partner": "ANRU", "amount_eur": 86_700_000, "level": "allocation", "instrument": "mixed"}
    record, (allocated,) = agreement({"kind": "agreement_signed", "on": "2019"}, commitments=[allocation])
    assert isinstance(allocated, events.AgreementAllocated)
    assert record.money.figures.allocated_cents == 8_670_000_000


# What contains what


def test_a_line_comes_under_the_agreement_that_it_names_wherever_it_stands_in_the_file():
    records = told(line(part_of="CONVENTION"), line(FRAME))
    assert list(records) == ["CONVENTION", "CARPEAUX"]
    assert (records["CARPEAUX"].agreement, records["CARPEAUX"].part_of) == ("CONVENTION", None)


def test_a_line_inherits_the_agreement_of_what_contains_it():
    records = told(
        line(reference="INNER", part_of="MIDDLE", communes_insee="59564"),
        line(reference="MIDDLE", part_of="OUTER"),
        line(reference="OUTER", part_of="CONVENTION"),
        line(FRAME),
    )
    assert list(records) == ["CONVENTION", "OUTER", "MIDDLE", "INNER"]
    inner = records["INNER"]
    assert (inner.part_of, inner.agreement, inner.outside) == ("MIDDLE", "CONVENTION", ("59564",))
    assert inner.entries[0].agreement_led
