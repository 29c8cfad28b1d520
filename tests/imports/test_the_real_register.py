"""The register of Valenciennes Métropole: what SOURCES.md says a correct first import shows."""

from collections import Counter, defaultdict

import pytest

from api.imports import import_register
from api.imports.printing import render
from domain.agreement import Agreement
from domain.dates import UNKNOWN, PartialDate
from domain.ledger import Command
from domain.money import figures
from domain.operation import Operation
from domain.reference.partners import find_by_name
from tests.imports.registers import REAL, examined, real_rows
from tests.story import COMMAND, NOW

ROWS = {row["reference"]: row for row in real_rows()}
TOUCHING = {
    *("PNRU-2008-CORRIDOR", "PNRU-2008-CORRIDOR-THIERS", "OPAHRU-2005", "NPNRU-2019-CONVENTION"),
    *("NPNRU-2019-CHASSE-ROYALE", "TRAM-L1-PHASE2-DENAIN", "TRAM-L2"),
}
SCHOOL = "NPNRU-2019-CHASSE-ROYALE-ECOLE-SENTINELLE"


@pytest.fixture(scope="module")
def records():
    """What the 44 lines tell, by reference."""
    found = examined(REAL)
    assert found.refused == []
    return {row.reference: record for row, record in found.accepted}


@pytest.fixture
def report(ledger):
    return import_register(ledger, REAL, command=Command(COMMAND), at=NOW)


def date(text):
    return PartialDate.parse(text) if text else UNKNOWN


def test_all_lines_are_recorded_as_40_operations_and_4_agreements(report, ledger):
    assert Counter(each.kind for each in report.recorded) == {"operation": 40, "agreement": 4}
    assert (report.refused, report.unchanged, report.exit_code) == ((), (), 0)
    for reference, row in ROWS.items():
        assert ledger.find(Operation if row["record"] == "operation" else Agreement, reference)


def test_agreements_come_first_and_containers_before_what_they_contain(report):
    order = [each.reference for each in report.recorded]
    assert {ROWS[reference]["record"] for reference in order[:4]} == {"agreement"}
    assert all(order.index(row["part_of"]) < order.index(row["reference"]) for row in ROWS.values() if row["part_of"])


def test_the_sums_of_every_partner_equal_those_of_the_file(records):
    in_file = defaultdict(Counter)
    for row in ROWS.values():
        for each in row["commitments"]:
            level = "loans" if each["instrument"] == "loan" else each["level"]
            in_file[find_by_name(each["partner"])[0]][level] += each["amount_eur"] * 100
    told = defaultdict(list)
    for record in records.values():
        for movement in record.money.movements:
            told[movement.partner].append(movement)
    assert told.keys() == in_file.keys()
    for partner, movements in told.items():
        sums, expected = figures(movements), in_file[partner]
        assert (sums.allocated_cents, sums.committed_cents) == (expected["allocation"], expected["commitment"]), partner
        assert (sums.loans_cents, sums.paid_cents) == (expected["loans"], 0)


def test_every_dated_decision_keeps_its_day_partner_amount_and_reference(records):
    for reference, row in ROWS.items():
        movements = records[reference].money.movements
        told = [(each.on, each.partner, each.scheme, each.amount_cents, each.decision_ref) for each in movements]
        decisions = row["commitments"]
        assert told == [
            (date(each["decided_on"]), *find_by_name(each["partner"]), each["amount_eur"] * 100, each["reference"])
            for each in decisions
        ]


@pytest.mark.parametrize("reference", ROWS)
def test_every_fact_is_an_entry_with_its_date_its_words_and_its_sources(records, reference):
    row, entries = ROWS[reference], records[reference].entries
    left = [(entry.on, entry.reason) for entry in entries]
    for fact in row["milestones"]:
        if fact["kind"] != "funded":
            left.remove((date(fact["on"]), fact["note"]))
        if "due" in fact:
            assert date(fact["due"]) in [getattr(entry, "due_on", None) for entry in entries]
    assert {tuple(document.ref for document in entry.documents) for entry in entries} == {
        tuple(row["source_url"].split(" | "))
    }


@pytest.mark.parametrize("reference", [reference for reference, row in ROWS.items() if row["record"] == "operation"])
def test_every_cell_of_an_operation_is_in_its_record(records, reference):
    row, record = ROWS[reference], records[reference]
    planned = record.entries[0]
    assert planned.on == date(row["planned_on"])
    assert planned.owner == (find_by_name(row["owner"])[0] if row["owner"] else None)
    assert record.cost_cents == (int(row["cost_eur"]) * 100 if row["cost_eur"] else None)
    assert record.cost_basis == ("excl_tax" if row["cost_basis"] == "HT" else "not_stated")
    assert record.communes == tuple(row["communes_insee"].split(";"))
    assert (record.title, record.site, record.programme or "", record.theme or "") == (
        *(row["title"], row["site"]),
        *(row["programme"], row["theme"]),
    )
    assert row["part_of"] in (record.part_of, record.agreement, "")
    assert bool(record.part_of or record.agreement) == bool(row["part_of"])


