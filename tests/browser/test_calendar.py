"""The calendar and the dashboard in a browser, with the demo's register and some promises that were kept or not."""

import pytest
from playwright.sync_api import expect


def test_everybody_reads_the_dashboard_and_the_calendar(promised, look, anybody):
    here = look(anybody)
    for path in ("/", "/operations", "/?statement=comite-octobre"):
        here.at(path)
        here.reads_well_on_any_screen()


def test_the_calendar_is_filtered_without_javascript_and_its_table_opens(promised, look):
    here = look("region", java_script_enabled=False)
    page = here.at("/operations")
    page.get_by_label("Commune", exact=True).select_option("Anzin")
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_url(lambda url: "commune=59014" in url)
    expect(page.get_by_role("heading", level=3)).to_have_text(["Anzin", "Plusieurs communes"])
    chart = page.get_by_role("img", name="Démarrage promis d'abord : septembre 2008")
    expect(chart.locator(".slip")).to_be_visible()
    page.get_by_text("Les mêmes opérations en tableau").click()
    table = page.get_by_role("table", name="Opérations de cette page, avec leur calendrier et leur argent")
    expect(table.get_by_role("row", name="Anzin : rénovation urbaine du quartier Carpeaux")).to_be_visible()


def test_bars_stand_where_their_dates_are_whatever_the_width(promised, look):
    for width in (1366, 390):
        page = look("lea", width=width).at("/operations?q=carpeaux")
        plan, slip = (page.locator(f".calendar li .{kind}").first.bounding_box() for kind in ("planned", "slip"))
        assert plan["width"] < slip["width"]
        # It slips until today, whose line is in the axis above.
        today = page.locator("svg.axis .today")
        share = float(today.get_attribute("x1").rstrip("%")) / 100
        drawn = page.locator(".calendar li svg").first.bounding_box()
        assert abs(slip["x"] + slip["width"] - drawn["x"] - drawn["width"] * share) < 3


def test_a_region_agent_reads_from_the_dashboard_what_is_late(promised, look):
    page = look("region").at("/")
    page.get_by_role("link", name="1 en retard sur le calendrier en vigueur").click()
    page.get_by_text("Anzin : rénovation urbaine du quartier Carpeaux").first.wait_for()
    expect(page.get_by_text("Opérations trouvées").locator("..").get_by_text("1", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/operations"])
def test_they_print(promised, look, path):
    here = look("auditor")
    page = here.at(path)
    for form in ("A4", "A3"):
        assert 5_000 < len(here.printed(format=form)) < 250_000
    page.emulate_media(media="print")
    expect(page.locator("caption").first).to_be_visible()


def test_a_wrong_filter_of_the_calendar_reads_well_too(promised, look):
    here = look("anru", width=390)
    page = here.at("/operations?owner=CAVM&programme=NPNRU", 422)
    expect(page.get_by_text("La forme attendue est celle de « cavm ».")).to_be_visible()
    expect(page.get_by_label("Programme")).to_have_value("NPNRU")
    here.reads_well()
