"""Recording from the pages, end to end: plan, commit, start, be refused, correct; with a mouse, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

REFERENCE = "PNRU-2008-ANZIN-CARPEAUX"
OPERATION = f"/operations/{REFERENCE}"
SUBJECTS = {"Engager un financement": "Financement", "Démarrer les travaux": "Travaux et calendrier"}


def opens(page, words, subject):
    """Find the way to a form, and go there."""
    record = page.locator("#record")
    group = record.locator("details", has=page.locator("summary", has_text=re.compile(f"^{subject}$")))
    if group.get_attribute("open") is None:
        group.locator("summary").first.click()
    group.get_by_role("link", name=words, exact=True).click()
    page.get_by_role("heading", name=words, exact=True).wait_for()
    return record.locator("form[method=post]")


def recorded(page):
    """The page is back, and says so."""
    page.wait_for_url(re.compile(r"\?min_position=\d+$"))
    expect(page.get_by_role("status").filter(has_text="C'est enregistré")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_operation_is_planned_refused_funded_started_and_put_right(look, scripts):
    reference = "ANZ-ESSAI" if scripts else "ANZ-ESSAI-2"
    here = look("lea", java_script_enabled=scripts)
    page = here.at("/")
    page.get_by_role("link", name="Programmer", exact=True).click()
    page.get_by_label("Titre").first.fill("Anzin : essai")
    page.get_by_label("Référence").first.fill(reference)
    page.get_by_label("Date de la décision").fill("02/2008")
    page.get_by_label("Anzin", exact=True).check()
    page.get_by_role("button", name="Programmer l'opération").click()
    recorded(page)
    page.wait_for_url(re.compile(f"/operations/{reference}[?]"))
    expect(page.get_by_role("heading", name="Anzin : essai")).to_be_visible()

    # Nothing is set aside, and no reason is given.
    form = opens(page, "Démarrer les travaux", "Travaux et calendrier")
    expect(form.get_by_text("n'a ni affectation ni engagement")).to_be_visible()
    form.get_by_label("Date").fill("20/11/2008")
    form.get_by_label("Ordre de service").fill("OS-1")
    here.expected.add(409)
    form.get_by_role("button").click()
    wrong = page.get_by_role("alert").filter(has_text="Rien n'est enregistré.")
    expect(wrong).to_be_visible()
    expect(page.get_by_label("Ordre de service")).to_have_value("OS-1")
    if scripts:
        expect(page.locator(":focus")).to_have_class("notice wrong")
        here.reads_well()
        here.shot(f"/{reference}-refused")

    form = opens(page, "Engager un financement", "Financement")
    form.get_by_label("Date").fill("2008-03")
    form.get_by_label("Partenaire").select_option("anru")
    form.get_by_label("Nature").select_option("grant")
    form.get_by_label("Montant").first.fill("22 000 000,50")
    form.get_by_role("button").click()
    recorded(page)
    expect(page.get_by_text("22 000 000,50 €".replace(" ", "\u202f", 2).replace(" €", "\u00a0€")).first).to_be_visible()

    form = opens(page, "Démarrer les travaux", "Travaux et calendrier")
    form.get_by_label("Date").fill("20/11/2008")
    form.get_by_role("button").click()
    recorded(page)

    page.locator("#e3").get_by_role("link", name=re.compile("écriture n°.3")).click()
    page.get_by_label("Date du fait").fill("21/11/2008")
    page.get_by_label("Motif de la rectification").first.fill("Ordre de service du 21")
    page.get_by_role("button", name="Rectifier l'écriture").click()
    recorded(page)
    correction = page.locator("ol.entries li", has_text="Ordre de service du 21")
    expect(correction).to_contain_text("20 novembre 2008 → 21 novembre 2008")


def test_a_milestone_logged_on_the_page_is_on_the_timeline_when_the_page_comes_back(look):
    page = look("lea").at(OPERATION)
    form = opens(page, "Ajouter un jalon", "Jalons")
    form.get_by_label("Intitulé").fill("Réunion de clôture")
    form.get_by_label("Code").fill("reunion")
    form.get_by_label("Date").fill("03/10/2026")
    form.get_by_role("button").click()
    recorded(page)
    expect(page.locator("ol.entries li", has_text="Réunion de clôture")).to_have_count(1)


def test_one_form_is_open_at_a_time_and_the_keyboard_lands_in_it(look):
    here = look("lea")
    page = here.at(OPERATION)
    opens(page, "Démarrer les travaux", "Travaux et calendrier")
    opens(page, "Engager un financement", "Financement")
    expect(page.locator("#record form[method=post]")).to_have_count(1)
    expect(page.locator("#record details[open]")).to_have_count(1)
    expect(page.locator(":focus")).to_have_text("Engager un financement")
    page.wait_for_url(lambda url: url.endswith("?record=commit#record-form"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("name", "on")


def test_a_line_is_chosen_before_it_is_taken_back(look):
    here = look("lea")
    page = here.at(OPERATION)
    opens_choice(page)
    page.get_by_label("Quelle ligne").select_option("L2")
    page.get_by_role("button", name="Choisir").click()
    form = page.locator("#record form[method=post]")
    expect(form).to_have_attribute("action", f"{OPERATION}/allocations/L2/take-back")
    here.reads_well()


def opens_choice(page):
    page.locator("#record summary", has_text="Lignes de financement ouvertes").click()
    page.get_by_role("link", name="Reprendre tout ou partie d'une affectation").click()
    page.get_by_label("Quelle ligne").wait_for()


FORMS = ("commit", "deliver", "set_financing_plan", "milestone", "assess_priority_area", "assist", "take_back")


def test_forms_read_well(look):
    here = look("lea")
    for name in FORMS:
        here.at(f"{OPERATION}?record={name}")
        here.reads_well_on_any_screen()
    for path in ("/operations/new", f"{OPERATION}/entries/1", f"{OPERATION}/entries/2"):
        here.at(path)
        here.reads_well_on_any_screen()


def test_an_entry_prints_without_its_forms(look):
    here = look("auditor")
    page = here.at(f"{OPERATION}/entries/1")
    page.emulate_media(media="print")
    expect(page.locator(".recording")).not_to_be_visible()
    printed = here.printed()
    assert printed.startswith(b"%PDF")
    assert 5_000 < len(printed) < 250_000
