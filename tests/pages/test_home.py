"""The dashboard says what the API's dashboard says, and leads to the operations that its figures count; by role."""

import csv
import io
import re
from html import unescape

import pytest

from tests.api.desk import TOKENS, Desk
from tests.api.test_dashboard import busy, stated  # noqa: F401
from tests.pages.reader import Reader, text
from tests.pages.test_partner import rows

LATE = "Opérations en retard au 22 novembre 2026, la plus en retard d'abord"
NEXT = "Ce qui est promis, le plus proche d'abord"
PHASES = "Opérations que vous lisez en entier, par phase"


@pytest.fixture
def lea(stated: Desk) -> Reader:  # noqa: F811
    return Reader(stated).signed_in()


def spaced(page) -> str:
    return text(page).replace("\u00a0", " ").replace("\u202f", " ")


def links(page) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(/operations\?[^"]*)"', page.text)]


def test_the_money_of_all_operations_is_shown_with_the_leverage_of_the_authority(lea: Reader):
    page = spaced(lea.at("/"))
    for said in ("Toutes les opérations Opérations 3", "Engagé 22 000 003 €", "Payé 10 000 000 €"):
        assert said in page
    assert "Effet de levier (CAVM) sans objet" in page


def test_phases_are_counted_now_and_at_the_last_statement(lea: Reader):
    _, *found = rows(lea.at("/"), PHASES)
    assert [row[:3] for row in found] == [
        ["○ Programmée", "1", "1"],
        ["◔ Partiellement financée", "1", "1"],
        ["▶ Démarrée", "1", "1"],
    ]


def test_what_is_late_comes_worst_first_with_what_was_promised(lea: Reader):
    _, *found = rows(lea.at("/"), LATE)
    assert [[cell.replace("\u00a0", " ") for cell in row] for row in found] == [
        ["Anzin : Carpeaux A-LATE", "Anzin", "+ 167 mois", "Livraison : décembre 2012", "décembre 2012"],
        ["Anzin : Carpeaux C-LATER", "Anzin", "+ 11 mois", "Livraison : 31 décembre 2025", "31 décembre 2025"],
    ]


def test_what_comes_next_is_told_with_its_operation(lea: Reader):
    _, *found = rows(lea.at("/"), NEXT)
    assert [row[:2] for row in found] == [
        ["1er décembre 2026", "Permis"],
        ["juin 2027", "Démarrage"],
        ["2029", "Livraison"],
    ]


def test_what_changed_since_the_last_statement_is_told_in_figures_and_entries(lea: Reader):
    page = lea.at("/")
    found = {row[0]: row[1:] for row in rows(page, "Toutes les opérations, ce qui a changé")}
    assert found["Payé"] == ["0 €", "10 000 000 €", "+10 000 000 €"]
    assert found["Engagé"][-1] == "="
    _, *entries = rows(page, "Les dernières écritures, la plus récente d'abord")
    assert [row[2].split(" ")[0] for row in entries] == ["Calendrier", "Versement"]
    assert "2 écritures depuis" in spaced(page)


def test_without_a_statement_it_says_so(busy: Desk):  # noqa: F811
    page = Reader(busy).signed_in().at("/")
    assert "Aucune situation n'avait été arrêtée" in text(page)
    assert "Au dernier arrêté" not in text(page)


def test_an_empty_record_has_a_dashboard(desk: Desk):
    for who in TOKENS:
        page = Reader(desk).signed_in(who).at("/")
        assert page.status_code == 200
        for said in ("Aucune opération n'est enregistrée", "Rien n'est promis", "Aucune opération n'est en retard"):
            assert said in text(page)


@pytest.mark.parametrize("who", ["lea", "region", "anru", "auditor"])
def test_a_figure_leads_to_the_operations_that_it_counts(stated: Desk, who):  # noqa: F811
    reader = Reader(stated).signed_in(who)
    page = reader.at("/?as_true_on=2026-11-22")
    assert links(page)
    for address, said in re.findall(r'href="(/operations\?[^"]*)">(\d+)', page.text):
        found = re.search(r"Opérations trouvées (\d+)", text(reader.at(unescape(address))))
        assert found
        assert found[1] == said, address


def test_filters_of_the_date_are_kept_on_the_way(lea: Reader):
    assert all("statement=comite" in each for each in links(lea.at("/?statement=comite")))


# By role


def test_a_partner_sees_its_own_money_and_its_own_operations(stated: Desk):  # noqa: F811
    page = Reader(stated).signed_in("region").at("/")
    said = spaced(page)
    assert "REGION" in said
    assert "Engagé 3 €" in said
    assert "Effet de levier 1 3 € engagés par tous" in said
    assert "Vos opérations par phase" in said
    for hidden in ("22 000 0", "A-LATE", "C-LATER", "10 000 000"):
        assert hidden not in said
    assert {each for each in links(page) if "in_full=true" not in each} == set()
    assert 'href="/partners/region"' in page.text


def test_admin_sees_no_way_to_an_operation(stated: Desk):  # noqa: F811
    page = Reader(stated).signed_in("admin").at("/")
    assert 'href="/operations/' not in page.text
    assert "Permis" not in text(page)


# Dates and files


def test_it_speaks_of_the_date_that_was_asked_for(lea: Reader):
    page = lea.at("/?as_true_on=2013-02-01")
    assert "au 1er février 2013" in spaced(page)
    assert "Livraison : décembre 2012" in spaced(page)
    assert "ce sont les prochains démarrages et livraisons" in text(page)


@pytest.mark.parametrize("query", ["as_true_on=demain", "statement=rien", "phase=planned"])
def test_a_wrong_filter_shows_no_figures(lea: Reader, query):
    page = lea.at(f"/?{query}")
    assert page.status_code == 422
    assert "aucun chiffre n'est montré" in text(page)
    assert "22 000 003" not in spaced(page)


def test_the_json_is_the_dashboard_of_the_api(lea: Reader, stated: Desk):  # noqa: F811
    for query in ("", "?statement=comite"):
        assert lea.at(f"/home.json{query}").data == stated.get(f"/v1/dashboard{query}").data


@pytest.mark.parametrize(
    ("table", "lines"), [("phases", 3), ("late", 2), ("next", 3), ("changes", 6), ("latest", 2), ("", 3)]
)
def test_each_table_is_a_file(lea: Reader, table, lines):
    file = lea.at(f"/home.csv?table={table}" if table else "/home.csv")
    found = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert len(found) == lines
    assert all(None not in each and len(each) > 3 for each in found)
