"""The committee scenario of docs/partners.md: what an agent of the Region reads before a committee, in how few clicks.

TEST_GUIDE=folder keeps the pictures that the guide shows.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from domain.ledger import Command, Done
from tests.browser.promises import CARPEAUX
from tests.story import entry

GUIDE = Path(__file__).parents[2] / "docs" / "partners.md"
MOST_CLICKS = 10


@pytest.fixture(scope="module")
def paid(promised):
    """Since the statement the Region has paid a part of what it committed."""
    operation = promised.ledger.operation(CARPEAUX)
    (line,) = (
        name for name, each in operation.money.lines.items() if each.partner == "region" and each.committed_cents
    )
    operation.pay(line=line, kind="interim", amount_cents=500_000_00, external_ref="REG-2026-41", **entry("2026-11-12"))
    promised.follows(promised.ledger.run(Command(id=uuid4()), lambda: Done(operation)).position)
    return promised


@dataclass
class Agent:
    """Somebody with a mouse, who counts."""

    page: object
    clicks: int = 0
    seen: list[str] = field(default_factory=list)

    def click(self, link) -> None:
        link.click()
        self.clicks += 1

    def picture(self, name: str) -> None:
        """What the window shows now, for the guide."""
        if folder := os.environ.get("TEST_GUIDE"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png")


def test_an_agent_of_the_region_prepares_a_committee_in_a_few_clicks(paid, look):
    here = look(None, width=1100)
    page = here.at("/")
    agent = Agent(page)

    # Signs in, by the token that was handed out once.
    page.get_by_label("Jeton").fill(paid.token("region"))
    agent.click(page.get_by_role("button", name="Se connecter"))

    # The first page: its own money, what is late and by how much, what changed since the last statement.
    expect(page.get_by_role("heading", name="Région Hauts-de-France").first).to_be_visible()
    agent.picture("accueil")
    late = page.get_by_role("table", name="Opérations en retard").get_by_role("row", name="Carpeaux")
    # The start was promised for September 2008, and the register knows of none; today is 22 November 2026.
    assert "+ 218 mois" in late.inner_text().replace("\u00a0", " ")
    since = page.locator("section", has=page.get_by_role("heading", name="Depuis le dernier arrêté de situation"))
    assert "Comité du 30 octobre" in since.inner_text()
    told = " ".join(since.inner_text().replace("\u202f", " ").replace("\u00a0", " ").split())
    assert "Engagé 10 000 000 € 11 250 000 € +1 250 000 €" in told
    assert "Payé 0 € 500 000 € +500 000 €" in told
    since.scroll_into_view_if_needed()
    agent.picture("depuis")

    # Anzin-Carpeaux: what the Region allocated, committed and paid there.
    agent.click(late.get_by_role("link"))
    agent.click(page.get_by_role("navigation", name="Sur cette page").get_by_role("link", name="Financement"))
    row = page.get_by_role("table", name="Par partenaire").get_by_role("row", name="Hauts-de-France")
    amounts = row.get_by_role("cell").all_inner_texts()
    plain = [each.replace("\u202f", " ").replace("\u00a0", " ") for each in amounts]
    assert plain[:3] == ["5 000 000 €", "1 250 000 €", "500 000 €"]
    agent.picture("financement")

    # What changed there since the last statement, before and after.
    agent.click(page.get_by_role("navigation", name="Sur cette page").get_by_role("link", name="Changements"))
    changed = page.get_by_role("table", name="Ce qui a changé entre les deux dates").inner_text()
    assert "décembre 2012" in changed
    assert "juin 2013" in changed
    agent.picture("changements")

    # Prints it: what is on paper is what is on the screen.
    printed = here.printed()
    assert printed.startswith(b"%PDF")
    assert 20_000 < len(printed) < 400_000
    assert agent.clicks <= MOST_CLICKS
    here.reads_well()


def test_the_guide_shows_pictures_that_are_there():
    text = GUIDE.read_text()
    shown = {part.partition(")")[0] for part in text.split("![")[1:] for part in [part.partition("](")[2]]}
    assert shown == {f"partners/{each.name}" for each in (GUIDE.parent / "partners").iterdir()}
    assert all((GUIDE.parent / each).stat().st_size < 150_000 for each in shown)
