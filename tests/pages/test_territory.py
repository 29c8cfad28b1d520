"""The page of the territory: the map, what lies outside, the themes, the three fundamentals."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.api.conftest import opened
from tests.api.desk import Desk
from tests.api.territory_story import story
from tests.conftest import empty
from tests.pages.reader import Reader, plain, text
from tests.pages.tables import rows

PAGE = "/territory"


@pytest.fixture(scope="module")
def desk(app, services, tables) -> Iterator[Desk]:
    """The desk with the story told. Shared: the tests leave everything as it is."""
    desk = opened(app, services, tables)
    story(desk)
    yield desk
    empty(tables)


@pytest.fixture
def lea(desk: Desk) -> Reader:
    return Reader(desk).signed_in("lea")


def drawing(page) -> str:
    return unescape(page.text.partition('<figure class="chart map">')[2].partition("</figure>")[0])


def ranks(page) -> dict[str, str]:
    """The class of each commune on the map, by INSEE code."""
    return dict(re.findall(r'commune=([0-9]{5})"[^>]*>\s*<path class="rank-([0-4])"', drawing(page)))


def test_every_commune_is_on_the_map_and_leads_to_its_operations(lea: Reader):
    page = lea.at(PAGE)
    assert len(ranks(page)) == 35
    assert 'href="/operations?commune=59014" aria-label="Anzin, 2 opérations, 100,01 € engagés' in plain(drawing(page))
    assert {insee for insee, rank in ranks(page).items() if rank != "0"} == {"59014", "59112", "59606"}


def test_the_map_shows_what_is_asked_for(lea: Reader):
    committed, operations = lea.at(PAGE), lea.at(f"{PAGE}?measure=operations")
    assert ">100 €</text>" in plain(drawing(committed))
    assert ">2</text>" in drawing(operations)
    assert ranks(committed) != ranks(operations)
    assert '<option value="operations" selected>' in operations.text
    assert "<strong>Montant engagé par habitant</strong>" in drawing(lea.at(f"{PAGE}?measure=per_inhabitant"))


def test_classes_are_told_by_their_figures_and_the_source_is_named(lea: Reader):
    map = plain(re.sub("<[^>]+>", " ", drawing(lea.at(PAGE))))
    assert "Contours : IGN – Admin Express 2018." in map
    assert "millésime 2026 (INSEE)" in map
    assert "100 € 82 € 50 € rien" in map


def test_the_figures_of_the_map_stand_in_a_table(lea: Reader):
    head, *communes = rows(lea.at(PAGE), "Opérations et montants par commune")
    found = {each[0]: dict(zip(head[1:], each[1:], strict=True)) for each in communes}
    assert len(found) == 35
    assert (found["Anzin"]["Engagé"], found["Bruay-sur-l'Escaut"]["Payé"]) == ("100,01 €", "10 €")
    assert found["Anzin"]["Part de l'engagé"] == "43,01 %"
    assert found["Artres"]["Opérations"] == "0"


def test_what_lies_outside_is_listed_under_the_map(lea: Reader):
    page = lea.at(PAGE)
    assert rows(page, "Opérations qui couvrent une commune non membre")[1:] == [
        ["Anzin : Carpeaux BEYOND", "◔ Partiellement financée", "Escautpont"]
    ]
    assert rows(page, "Ce qui revient à ces communes")[1:] == [["Escautpont", "1", "82,50 €", "0 €"]]
    assert "59222" not in ranks(page)
    assert "Couvrent tout le territoire, et ne sont donc pas sur la carte : une opération, 100 € engagés." in text(page)


def test_themes_say_where_their_operations_stand(lea: Reader):
    page = lea.at(PAGE)
    found = {each[0]: each[1:] for each in rows(page, "Opérations et montants par thème")}
    assert found["Cités minières"][:3] == ["2", "◔ Partiellement financée 1 ✔ Livrée 1", "70 €"]
    assert "Sites desservis par le tramway" in found
    produced = {each[0]: each[1:] for each in rows(page, "Réalisations livrées, sur celles qui étaient prévues")}
    assert produced["Cités minières"][:2] == ["9 sur 10", "0 sur 4"]
    assert set(produced) == {"Thème", "Cités minières"}


def test_the_three_fundamentals_are_told(lea: Reader):
    page = lea.at(PAGE)
    for heading in ("l'équilibre des territoires", "l'effort de l'agglomération", "le partenariat"):
        assert re.search(rf"fondamental : {heading}", text(page))
    assert [each[0] for each in rows(page, "Équilibre par thème")][1:3] == [
        "Quartiers d'habitat social",
        "Cités minières",
    ]
    years = {each[0]: each[1:] for each in rows(page, "Effort de l'autorité, année par année")}
    assert any("▼ sous la moitié" in cell for cell in years["2012"])
    assert years["sans date"][1] == "non jugée"
    kinds = {each[0]: each[1:] for each in rows(page, "Qui engage, par type de partenaire")}
    assert kinds["État (ANRU)"][:2] == ["1", "50 €"]
    assert rows(page, "Financeurs de chaque opération")[1][2].startswith("CA Valenciennes Métropole 100 %")


def test_the_page_can_look_back(lea: Reader):
    page = lea.at(f"{PAGE}?as_true_on=2008-12-31&measure=operations")
    assert "de ce qui avait eu lieu au 31 décembre 2008" in text(page)
    assert 'href="/operations?as_true_on=2008-12-31&commune=59014"' in drawing(page)
    assert '<option value="operations" selected>' in page.text
    assert "L'autorité n'a rien engagé" in text(lea.at(f"{PAGE}?as_known_on=2020-01-01"))


@pytest.mark.parametrize(("query", "field"), [("measure=weight", "measure"), ("as_true_on=2099-01-01", "as_true_on")])
def test_a_wrong_filter_is_told_beside_its_field(lea: Reader, query, field):
    page = lea.at(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert f'id="f-{field}-wrong"' in page.text
    assert "<figure" not in page.text


def test_the_json_is_the_document_of_the_api(lea: Reader, desk: Desk):
    for query in ("", "?as_true_on=2009-12-31"):
        assert lea.at(f"{PAGE}.json{query}").data == desk.get(f"/v1/territory{query}").data
    assert lea.at(f"{PAGE}.json?measure=operations").data == desk.get("/v1/territory").data


@pytest.mark.parametrize(
    ("name", "count", "said"),
    [
        ("communes", 36, "59014,Anzin,False,2,10001,2001"),
        ("themes", 5, "mining,Cités minières,2,7000"),
        ("balance", 5, "mining,Cités minières,"),
        ("effort", 20, "2012,0,"),
        ("kinds", 3, "state_anru,État (ANRU),1,5000"),
        ("funded", 4, "TWO,Anzin : Carpeaux,anru,5000"),
        ("outside", 1, "BEYOND,Anzin : Carpeaux,partly_funded,Partiellement financée,59207,Escautpont"),
    ],
)
def test_every_table_is_a_file(lea: Reader, name, count, said):
    file = lea.at(f"{PAGE}.csv?table={name}&dialect=rfc4180")
    assert file.status_code == 200
    lines = file.data.decode().splitlines()
    assert len(list(csv.reader(io.StringIO(file.data.decode())))) == count + 1
    assert any(line.startswith(said) for line in lines), lines


def test_what_was_chosen_stands_beside_a_wrong_filter(lea: Reader):
    page = lea.at(f"{PAGE}?as_true_on=x&measure=operations")
    assert '<option value="operations" selected>Nombre d\'opérations</option>' in unescape(page.text)
