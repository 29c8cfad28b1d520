"""The timeline: every entry with both its dates, and what was known of it when."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.event import Document
from projections import timeline
from projections.projection import columns, select
from tests.story import ARCHIVE, NOW, allocated, committed, day, delivered, entry, planned, signed, started

LATER = NOW + timedelta(days=30)


def entries(cursor: Any, reference: str = "ANZ-CARPEAUX") -> dict[int, timeline.EntryRow]:
    return {each.version: each for each in timeline.entries(cursor, "operation", reference)}


def rows_of(cursor: Any, version: int) -> list[timeline.EntryRow]:
    """Every row that an entry ever had, the first one first."""
    query = f"SELECT {columns(timeline.EntryRow, 'e')} FROM timeline.entry AS e WHERE version = %s ORDER BY position"
    return select(cursor, timeline.EntryRow, query, (version,))


def test_an_entry_says_what_happened_who_recorded_it_and_why(told, cursor):
    operation = planned(reason="Comité de pilotage")
    evidence = Document("Délibération", ref="DEL-2008-12", sha256="a" * 64)
    operation.commit(
        partner="anru",
        instrument="grant",
        amount_cents=100_00,
        scheme="PNRU",
        **entry("2008-03-14") | {"documents": (evidence,)},
    )
    position = told(operation)
    first, second = timeline.entries(cursor, "operation", "ANZ-CARPEAUX")
    assert (first.kind, first.label, first.on, first.true_from) == (
        "planned",
        "Opération programmée",
        "2008-02",
        date(2008, 2, 29),
    )
    assert (first.recorded_at, first.recorded_by, first.organisation, first.source) == (NOW, "u-1", "cavm", "api")
    assert (first.reason, first.partner, first.amount_cents) == ("Comité de pilotage", None, None)
    assert (second.kind, second.partner, second.amount_cents) == ("funding_committed", "anru", 100_00)
    assert second.documents == [{"title": "Délibération", "ref": "DEL-2008-12", "sha256": "a" * 64}]
    assert (second.position, second.until, second.known_from, second.known_to) == (position, None, NOW, None)
    assert (second.corrects, second.voided_by) == (None, None)


def test_entries_come_in_the_order_in_which_things_happened(told, cursor):
    operation = planned(on="2008")
    for code, on in {"a": "2010-06-01", "b": "2009", "c": "2009-12", "d": "2009-12-31", "e": "2009-11"}.items():
        operation.log_milestone(code=code, title=code, **entry(on))
    told(operation)
    assert [each.on for each in timeline.entries(cursor, "operation", "ANZ-CARPEAUX")] == [
        *("2008", "2009-11", "2009", "2009-12", "2009-12-31", "2010-06-01")
    ]


def test_an_undated_fact_counts_from_the_day_it_was_recorded_in_paris(told, cursor):
    operation = planned()
    late_in_the_evening = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    operation.log_milestone(code="a", title="A", **entry(None, by=ARCHIVE, at=late_in_the_evening))
    told(operation)
    assert (entries(cursor)[2].on, entries(cursor)[2].true_from) == (None, date(2026, 7, 1))


def test_the_head_says_where_the_operation_stands(told, cursor):
    operation = started(owner="sigh", cost_cents=500_00, starts_on=day("2008-09"), delivers_on=day("2012"))
    allocated(operation, 40_00, partner="region")
    operation.reschedule(delivers_on=day("2013-06-30"), **entry("2010", reason="Fouilles"))
    position = told(operation)
    head = timeline.operation(cursor, "ANZ-CARPEAUX")
    assert head is not None
    assert (head.phase, head.version, head.position) == ("started", 5, position)
    assert (head.owner, head.planned_by, head.funders) == ("sigh", "cavm", ["anru", "region"])
    assert head.schedule == {
        "start": {"initial": "2008-09", "current": "2008-09", "actual": "2008-11-20", "slip_days": 51},
        "delivery": {"initial": "2012", "current": "2013-06-30", "actual": None, "slip_days": 181},
    }
    assert (head.cost_cents, head.undetermined_cents, head.to_complete) == (500_00, 360_00, [])
    assert (head.figures.committed_cents, head.figures.allocated_cents) == (100_00, 40_00)
    assert timeline.operation(cursor, "UNKNOWN") is None


def test_a_corrected_entry_is_struck_and_keeps_its_figures(told, cursor):
    operation = started()
    first = told(operation)
    operation.correct(target=2, changes={"amount_cents": 120_00}, **entry("2013", at=LATER, reason="Faute de frappe"))
    second = told(operation)
    before, after = rows_of(cursor, 2)
    assert (before.amount_cents, before.voided_by, before.until, before.known_to) == (100_00, None, second, LATER)
    assert (after.amount_cents, after.voided_by, after.position, after.known_from) == (100_00, 4, second, LATER)
    assert after.until is None
    assert before.position < first
    assert [row.until for row in rows_of(cursor, 1)] == [None]


def test_the_correcting_entry_tells_the_fact_as_it_should_have_been(told, cursor):
    operation = started()
    changes = {"amount_cents": 120_00, "partner": "region", "on": "2008-04"}
    operation.correct(target=2, changes=changes, **entry("2013", reason="Faute de frappe"))
    told(operation)
    correction = entries(cursor)[4]
    assert (correction.kind, correction.label, correction.corrects) == ("entry_corrected", "Rectification", 2)
    assert (correction.on, correction.true_from) == ("2008-04", date(2008, 4, 30))
    assert (correction.partner, correction.amount_cents) == ("region", 120_00)
    assert correction.reason == "Faute de frappe"
    assert correction.detail == (
        "écriture n° 2 (Financement engagé) ; montant : 100\u00a0€ → 120\u00a0€ ; partenaire : anru → region ; "
        "date du fait : mars 2008 → avril 2008"
    )


def test_of_two_corrections_the_later_one_stands(told, cursor):
    operation = started()
    operation.correct(target=2, changes={"amount_cents": 120_00}, **entry("2013", reason="Une faute"))
    operation.correct(target=2, changes={"partner": "region"}, **entry("2014", reason="Une autre"))
    told(operation)
    found = entries(cursor)
    assert [found[version].voided_by for version in (2, 4, 5)] == [5, 5, None]
    assert (found[4].partner, found[4].amount_cents) == ("anru", 120_00)
    assert (found[5].partner, found[5].amount_cents) == ("region", 120_00)


def test_a_voided_correction_lets_the_first_figures_stand_again(told, cursor):
    operation = started()
    operation.correct(target=2, changes={"amount_cents": 120_00}, **entry("2013", reason="Une faute"))
    told(operation)
    operation.void(target=4, **entry("2014", reason="Il n'y avait pas de faute"))
    told(operation)
    assert [entries(cursor)[version].voided_by for version in (2, 4, 5)] == [None, 5, None]
    assert [(row.amount_cents, row.voided_by) for row in rows_of(cursor, 2)] == [
        (100_00, None),
        (100_00, 4),
        (100_00, None),
    ]


def test_voiding_the_first_of_two_corrections_changes_what_the_second_one_tells(told, cursor):
    operation = started()
    operation.correct(target=2, changes={"amount_cents": 120_00}, **entry("2013", reason="Une faute"))
    operation.correct(target=2, changes={"partner": "region"}, **entry("2014", reason="Une autre"))
    operation.void(target=4, **entry("2015", reason="Le montant était bon"))
    told(operation)
    assert (entries(cursor)[5].partner, entries(cursor)[5].amount_cents) == ("region", 100_00)
    assert [(row.amount_cents, row.until is None) for row in rows_of(cursor, 5)] == [(120_00, False), (100_00, True)]


def test_a_voided_entry_is_struck_with_its_corrections(told, cursor):
    operation = planned()
    committed(operation)
    operation.correct(target=2, changes={"amount_cents": 120_00}, **entry("2013", reason="Une faute"))
    operation.void(target=2, **entry("2014-05-12", reason="Décision annulée"))
    told(operation)
    found = entries(cursor)
    assert [found[version].voided_by for version in (1, 2, 3, 4)] == [None, 4, 4, None]
    voiding = found[4]
    assert (voiding.label, voiding.corrects, voiding.amount_cents) == ("Annulation d'écriture", 2, None)
    assert (voiding.on, voiding.true_from) == ("2014-05-12", date(2008, 3, 31))
    assert voiding.detail == "écriture n° 2 (Financement engagé)"


def test_what_was_known_does_not_depend_on_clocks_that_go_back(told, cursor):
    operation = planned()
    operation.log_milestone(code="a", title="A", **entry("2009", at=LATER))
    operation.log_milestone(code="b", title="B", **entry("2009", at=NOW))
    told(operation)
    found = entries(cursor)
    assert [found[version].recorded_at for version in (1, 2, 3)] == [NOW, LATER, NOW]
    assert [found[version].known_from for version in (1, 2, 3)] == [NOW, LATER, LATER]


def test_the_latest_clock_is_remembered_from_one_batch_to_the_next(told, cursor):
    operation = planned()
    operation.log_milestone(code="a", title="A", **entry("2009", at=LATER))
    told(operation)
    told(planned("OTHER"))
    assert [each.known_from for each in timeline.entries(cursor, "operation", "OTHER")] == [LATER]


def test_an_agreement_has_a_timeline_too(told, cursor):
    agreement = signed()
    agreement.allocate(partner="anru", instrument="grant", amount_cents=60_000_00, **entry("2008-06"))
    agreement.note(title="Avenant attendu", due_on=day("2010"), **entry("2009"))
    agreement.correct(target=2, changes={"amount_cents": 61_000_00}, **entry("2010", reason="Une faute"))
    told(agreement)
    found = {each.version: each for each in timeline.entries(cursor, "agreement", "PNRU-2008")}
    assert [found[version].kind for version in (1, 2, 3, 4)] == [
        *("signed", "allocation_made", "noted", "entry_corrected")
    ]
    assert (found[2].amount_cents, found[2].voided_by, found[4].amount_cents) == (60_000_00, 4, 61_000_00)
    assert timeline.entries(cursor, "operation", "PNRU-2008") == []


@pytest.mark.parametrize("apart", [True, False])
def test_batches_leave_no_trace(told, cursor, apart):
    operation = delivered()
    if apart:
        told(operation)
    operation.correct(target=2, changes={"amount_cents": 1_00}, **entry("2015", reason="Une faute"))
    if apart:
        told(operation)
    operation.correct(target=2, changes={"amount_cents": 2_00}, **entry("2015", reason="Une autre"))
    last = told(operation)
    assert [(row.voided_by, row.until and row.until - last) for row in rows_of(cursor, 2)] == [
        (None, -1),
        (5, 0),
        (6, None),
    ]
