"""Commitments: what each partner sets aside, commits and pays, by year, theme, programme, and line by line."""

from typing import Any

import pytest

from domain.partner import Partner
from projections import commitments
from projections.commitments import MovementRow
from projections.projection import columns, select
from tests.story import ARCHIVE, AUTHORITY, NOW, allocated, committed, entry, planned, signed


def partner(code: str, name: str = "") -> Partner:
    return Partner.register(
        authority=AUTHORITY, code=code, name=name or code.upper(), kind="other", **entry("2008-01-01")
    )


def figures(row: Any) -> tuple[int, ...]:
    return row.allocated_cents, row.committed_cents, row.paid_cents, row.loans_cents


def movements(cursor: Any) -> list[MovementRow]:
    query = f"SELECT {columns(MovementRow, 'm')} FROM commitments.movement AS m ORDER BY position, version"
    return select(cursor, MovementRow, query, ())


def test_a_partner_without_money_shows_zeros(told, cursor):
    position = told(partner("region", "Région Hauts-de-France"))
    (row,) = commitments.partners(cursor)
    assert (row.code, row.name, row.kind, row.position) == ("region", "Région Hauts-de-France", "other", position)
    assert (*figures(row), row.operations, row.ratio) == (0, 0, 0, 0, 0, None)
    assert commitments.totals(cursor, ["region"])["region"]["year"] == []
    assert commitments.partner(cursor, "unknown") is None


def test_sums_go_by_year_theme_and_programme(told, cursor):
    first = planned("A", programme="PNRU")
    allocated(first, 70_00, on="2007")
    committed(first, 50_00, on="2008-03")
    second = planned("B", theme="mining")
    committed(second, 20_00, on="2009")
    told(partner("anru"), first, second)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (*figures(found), found.operations) == (70_00, 70_00, 0, 0, 2)
    assert (found.figures.to_commit_cents, found.figures.to_pay_cents) == (0, 70_00)
    by_year = {row.key: figures(row) for row in commitments.totals(cursor, ["anru"])["anru"]["year"]}
    assert by_year == {"2007": (70_00, 0, 0, 0), "2008": (0, 50_00, 0, 0), "2009": (0, 20_00, 0, 0)}
    by_theme = {row.key: figures(row) for row in commitments.totals(cursor, ["anru"])["anru"]["theme"]}
    assert by_theme == {"social_housing": (70_00, 50_00, 0, 0), "mining": (0, 20_00, 0, 0)}
    by_programme = [(row.key, figures(row)) for row in commitments.totals(cursor, ["anru"])["anru"]["programme"]]
    assert by_programme == [("PNRU", (70_00, 50_00, 0, 0)), (None, (0, 20_00, 0, 0))]


def test_loans_stand_apart(told, cursor):
    operation = planned()
    committed(operation, 50_00)
    committed(operation, 30_00, instrument="loan")
    allocated(operation, 90_00, instrument="loan")
    told(partner("anru"), operation)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert figures(found) == (0, 50_00, 0, 30_00)
    assert (found.own_cents, found.all_partners_cents) == (50_00, 50_00)


def test_an_undated_line_stands_under_no_year(told, cursor):
    operation = planned()
    committed(operation, 50_00, on=None, by=ARCHIVE)
    committed(operation, 20_00, on="2009")
    told(partner("anru"), operation)
    assert [(row.key, row.committed_cents) for row in commitments.totals(cursor, ["anru"])["anru"]["year"]] == [
        ("2009", 20_00),
        (None, 50_00),
    ]
    assert movements(cursor)[0].true_from == NOW.date()


def test_a_line_keeps_the_programme_that_it_was_decided_under(told, cursor):
    operation = planned()
    committed(operation, 50_00)
    operation.attach(programme="NPNRU", **entry("2016-09-26"))
    committed(operation, 20_00, on="2017")
    told(partner("anru"), operation)
    assert [(row.key, row.committed_cents) for row in commitments.totals(cursor, ["anru"])["anru"]["programme"]] == [
        ("NPNRU", 20_00),
        (None, 50_00),
    ]


def test_what_an_agreement_sets_aside_counts(told, cursor):
    agreement = signed(programme="PNRU")
    agreement.allocate(partner="anru", instrument="grant", amount_cents=60_00, **entry("2008-06"))
    told(partner("anru"), agreement)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (found.allocated_cents, found.operations, found.ratio) == (60_00, 0, None)
    (line,) = commitments.lines(cursor, "anru")
    assert (line.holder, line.reference, line.programme) == ("agreement", "PNRU-2008", "PNRU")


