"""The page of the territory, in a real browser: the map above all."""

import pytest
from playwright.sync_api import expect

READ_IT = {"admin", "auditor", "landlord", "lea"}


def test_whoever_may_read_the_page_reads_it_well(look, anybody):
    here = look(anybody)
    here.at("/territory", 200 if anybody in READ_IT else 403)
    here.reads_well_on_any_screen()


def test_the_map_shows_another_measure_without_javascript(look):
    page = look("lea", java_script_enabled=False).at("/territory")
    page.get_by_label("Carte", exact=True).select_option("operations")
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_url(lambda url: url.endswith("?measure=operations&as_known_on=&as_true_on=&statement="))
    expect(page.locator(".map figcaption strong")).to_have_text("Nombre d'opérations")


def test_the_keyboard_reaches_the_communes_of_the_map_and_shows_where_it_is(look):
    page = look("lea").at("/territory")
    anzin = page.get_by_role("link", name="Anzin, ")
    anzin.focus()
    width = page.evaluate("getComputedStyle(document.activeElement.querySelector('path')).strokeWidth")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert width != page.evaluate("getComputedStyle(document.querySelector('.map a:last-of-type path')).strokeWidth")
    assert anzin.evaluate("each => each === document.activeElement")


@pytest.mark.parametrize("measure", ["committed", "operations", "per_inhabitant"])
def test_what_the_map_says_stands_in_its_commune(look, measure):
    page = look("auditor").at(f"/territory?measure={measure}")
    beyond = """
        () => [...document.querySelectorAll('.map text.figure')].filter(each => {
            const box = each.getBBox(), paper = each.ownerSVGElement.viewBox.baseVal
            return box.x < 0 || box.x + box.width > paper.width || box.y < 0 || box.y + box.height > paper.height
        }).length
    """
    assert page.locator(".map text.figure").count() > 5
    assert page.evaluate(beyond) == 0


def test_the_page_prints(look):
    here = look("auditor")
    here.at("/territory")
    for form in ("A4", "A3"):
        # Patterns, and letters with an edge, would make it many times as large.
        assert 5_000 < len(here.printed(format=form)) < 160_000


def test_the_page_speaks_english(look):
    here = look("auditor", locale="en-GB")
    page = here.at("/territory")
    expect(page.get_by_role("heading", name="The four themes")).to_be_visible()
    here.reads_well()
