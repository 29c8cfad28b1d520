"""Signing in and recording, as people do it: with a mouse, a keyboard and mistakes."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from domain.ledger import Command, Done
from tests.story import day, entry

REFERENCE = "PNRU-2008-ANZIN-CARPEAUX"
OPERATION = f"/operations/{REFERENCE}"


def test_a_token_opens_the_pages_and_signing_out_closes_them(look, site):
    here = look(None)
    page = here.at("/partners/region?as_true_on=2018-12-31")
    assert page.url.startswith(f"{site.url}/login?next=")
    here.expected.add(401)
    page.get_by_label("Jeton").fill("jal_region_wrong")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"révoqué ou expiré\.$"))
    here.reads_well()
    page.get_by_label("Jeton").fill(site.token("region"))
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{site.url}/partners/region?as_true_on=2018-12-31")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    assert here.at("/").url.startswith(f"{site.url}/login")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_milestone_reached_on_the_page_is_on_the_timeline_when_the_page_comes_back(look, site, scripts):
    code = "visite" if scripts else "visite-2"
    promise(site, code)
    here = look("lea", java_script_enabled=scripts)
    page = here.at(f"{OPERATION}?record=reach_milestone&of={code}")
    step = page.locator("#record form[method=post]")
    step.get_by_label("Date").fill("hier")
    step.get_by_label("Motif").fill(f"Constaté sur place : {code}.")
    here.expected.add(422)
    step.get_by_role("button").click()
    expect(step.get_by_text("n'est pas une date").first).to_be_visible()
    expect(step.get_by_label("Motif")).to_have_value(f"Constaté sur place : {code}.")
    if scripts:
        here.reads_well()
        here.shot(f"{OPERATION}-refused")
    step.get_by_label("Date").fill("02/10/2026")
    step.get_by_role("button").click()
    page.wait_for_url(re.compile(r"\?min_position=\d+$"))
    expect(page.get_by_role("status").filter(has_text="C'est enregistré")).to_be_visible()
    expect(page.locator(f"#step-{code}").get_by_text("atteint : 2 octobre 2026")).to_be_visible()
    expect(page.locator(".entries li", has_text=f"Constaté sur place : {code}.")).to_have_count(1)


def promise(site, code):
    """A step is promised, and the follower has heard of it."""
    operation = site.ledger.operation(REFERENCE)
    operation.schedule_milestone(code=code, title="Visite de quartier", due_on=day("2026-12"), **entry("2026-11-22"))
    recorded = site.ledger.run(Command(id=uuid4()), lambda: Done(operation))
    site.follows(recorded.position)