def test_leverage_is_what_all_commit_where_a_partner_commits(told, cursor):
    first, second = planned("A"), planned("B")
    committed(first, 600_00)
    committed(first, 300_00, partner="cavm")
    committed(first, 300_00, partner="region")
    committed(second, 1_000_00, partner="region")
    allocated(second, 50_00)
    told(partner("anru"), partner("cavm"), partner("region"), first, second)
    found = {row.code: (row.all_partners_cents, row.own_cents, row.ratio) for row in commitments.partners(cursor)}
    assert found == {
        "anru": (1_200_00, 600_00, 2.0),
        "cavm": (1_200_00, 300_00, 4.0),
        "region": (2_200_00, 1_300_00, 1.69),
    }


def test_what_others_commit_changes_a_partner_s_leverage_and_its_position(told, cursor):
    operation = planned()
    committed(operation, 600_00)
    told(partner("anru"), operation)
    committed(operation, 300_00, partner="region")
    position = told(operation)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (found.all_partners_cents, found.position) == (900_00, position)


def test_a_correction_moves_money_from_one_partner_and_year_to_another(told, cursor):
    operation = planned()
    committed(operation, 50_00, on="2008")
    told(partner("anru"), partner("region"), operation)
    changes = {"partner": "region", "on": "2009", "amount_cents": 40_00}
    operation.correct(target=2, changes=changes, **entry("2013", reason="Une faute"))
    told(operation)
    found = {row.code: (row.committed_cents, row.operations, row.own_cents) for row in commitments.partners(cursor)}
    assert found == {"anru": (0, 0, 0), "region": (40_00, 1, 40_00)}
    assert commitments.totals(cursor, ["anru"])["anru"]["year"] == []
    assert [(row.key, row.committed_cents) for row in commitments.totals(cursor, ["region"])["region"]["year"]] == [
        ("2009", 40_00)
    ]


def test_a_corrected_movement_ends_and_another_begins(told, cursor):
    operation = planned()
    committed(operation, 50_00, on="2008")
    committed(operation, 20_00, on="2008")
    first = told(operation)
    operation.correct(target=2, changes={"amount_cents": 40_00}, **entry("2013", reason="Une faute"))
    second = told(operation)
    assert [(row.version, row.amount_cents, row.position, row.until) for row in movements(cursor)] == [
        (2, 50_00, first - 1, second),
        (3, 20_00, first, None),
        (2, 40_00, second, None),
    ]


def test_a_corrected_theme_moves_every_line_of_the_operation(told, cursor):
    operation = planned()
    committed(operation, 50_00)
    told(partner("anru"), operation)
    operation.correct(target=1, changes={"theme": "mining"}, **entry("2013", reason="Une faute"))
    told(operation)
    assert [(row.key, row.committed_cents) for row in commitments.totals(cursor, ["anru"])["anru"]["theme"]] == [
        ("mining", 50_00)
    ]


def test_a_voided_line_leaves_nothing_in_the_sums(told, cursor):
    operation = planned()
    committed(operation, 50_00)
    operation.void(target=2, **entry("2013", reason="Décision annulée"))
    told(partner("anru"), operation)
    found = commitments.partner(cursor, "anru")
    assert found is not None
    assert (*figures(found), found.operations) == (0, 0, 0, 0, 0)
    assert commitments.totals(cursor, ["anru"])["anru"]["year"] == commitments.lines(cursor, "anru") == []


def test_lines_say_what_is_left_to_commit_and_to_pay(told, cursor):
    operation = planned()
    allocated(operation, 70_00, scheme="FEDER", decision_ref="D-1")
    committed(operation, 50_00, on="2009")
    told(operation)
    first, second = commitments.lines(cursor, "anru")
    assert (first.line, first.scheme, first.decision_ref, first.on) == ("L1", "FEDER", "D-1", "2008-03")
    assert (first.to_commit_cents, first.to_pay_cents) == (70_00, 0)
    assert (second.line, second.title, second.theme) == ("L2", "Anzin : Carpeaux", "social_housing")
    assert (second.to_commit_cents, second.to_pay_cents) == (0, 50_00)


def test_lines_come_page_by_page_and_line_ten_after_line_nine(told, cursor):
    first, second = planned("A"), planned("B")
    for operation in (first, second):
        for _ in range(11):
            committed(operation)
    told(first, second)
    seen, after = [], None
    while page := commitments.lines(cursor, "anru", after=after, limit=5):
        seen += [(row.reference, row.line) for row in page]
        after = page[-1].key
    assert seen == [(reference, f"L{n}") for reference in "AB" for n in range(1, 12)]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_partners_come_page_by_page(told, cursor, limit):
    told(*(partner(code) for code in ("region", "anru", "cavm")))
    seen, after = [], None
    while page := commitments.partners(cursor, after=after, limit=limit):
        seen += [row.code for row in page]
        after = page[-1].code
    assert seen == ["anru", "cavm", "region"]
