"""The pages of auditors, statements, and pages that follow the record, in a real browser."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from domain.ledger import Command, Done
from domain.ledger.notes import SecretKey
from projections.checkpoints import begin, make
from tests.browser.test_forms import OPERATION, REFERENCE
from tests.story import entry

KEY = SecretKey.make("jalon/cavm/browser")
TRAIL = ("/audit", f"/audit?operation={REFERENCE}&late=true", "/audit/findings", "/audit/{head}", "/statements")


@pytest.fixture(scope="module", autouse=True)
def signed(site):
    """What is recorded by now is signed; others record more meanwhile."""
    with site.app.extensions["jalon"].reads.connection() as connection, connection.transaction():
        begin(connection.cursor(), KEY)
        make(connection.cursor(), KEY)


@pytest.mark.parametrize("path", TRAIL)
def test_an_auditor_reads_the_trail(look, site, path):
    here = look("auditor")
    here.at(path.format(head=site.ledger.head()))
    here.reads_well_on_any_screen()


def test_a_wrong_filter_of_the_trail_reads_well(look):
    here = look("auditor", width=390)
    page = here.at("/audit?on_from=2010-02-01&on_to=2010-01-01", 422)
    expect(page.get_by_label("Fait depuis le")).to_be_visible()
    here.reads_well()


def test_an_auditor_filters_turns_pages_and_opens_an_entry_without_javascript(look):
    page = look("auditor", java_script_enabled=False).at("/audit?limit=5")
    numbers = page.locator(".trail th a")
    first = numbers.first.inner_text()
    page.get_by_role("link", name="Plus anciennes").first.click()
    expect(numbers.first).not_to_have_text(first)
    page.get_by_role("link", name="Plus récentes").first.click()
    expect(numbers.first).to_have_text(first)
    page.get_by_label("Nature de l'écriture").select_option(label="Financement engagé")
    page.get_by_role("button", name="Appliquer").click()
    numbers.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Financement engagé$"))


@pytest.mark.parametrize("path", ["/audit", "/audit/{head}", "/audit/findings"])
def test_the_trail_prints(look, site, path):
    here = look("auditor")
    here.at(path.format(head=site.ledger.head()))
    assert 5_000 < len(here.printed()) < 400_000


def test_a_file_of_the_trail_comes_whole(look):
    page = look("auditor").at("/audit?type=operation.started")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    lines = waiting.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("position;")
    assert len(lines) > 5


def test_the_team_names_a_statement_on_the_page(look):
    here = look("lea")
    page = here.at("/statements")
    page.get_by_label("Titre").fill("Comité du navigateur")
    page.get_by_label("Code").fill("comite-navigateur")
    page.get_by_role("button", name="Arrêter la situation").click()
    expect(page.get_by_role("row", name="Comité du navigateur")).to_be_visible()
    here.reads_well()


def recorded(site, reason):
    """Somebody else records on the operation meanwhile."""
    operation = site.ledger.operation(REFERENCE)
    operation.log_milestone(code=f"m-{uuid4().hex[:8]}", title="Réunion publique", **entry("2026-11-20", reason=reason))
    site.follows(site.ledger.run(Command(id=uuid4()), lambda: Done(operation)).position)


def test_a_timeline_shows_what_others_record_without_being_asked_again(look, site):
    here = look("region")
    page = here.at(OPERATION)
    reason = f"Vu en direct {uuid4().hex[:6]}"
    recorded(site, reason)
    page.get_by_text(reason).first.wait_for(timeout=15_000)
    expect(page.locator("#live-said")).to_contain_text("Page mise à jour")
    here.reads_well()


def test_a_part_of_a_page_is_left_alone_while_somebody_is_in_it(look, site):
    here = look("region")
    page = here.at(OPERATION)
    link = page.locator("#told a").first
    link.focus()
    reason = f"Plus tard {uuid4().hex[:6]}"
    with page.expect_response(lambda response: response.url.endswith(OPERATION), timeout=15_000):
        recorded(site, reason)
    page.wait_for_timeout(500)
    expect(page.get_by_text(reason)).to_have_count(0)
    assert link.evaluate("each => each === document.activeElement")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.get_by_text(reason).first.wait_for(timeout=15_000)


def test_the_dashboard_follows_the_record(look, site):
    here = look("lea")
    page = here.at("/")
    before = page.locator(".speaks").inner_text()
    recorded(site, "Tableau")
    page.wait_for_function("was => document.querySelector('.speaks').innerText !== was", arg=before, timeout=15_000)
    here.reads_well()


def test_what_was_folded_stays_folded_when_a_page_follows(look, site):
    here = look("region")
    page = here.at("/partners/region")
    folded = page.locator("#figures details[open]").first
    words = folded.locator("summary").inner_text()
    name = folded.evaluate("each => each.closest('[id]').id")
    folded.evaluate("each => { each.open = false; each.dataset.was = 'here' }")
    before = page.locator(".speaks").inner_text()
    recorded(site, "Tableau")
    page.wait_for_function("was => document.querySelector('.speaks').innerText !== was", arg=before, timeout=15_000)
    # Others stand in its place.
    expect(page.locator("#figures details[data-was]")).to_have_count(0)
    page.locator(f"#{name} details:not([open])", has_text=words).first.wait_for(timeout=5_000)


def test_a_page_whose_login_has_ended_stays_and_asks_no_more(look, site):
    here = look("region")
    page = here.at(OPERATION)
    here.expected.add(286)
    page.context.clear_cookies()
    with page.expect_response(lambda response: "/moved" in response.url and response.status == 286, timeout=15_000):
        pass
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(6_000)
    assert asked == []
    expect(page.get_by_role("heading", name="Chronologie")).to_be_visible()
