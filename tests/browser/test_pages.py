"""Every page, for everybody: no complaint of browser or axe-core, nothing too wide; it all prints."""

import pytest
from playwright.sync_api import expect

OWN = {"lea": "cavm", "landlord": "sigh", "anru": "anru", "region": "region", "auditor": "anru", "admin": "region"}
OPERATION = "/operations/PNRU-2008-ANZIN-CARPEAUX"
OPEN = ("/login", "/help", "/problems", "/problems/version-conflict")


def test_everybody_reads_their_pages(look, anybody):
    here = look(anybody)
    for path in ("/", f"/partners/{OWN[anybody]}"):
        here.at(path)
        here.reads_well_on_any_screen()
    here.at(OPERATION, 403 if anybody == "admin" else 200)
    here.reads_well_on_any_screen()


def test_whoever_is_not_signed_in_reads_what_is_open(look):
    here = look(None)
    for path in OPEN:
        here.at(path)
        here.reads_well_on_any_screen()
    here.at("/nowhere", 404)
    here.reads_well_on_any_screen()


def test_a_page_speaks_english(look):
    here = look("anru", locale="en-GB")
    page = here.at("/partners/anru")
    expect(page.get_by_role("heading", name="By year")).to_be_visible()
    here.reads_well()


def test_a_wrong_filter_reads_well_too(look):
    here = look("anru", width=390)
    page = here.at("/partners/anru?as_known_on=2099-01-01", 422)
    expect(page.get_by_text("Ce jour est à venir.")).to_be_visible()
    here.reads_well()


def test_a_page_works_without_javascript(look):
    here = look("anru", java_script_enabled=False)
    page = here.at("/partners/anru")
    page.get_by_text("Voir une autre date").click()
    page.get_by_label("Vraie au").fill("2010-01-01")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_text("de ce qui avait eu lieu au 1er janvier 2010")).to_be_visible()
    page.wait_for_url(lambda url: url.endswith("as_true_on=2010-01-01&statement="))


@pytest.mark.parametrize("path", ["/partners/anru", "/help", OPERATION])
def test_a_page_prints(look, path):
    here = look("auditor")
    here.at(path)
    for form in ("A4", "A3"):
        printed = here.printed(format=form)
        assert printed.startswith(b"%PDF")
        # A pattern, or a picture of the page instead of its text, would make it many times as large.
        assert 5_000 < len(printed) < 250_000


def test_what_is_folded_away_on_the_screen_is_on_paper(look):
    page = look("auditor").at("/partners/anru")
    table = page.get_by_role("table", name="Montants par année de décision ou de versement")
    page.get_by_text("Les mêmes chiffres en tableau").first.click()
    expect(table).not_to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("caption", has_text="Montants par année")).to_be_visible()
    expect(page.get_by_role("button", name="Se déconnecter")).not_to_be_visible()


def test_the_keyboard_leads_through_a_page_and_shows_where_it_is(look):
    page = look("anru").at("/partners/anru")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_id("main")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
