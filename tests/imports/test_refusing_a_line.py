"""Refusing: every line that cannot be taken is listed, with its line number, its column and a reason in French."""

import json

import pytest

from tests.imports.registers import CARPEAUX, FRAME, examined, line, refusals, register

NOTHING = "[" * 100_000


def commitment(**changes):
    usual = {"partner": "ANRU", "amount_eur": 100, "level": "commitment", "instrument": "grant"}
    return json.dumps([usual | changes])


def milestone(**facts):
    return json.dumps([{"kind": "studies", "on": "2008"} | facts])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("record", "project", "operation, agreement"),
        ("record", "", "operation, agreement"),
        ("reference", "", "majuscules"),
        ("reference", "carpeaux", "majuscules"),
        ("reference", "A" * 65, "majuscules"),
        ("title", "", "obligatoire"),
        ("title", "t" * 301, "300"),
        ("programme", "ANRU", "PNRU"),
        ("theme", "centre", "rural_centre"),
        ("communes_insee", "", "au moins une commune"),
        ("communes_insee", "59014;75056", "75056"),
        ("communes_insee", "59014;59014", "deux fois"),
        ("communes_insee", "59207", "Aucune des communes"),
        ("part_of", "NOWHERE", "NOWHERE"),
        ("site", "s" * 4_001, "4000"),
        ("owner", "Ville de Paris", "partenaire"),
        ("owner", "État (DETR)", "ligne budgétaire"),
        ("planned_on", "février 2008", "AAAA-MM"),
        ("planned_on", "2008-02-30", "calendrier"),
        ("planned_on", "2031", "après aujourd'hui"),
        ("cost_eur", "-5", "positif"),
        ("cost_eur", "0", "positif"),
        ("cost_eur", "12 000", "montant"),
        ("cost_eur", "9" * 14, "invraisemblable"),
        ("cost_basis", "hors taxes", "HT"),
        ("source_url", "javascript:alert(1)", "adresse"),
        ("source_url", "http://[::1", "adresse"),
    ],
)
def test_a_bad_cell_is_named_with_its_reason(column, value, reason):
    ((number, named, told),) = refusals(register(line(**{column: value})))
    assert (number, named) == (2, column)
    assert reason in told


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("[{]", "JSON illisible"),
        ("{}", "liste JSON"),
        ("[1]", "liste JSON"),
        (NOTHING, "JSON illisible"),
        ('[{"amount_eur": NaN}]', "JSON illisible"),
        (f'[{{"amount_eur": {"9" * 5_000}}}]', "JSON illisible"),
        ('[{"partner": "ANRU", "partner": "Anah"}]', "deux fois"),
        (commitment(amount="1"), "amount"),
        (commitment(partner="Ville de Paris"), "n° 1"),
        (commitment(partner=7), "n'est pas un texte"),
        (commitment(partner=None), "partenaire"),
        (commitment(amount_eur=-1), "positif"),
        (commitment(amount_eur=True), "montant"),
        (commitment(amount_eur=1e300), "invraisemblable"),
        (commitment(amount_eur=0.001), "décimales"),
        (commitment(amount_eur=[1]), "montant"),
        (commitment(level="payment"), "allocation, commitment"),
        (commitment(instrument="gift"), "grant"),
        (commitment(decided_on="hier"), "AAAA"),
        (commitment(decided_on=2008), "date"),
        (commitment(decided_on="2031"), "après aujourd'hui"),
        (commitment(reference="\ud800"), "UTF-8"),
        (commitment(reference="a\0b"), "U+0000"),
    ],
)
def test_a_commitment_that_cannot_be_read_is_refused(value, reason):
    ((number, named, told),) = refusals(register(line(commitments=value)))
    assert (number, named) == (2, "commitments")
    assert reason in told


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (milestone(kind="paid"), "paid"),
        (milestone(kind=None), "genre"),
        (milestone(when="2008"), "when"),
        (milestone(on="31/12/2008"), "AAAA"),
        (milestone(on="2031"), "après aujourd'hui"),
        (milestone(due="bientôt"), "AAAA"),
        (milestone(note=1), "texte"),
        (milestone(note="n" * 4_001), "4000"),
        (milestone(kind="started", due="2009"), "due"),
        (milestone(kind="delivered", amount_eur=5), "amount_eur"),
        (milestone(kind="cost_announced"), "amount_eur"),
        (milestone(kind="owner_changed", note="Transfert du projet"), "nouveau maître d'ouvrage"),
        (milestone(kind="owner_changed", note="Transfert à la Ville de Paris"), "nouveau maître d'ouvrage"),
    ],
)
def test_a_milestone_that_cannot_be_told_is_refused(value, reason):
    ((number, named, told),) = refusals(register(line(milestones=value)))
    assert (number, named) == (2, "milestones")
    assert reason in told


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"owner": ""}, "owner"),
        ({"part_of": "CARPEAUX"}, "part_of"),
        ({"commitments": commitment()}, "commitments"),
        ({"milestones": ""}, "milestones"),
    ],
)
def test_an_agreement_has_a_leader_a_signature_no_container_and_no_commitment(cells, column):
    assert [named for _, named, _ in refusals(register(line(FRAME, **cells)))] == [column]


def test_every_bad_cell_of_every_bad_line_is_listed():
    bad = line(reference="BAD", cost_eur="-1", owner="Inconnu", commitments="{")
    data = register(line(), bad, line(reference="WORSE", planned_on="hier"))
    assert [(number, column) for number, column, _ in refusals(data)] == [
        *((3, column) for column in ("owner", "cost_eur", "commitments")),
        (4, "planned_on"),
    ]


def test_what_a_refused_line_contains_is_refused_and_says_why():
    data = register(
        line(reference="INNER", part_of="OUTER"),
        line(reference="OUTER", part_of="CONVENTION"),
        line(FRAME, owner="Inconnu"),
        line(reference="APART"),
    )
    assert [(number, column) for number, column, _ in refusals(data)] == [(2, "part_of"), (3, "part_of"), (4, "owner")]
    assert "CONVENTION, qui la contient, est refusée (ligne 4)" in refusals(data)[1][2]
    assert [row.reference for row, _ in examined(data).accepted] == ["APART"]


def test_lines_that_contain_each_other_are_refused():
    data = register(line(part_of="CARPEAUX"), line(reference="A", part_of="B"), line(reference="B", part_of="A"))
    found = refusals(data)
    assert [(number, column) for number, column, _ in found] == [(2, "part_of"), (3, "part_of"), (4, "part_of")]
    assert "elle-même" in found[0][2]


def test_a_chain_of_a_thousand_containers_is_told_from_the_outside_in():
    lines = [line(reference=f"R{n}", part_of=f"R{n + 1}" if n < 999 else "") for n in range(1_000)]
    found = examined(register(*lines))
    assert found.refused == []
    assert [row.reference for row, _ in found.accepted][:2] == ["R999", "R998"]


def test_a_correction_that_the_ledger_refuses_names_the_milestones():
    facts = [
        {"kind": "started", "on": "2010"},
        {"kind": "delivered", "on": "2012"},
        {"kind": "delivered", "on": "2009"},
    ]
    ((_, column, reason),) = refusals(register(line(milestones=facts)))
    assert column == "milestones"
    assert "La livraison (2009) précède le démarrage (2010)" in reason


def test_a_reference_names_one_record_of_either_kind():
    assert refusals(register(line(CARPEAUX), line(FRAME, reference="CARPEAUX"))) == [
        (3, "reference", "déjà à la ligne 2")
    ]
