"""The pages of partners and of agreements, in a real browser."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from domain.ledger import Command, Done
from domain.statement import Statement
from tests.story import AUTHORITY, entry

NPNRU = "/agreements/NPNRU-2019-CONVENTION"
ROLES = {
    "/partners": {"admin", "anru", "auditor", "landlord", "lea", "region"},
    "/agreements": {"anru", "auditor", "landlord", "lea", "region"},
    NPNRU: {"anru", "auditor", "landlord", "lea", "region"},
}


@pytest.mark.parametrize("path", ROLES)
def test_whoever_may_read_these_pages_reads_them_well(look, anybody, path):
    here = look(anybody)
    here.at(path, 200 if anybody in ROLES[path] else 403)
    here.reads_well_on_any_screen()


@pytest.mark.parametrize("path", ROLES)
def test_these_pages_print(look, path):
    here = look("auditor")
    here.at(path)
    for form in ("A4", "A3"):
        # Patterns, and letters with an edge, would make it many times as large.
        assert 5_000 < len(here.printed(format=form)) < 160_000


def test_what_changed_since_a_statement_is_asked_for_and_printed(look, site):
    stated(site)
    here = look("region")
    page = here.at("/partners/region")
    expect(page.get_by_text("Depuis Comité de test")).to_be_visible()
    here.reads_well()
    page.get_by_label("Depuis").fill("2006-01-01")
    page.get_by_role("button", name="Comparer").click()
    expect(page.get_by_role("table", name="Totaux qui ont changé")).to_be_visible()
    here.shot("/partners/region-compared")
    here.reads_well()
    assert 5_000 < len(here.printed()) < 250_000


def stated(site):
    """A situation is stated, and the follower has heard of it."""
    made = Statement.make(
        authority=AUTHORITY,
        head=site.ledger.head(),
        code="comite-test",
        title="Comité de test",
        position=site.ledger.head(),
        **entry("2026-11-22"),
    )
    site.follows(site.ledger.run(Command(id=uuid4()), lambda: Done(made)).position)


@pytest.mark.parametrize("path", [*ROLES, "/partners/region"])
def test_these_pages_speak_english(look, path):
    here = look("auditor", locale="en-GB")
    page = here.at(path)
    expect(page.get_by_text("As known today")).to_be_visible()
    here.reads_well()
