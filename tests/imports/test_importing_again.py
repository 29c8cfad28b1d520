"""Importing: all or nothing, unless the good lines are asked for; the same file again adds nothing."""

from threading import Thread
from uuid import uuid4

import pytest

from api.imports import import_register
from api.imports.printing import render
from domain.dates import PartialDate
from domain.event import Entry
from domain.ledger import Command, Done
from domain.operation import Operation
from domain.partner import Partner
from tests.imports.registers import FRAME, REAL, line, real_rows, real_with, register
from tests.story import AUTHORITY, LEA, NOW, entry, planned

CHASSE_ROYALE = "PNRU-2009-CHASSE-ROYALE"


@pytest.fixture
def take(ledger):
    """Import a file as a new command."""

    def take(data, **options):
        return import_register(ledger, data, command=Command(uuid4()), at=NOW, **options)

    return take


def record(ledger, change):
    """A person commands something."""
    ledger.run(Command(uuid4()), lambda: Done(change()))


def named(report):
    return [(each.reference, each.column) for each in report.refused]


def test_the_same_file_again_adds_nothing_and_says_so(ledger, take):
    first = take(REAL)
    again = take(REAL)
    assert ledger.head() == first.position
    assert (len(again.unchanged), again.recorded, again.refused, again.exit_code) == (44, (), (), 0)
    assert again.to_complete == first.to_complete
    assert render(again)[-1] == "Rien n'a été enregistré : le fichier n'apporte rien de nouveau."


def test_the_same_lines_saved_otherwise_are_the_same_lines(ledger, take):
    position = take(REAL).position
    again = take(
        b"\xef\xbb\xbf" + register(*(line({}, **row) for row in reversed(real_rows())), separator=";", end="\r\n")
    )
    assert (len(again.unchanged), again.refused, ledger.head()) == (44, (), position)


def test_new_lines_of_a_known_file_are_added(ledger, take):
    take(register(line(FRAME), line(part_of="CONVENTION")))
    more = take(register(line(FRAME), line(part_of="CONVENTION"), line(reference="SECOND", part_of="CARPEAUX")))
    assert [each.reference for each in more.recorded] == ["SECOND"]
    assert ledger.operation("SECOND").agreement == "CONVENTION"


@pytest.mark.parametrize(("column", "value"), [("title", "Chasse Royale"), ("milestones", "[]"), ("cost_eur", "1")])
def test_a_changed_cell_is_refused_by_its_name_and_nothing_recorded(ledger, take, column, value):
    position = take(REAL).position
    report = take(real_with(CHASSE_ROYALE, **{column: value}))
    assert named(report) == [(CHASSE_ROYALE, column)]
    assert "22 novembre 2026" in report.refused[0].reason
    assert (len(report.unchanged), ledger.head(), report.exit_code) == (43, position, 1)


def test_what_people_recorded_since_is_no_difference(ledger, take):
    take(REAL)
    operation = ledger.operation(CHASSE_ROYALE)
    operation.change_owner(owner="sigh", **entry("2021"))
    operation.correct(target=1, changes={"title": "Chasse Royale"}, **entry("2021", reason="Titre"))
    record(ledger, lambda: operation)
    position = ledger.head()
    assert (len(take(REAL).unchanged), ledger.head()) == (44, position)


def test_a_container_that_moved_since_does_not_change_its_contents(ledger, take):
    take(REAL)
    outer = ledger.operation("NPNRU-2019-CONDE-CHANTECLERC")
    outer.attach(programme="PNRU", agreement="PNRU-2008-CORRIDOR", **entry("2021"))
    record(ledger, lambda: outer)
    assert len(take(REAL).unchanged) == 44


def test_a_reference_that_a_person_used_is_taken(ledger, take):
    record(ledger, lambda: planned("CARPEAUX"))
    report = take(register(line()))
    assert named(report) == [("CARPEAUX", "reference")]
    assert "déjà prise" in report.refused[0].reason


def test_an_operation_does_not_take_the_reference_of_an_agreement(take):
    take(register(line(FRAME)))
    assert named(take(register(line(reference="CONVENTION")))) == [("CONVENTION", "record")]


def test_one_bad_line_stops_the_whole_file(ledger, take):
    report = take(real_with("TRAM-L2", cost_eur="-1"))
    assert (named(report), report.recorded, report.exit_code) == ([("TRAM-L2", "cost_eur")], (), 1)
    assert len(report.accepted) == 43
    assert ledger.head() == 0
    assert "une ligne refusée arrête tout le fichier" in render(report)[-1]


def test_the_good_lines_are_recorded_when_they_are_asked_for(ledger, take):
    report = take(real_with("PNRU-2008-CORRIDOR", owner="Inconnu"), partial=True)
    assert (len(report.recorded), report.refused_lines, report.exit_code) == (38, 6, 0)
    assert ledger.find(Operation, "PNRU-2008-CORRIDOR-THIERS") is None
    assert ledger.operation("TRAM-L2")
    again = take(REAL)
    assert (len(again.unchanged), len(again.recorded)) == (38, 6)


def test_nothing_good_records_nothing(ledger, take):
    report = take(register(line(cost_eur="-1")), partial=True)
    assert (report.recorded, report.exit_code, ledger.head()) == ((), 0, 0)


def test_a_dry_run_tells_all_and_records_nothing(ledger, take):
    report = take(REAL, dry_run=True)
    assert (len(report.accepted), report.recorded, ledger.head()) == (44, (), 0)
    assert "à enregistrer (40\u00a0opérations" in "\n".join(render(report))
    assert "--dry-run" in render(report)[-1]


def test_progress_counts_every_line(take):
    seen = []
    take(REAL, dry_run=True, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 44) for done in range(1, 45)]


def test_a_partner_registered_since_is_named_by_its_code(ledger, take):
    facts = {"code": "sem-du-hainaut", "name": "SEM du Hainaut", "kind": "other"}
    today = Entry(on=PartialDate.parse("2026-11-22"), at=NOW, by=LEA)
    record(ledger, lambda: Partner.register(authority=AUTHORITY, **facts, **today))
    take(register(line(owner="sem-du-hainaut")))
    assert ledger.operation("CARPEAUX").owner == "sem-du-hainaut"


def test_two_imports_of_one_file_at_once_record_it_once(ledger, take):
    reports = []
    both = [Thread(target=lambda: reports.append(take(REAL))) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(len(report.recorded) for report in reports) == [0, 44]
    assert sorted(len(report.unchanged) for report in reports) == [0, 44]


def test_an_imported_line_comes_back_from_the_ledger_as_it_was_told(ledger, take):
    take(register(line(FRAME), line(part_of="CONVENTION", milestones=[{"kind": "started", "on": "2010"}])))
    started = ledger.operation("CARPEAUX").entries[1]
    assert (started.on.text, started.waived, started.by.imports) == ("2010", ("not-funded",), True)
    assert started.documents[0].title == "www.example.org"
