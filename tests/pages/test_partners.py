"""The page of all partners: each reader finds the totals that it may see, on a date."""

import csv
import io
import re

import pytest

from tests.api.desk import CARPEAUX, GRANT, PAYMENT, Desk
from tests.pages.reader import Reader, plain, text
from tests.pages.tables import rows

CAPTION = "Totaux par partenaire, les montants les plus grands d'abord"


@pytest.fixture
def shared(funded: Desk) -> Desk:
    """ANRU committed 22 million and paid 10; the Region set 30 aside and committed 4 beside."""
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    funded.record(f"{CARPEAUX}/allocations", GRANT | {"partner": "region", "amount_cents": 30_000_000_00})
    funded.record(f"{CARPEAUX}/commitments", GRANT | {"partner": "region", "amount_cents": 4_000_000_00})
    return funded


def test_partners_stand_by_their_amounts_with_all_totals(shared: Desk):
    page = Reader(shared).signed_in("lea").at("/partners")
    _, region, anru = rows(page, CAPTION)
    assert anru == [
        *("ANRU État (ANRU)", "1", "0 €", "22 000 000 €", "10 000 000 €", "0 €", "12 000 000 €", "0 €", "1,18"),
    ]
    assert region[1:6] == ["1", "30 000 000 €", "4 000 000 €", "0 €", "26 000 000 €"]
    assert 'href="/partners/anru"' in page.text
    assert "Sans montant à cette date CAVM Intercommunalité" not in text(page)
    assert "SIGH" in text(page).partition("Sans montant à cette date")[2]


def test_bars_are_parts_of_one_scale(shared: Desk):
    page = Reader(shared).signed_in("lea").at("/partners").text
    bars = page.partition('<ul class="stacks">')[2].partition("</ul>")[0]
    assert re.findall(r'class="bar ([a-z-]+)"[^>]*width="([0-9.]+)%"', bars) == [
        ("to-pay", "13.33"),
        ("to-commit", "86.67"),
        ("paid", "33.33"),
        ("to-pay", "40.0"),
    ]
    assert "30 M€ affectés, 4 M€ engagés, 0 € payés" in plain(bars)


@pytest.mark.parametrize(
    ("who", "seen"), [("lea", 2), ("landlord", 2), ("auditor", 2), ("admin", 2), ("anru", 1), ("region", 1)]
)
def test_whoever_may_not_see_a_partners_money_is_not_told_of_it(shared: Desk, who, seen):
    page = Reader(shared).signed_in(who).at("/partners")
    assert len(rows(page, CAPTION)) == 1 + seen
    assert ("ne vous sont pas communiqués" in text(page)) is (seen == 1)
    assert ("22 000 000" in text(page)) is (who != "region")
    assert ("26 000 000" in text(page)) is (who != "anru")


def test_totals_are_those_of_the_day_that_is_asked_about(shared: Desk):
    page = Reader(shared).signed_in("anru").at("/partners?as_true_on=2008-12-31")
    assert rows(page, CAPTION)[1][4] == "0 €"
    assert 'href="/partners/anru?as_true_on=2008-12-31"' in page.text
    assert "Aucun montant n'est enregistré" in text(
        Reader(shared).signed_in("anru").at("/partners?as_known_on=2020-01-01")
    )


def test_a_wrong_date_shows_no_figures(shared: Desk):
    page = Reader(shared).signed_in("lea").at("/partners?as_true_on=hier")
    assert page.status_code == 422
    assert 'id="f-as_true_on-wrong"' in page.text
    assert "22 000 000" not in text(page)


def test_the_data_of_the_page_are_those_of_the_api(shared: Desk):
    reader = Reader(shared).signed_in("anru")
    assert reader.at("/partners.json").data == shared.get("/v1/partners?limit=200", by="anru").data
    head, *lines = csv.reader(io.StringIO(reader.at("/partners.csv").data.decode("utf-8-sig")), delimiter=";")
    told = [dict(zip(head, line, strict=True)) for line in lines]
    assert [(each["Code"], each["Engagé (€)"], each["Effet de levier"]) for each in told] == [
        ("anru", "22000000,00", "1,18")
    ]