def test_what_is_missing_is_listed_and_counted(report):
    counts = Counter(name for names in report.to_complete.values() for name in names)
    assert counts == {"theme": 2, "owner": 12, "planned_on": 17, "cost": 27, "start": 3, "start_funding": 12}
    assert report.to_complete["CONDE-GROUPE-SCOLAIRE"] == ("theme", "cost")
    assert report.to_complete["PNRQAD-2012"] == ("cost",)


def test_lines_outside_the_agglomeration_are_recorded_and_flagged(report):
    flagged = {flag.reference: flag.text for flag in report.flags if "hors agglomération" in flag.text}
    assert flagged.pop(SCHOOL) == "hors agglomération : La Sentinelle"
    assert flagged.keys() == TOUCHING
    assert flagged["TRAM-L1-PHASE2-DENAIN"] == "en partie hors agglomération : La Sentinelle, Hérin, Denain"


def test_starts_and_deliveries_that_the_rules_would_refuse_are_flagged(report):
    told = Counter(flag.text for flag in report.flags if "hors agglomération" not in flag.text)
    assert told == {"démarrage sans financement publié": 12, "livraison sans démarrage connu": 3}


def test_only_the_denain_extension_has_a_complete_plan_with_its_loan_apart(records):
    denain = records["TRAM-L1-PHASE2-DENAIN"]
    assert (denain.money.figures.committed_cents, denain.money.figures.loans_cents) == (2_400_000_000, 4_500_000_000)
    covered = [reference for reference, each in records.items() if getattr(each, "undetermined_cents", None) == 0]
    assert covered == ["TRAM-L1-PHASE2-DENAIN"]


def costs(record):
    first = [] if record.entries[0].cost_cents is None else [record.entries[0]]
    return [(e.on.text, e.cost_cents // 10**8) for e in [*first, *record.entries[1:]] if hasattr(e, "cost_cents")]


def test_disagreements_about_costs_are_kept_in_their_order(records):
    assert costs(records["PNRU-2006-BEUVRAGES"]) == [("2006-09-18", 100), (None, 96)]
    assert costs(records["PNRU-2008-ANZIN-CARPEAUX"]) == [("2008-02", 56), (None, 61)]
    assert costs(records["PNRU-2009-CHASSE-ROYALE"]) == [("2009-04-11", 60), ("2020-05-25", 40), (None, 40)]
    assert costs(records["TRAM-L2"]) == [("2013-12-13", 150)]
    (works,) = [each for each in records["TRAM-L2"].milestones.values() if each.code == "cost-announced-2"]
    assert "124\u202f500\u202f000" in works.label


@pytest.mark.parametrize(
    ("reference", "target", "first", "then"),
    [
        ("PNRU-2009-CHASSE-ROYALE", "operation.milestone_logged", "2008-12", "2009-01-28"),
        ("ERBM-SAINT-PIERRE", "operation.delivered", "2025-01-22", "2025-04-22"),
        ("TRAM-L1-PHASE1", "operation.started", "2003", "2004"),
        ("PNRQAD-2012", "agreement.signed", "2011", "2012-02-10"),
        ("NPNRU-2019-CONVENTION", "agreement.signed", "2018-06-27", "2019-05-20"),
    ],
)
def test_disagreements_about_dates_are_corrections_of_the_first_source(records, reference, target, first, then):
    entries = records[reference].entries
    correction = next(entry for entry in entries if hasattr(entry, "changes"))
    corrected = entries[correction.target - 1]
    assert (corrected.TOPIC, corrected.on.text, correction.changes["on"]) == (target, first, then)


def test_the_owner_at_planning_is_kept_and_the_later_one_takes_over(records):
    chasse_royale = records["PNRU-2009-CHASSE-ROYALE"]
    assert (chasse_royale.entries[0].owner, chasse_royale.owner) == ("valenciennes", "cavm")


def test_the_report_is_printed_in_french(report):
    text = "\n".join(render(report))
    for words in (
        "44\u00a0lignes",
        "40\u00a0opérations, 4\u00a0conventions",
        "À compléter : 2\u00a0thèmes, 12\u00a0maîtres d'ouvrage, 17\u00a0dates de programmation",
        "27\u00a0coûts, 3\u00a0démarrages, 12\u00a0financements du démarrage",
        "hors agglomération : La Sentinelle",
        "215\u202f560\u202f000\u00a0€",
        "Enregistré : 44\u00a0lignes",
    ):
        assert words in text
