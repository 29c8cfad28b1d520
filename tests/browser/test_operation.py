"""The page of an operation that lived through everything, as people look at it."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from domain.ledger import Command, Done
from tests.pages import lived
from tests.pages.lived import LIVED, PAGE


@pytest.fixture(scope="module", autouse=True)
def told(site):
    """Two parts, and a statement in between."""
    first = site.ledger.run(Command(id=uuid4()), lambda: Done(lived.first_part())).position
    site.ledger.run(Command(id=uuid4()), lambda: Done(lived.statement(first, site.ledger.head())))
    operation = site.ledger.operation(LIVED)
    lived.second_part(operation)
    site.follows(site.ledger.run(Command(id=uuid4()), lambda: Done(operation)).position)


def test_the_page_reads_well(look):
    here = look("auditor")
    here.at(PAGE)
    here.reads_well_on_any_screen()
    here.at("/operations/PNRU-2009-CHASSE-ROYALE")
    here.reads_well_on_any_screen()


def test_the_page_speaks_english(look):
    here = look("anru", locale="en-GB")
    page = here.at(PAGE)
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    here.reads_well()


def test_a_correction_leads_to_what_it_corrects_and_back(look):
    page = look("anru").at(PAGE)
    page.locator("#e13").get_by_role("link", name="remplacée par l'écriture n° 14").click()
    page.wait_for_url(lambda url: url.endswith("#e14"))
    page.locator("#e14").get_by_role("link", name="voir l'écriture n° 13").click()
    page.wait_for_url(lambda url: url.endswith("#e13"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_two_dates_are_compared_without_losing_the_date_of_the_page(look, scripts):
    here = look("region", java_script_enabled=scripts)
    page = here.at(f"{PAGE}?statement=comite-2026")
    form = page.get_by_role("form", name="Comparer deux dates")
    form.get_by_label("Depuis").fill("hier")
    here.expected.add(422)
    form.get_by_role("button").click()
    expect(form.get_by_text("Aucune situation arrêtée ne porte le code hier.")).to_be_visible()
    if scripts:
        here.reads_well()
    form.get_by_label("Depuis").fill("2012-01-01")
    form.get_by_role("button").click()
    expect(page.get_by_text("Situation arrêtée « comite-2026 »")).to_be_visible()
    changes = page.get_by_role("table", name="Ce qui a changé entre les deux dates")
    expect(changes.get_by_role("row", name="Livraison · calendrier actuel – décembre 2013")).to_be_visible()


def test_the_page_prints_with_hatches_made_solid(look):
    here = look("auditor")
    page = here.at(PAGE)
    for form in ("A4", "A3"):
        printed = here.printed(format=form)
        assert printed.startswith(b"%PDF")
        assert 5_000 < len(printed) < 250_000
    page.emulate_media(media="print")
    fill = "element => getComputedStyle(element).fill"
    assert page.locator("svg.plan rect.slip").first.evaluate(fill) == "rgb(229, 168, 35)"
    expect(page.get_by_role("button", name="Comparer")).not_to_be_visible()
    expect(page.get_by_role("table", name="Par partenaire")).to_be_visible()


def test_the_keyboard_reaches_the_chart_and_the_ways_within_the_page(look):
    page = look("auditor").at(PAGE)
    way = page.get_by_role("navigation", name="Sur cette page").get_by_role("link", name="Chronologie")
    way.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("#entries"))
    chart = page.get_by_role("region", name="Calendrier : promis au départ")
    chart.focus()
    assert chart.evaluate("element => element === document.activeElement")
