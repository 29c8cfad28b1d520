"""Comparing: a line says what it recorded before, or names the columns that changed; its writing counts for nothing."""

import json

import pytest

from tests.imports.registers import FRAME, REAL, examined, line, real_rows, real_with, register

CHASSE_ROYALE, CORRIDOR = "PNRU-2009-CHASSE-ROYALE", "PNRU-2008-CORRIDOR"
ROWS = {row["reference"]: row for row in real_rows()}


@pytest.fixture(scope="module")
def standing():
    """The real register, recorded."""
    return {row.reference: record for row, record in examined(REAL).accepted}


@pytest.fixture
def changes(standing):
    """The lines and columns that are refused when one line of the real register has other cells."""

    def changes(reference, **cells):
        found = examined(real_with(reference, **cells), standing)
        assert found.accepted == []
        return {(each.reference, each.column) for each in found.refused}

    return changes


@pytest.mark.parametrize(
    ("reference", "column", "value"),
    [
        (CHASSE_ROYALE, "title", "Valenciennes : Chasse Royale"),
        (CHASSE_ROYALE, "programme", "NPNRU"),
        (CHASSE_ROYALE, "theme", "mining"),
        (CHASSE_ROYALE, "communes_insee", "59606;59014"),
        (CHASSE_ROYALE, "part_of", "NPNRU-2019-CONVENTION"),
        (CHASSE_ROYALE, "site", ""),
        (CHASSE_ROYALE, "owner", "SIGH"),
        (CHASSE_ROYALE, "planned_on", "2009"),
        (CHASSE_ROYALE, "planned_on", "2009-04-11"),
        (CHASSE_ROYALE, "cost_eur", "40900001"),
        (CHASSE_ROYALE, "cost_eur", "60000000"),
        (CHASSE_ROYALE, "cost_eur", ""),
        (CHASSE_ROYALE, "cost_basis", "HT"),
        (CHASSE_ROYALE, "commitments", ""),
        (CHASSE_ROYALE, "milestones", ""),
        (CHASSE_ROYALE, "source_url", "https://example.org"),
        ("PNRU-2006-BEUVRAGES", "planned_on", "2006"),
        ("PNRU-2006-BEUVRAGES", "commitments", ""),
        ("TRAM-L2", "cost_eur", "150000001"),
        ("TRAM-L2", "cost_eur", "124500000"),
        ("PNRU-2006-VALENCIENNES", "record", "agreement"),
        (CORRIDOR, "title", "Corridor minier"),
        (CORRIDOR, "owner", "SIGH"),
        (CORRIDOR, "planned_on", ""),
        (CORRIDOR, "cost_eur", "114000001"),
        (CORRIDOR, "cost_basis", "TTC"),
        (CORRIDOR, "communes_insee", "59112"),
        (CORRIDOR, "milestones", '[{"kind": "agreement_signed", "on": "2008-07"}]'),
        ("NPNRU-2019-CONVENTION", "planned_on", "2019-09"),
        ("NPNRU-2019-CONVENTION", "commitments", ""),
    ],
)
def test_a_changed_cell_is_named_alone(changes, reference, column, value):
    assert changes(reference, **{column: value}) == {(reference, column)}


@pytest.mark.parametrize("reference", [reference for reference, row in ROWS.items() if row["milestones"]])
def test_every_word_of_every_fact_counts(changes, reference):
    for place, fact in enumerate(ROWS[reference]["milestones"]):
        if fact["kind"] != "funded":
            facts = [*ROWS[reference]["milestones"]]
            facts[place] = fact | {"note": fact["note"] + " (bis)"}
            assert changes(reference, milestones=json.dumps(facts)) == {(reference, "milestones")}


@pytest.mark.parametrize("reference", [reference for reference, row in ROWS.items() if row["commitments"]])
def test_every_amount_counts(changes, reference):
    for place, decision in enumerate(ROWS[reference]["commitments"]):
        decisions = [*ROWS[reference]["commitments"]]
        decisions[place] = decision | {"amount_eur": decision["amount_eur"] + 1}
        assert changes(reference, commitments=json.dumps(decisions)) == {(reference, "commitments")}


def test_a_note_for_the_register_alone_is_not_recorded_and_may_change(changes):
    assert changes(CHASSE_ROYALE, source_note="Another word") == set()


def test_the_order_of_communes_and_the_spacing_of_lists_say_nothing(changes):
    communes = "59484; 59160;59616;59153 ;59253;59207;59112;"
    assert changes(CORRIDOR, communes_insee=communes) == set()
    assert changes(CORRIDOR, milestones=json.dumps(ROWS[CORRIDOR]["milestones"], indent=1)) == set()


def test_what_a_changed_container_contains_is_unchanged():
    good = examined(register(line(FRAME), line(part_of="CONVENTION")))
    standing = {row.reference: record for row, record in good.accepted}
    found = examined(register(line(FRAME, site="Ailleurs"), line(part_of="CONVENTION")), standing)
    assert [(each.reference, each.column) for each in found.refused] == [("CONVENTION", "site")]
    assert [row.reference for row, _ in found.unchanged] == ["CARPEAUX"]
