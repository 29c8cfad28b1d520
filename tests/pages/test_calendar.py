"""The calendar of operations: bars and tables say what the portfolio says, commune by commune, for each role."""

import csv
import io
import re
import zlib
from datetime import date
from html import unescape

import pytest

from domain.territory import communes
from tests.api.desk import GRANT, PLAN, Desk
from tests.imports.registers import REAL
from tests.pages.reader import Reader, text
from tests.pages.test_partner import rows

PAGE = "/operations"
TABLE = "Opérations de cette page, avec leur calendrier et leur argent"


@pytest.fixture
def three(desk: Desk) -> Desk:
    """One delivered late in Anzin, one that is behind in Valenciennes and that ANRU funds, one in both."""
    desk.record(
        "/v1/operations", PLAN | {"starts_on": "2008-09", "delivers_on": "2012-12", "cost_cents": 56_000_000_00}
    )
    desk.record("/v1/operations/ANZ-CARPEAUX/start", {"on": "2008-11-20", "reason": "Urgence"})
    desk.record("/v1/operations/ANZ-CARPEAUX/deliver", {"on": "2013-06-30"})
    dutemple = PLAN | {"reference": "VAL-DUTEMPLE", "title": "Dutemple", "communes": ["59606"], "theme": "mining"}
    desk.record("/v1/operations", dutemple | {"starts_on": "2025", "delivers_on": "2028-06"})
    desk.record("/v1/operations/VAL-DUTEMPLE/commitments", GRANT)
    desk.record("/v1/operations", PLAN | {"reference": "BOTH", "title": "Corridor", "communes": ["59606", "59014"]})
    return desk


@pytest.fixture
def lea(three: Desk) -> Reader:
    return Reader(three).signed_in()


def drawn(page, title: str) -> str:
    """The line of the chart that shows an operation."""
    lines = page.text.split('<li><span class="name">')[1:]
    (found,) = [each for each in lines if title in each.partition("</span>")[0]]
    return found.partition("</svg>")[0]


def groups(page) -> list[str]:
    return re.findall("<h3>([^<]+)</h3>", page.text)


def test_operations_stand_commune_by_commune(lea: Reader):
    page = lea.at(PAGE)
    assert page.status_code == 200
    assert groups(page) == ["Anzin", "Valenciennes", "Plusieurs communes"]
    assert "Valenciennes, Anzin" in text(page)


def test_a_delivered_operation_shows_its_first_calendar_what_came_and_the_slip(lea: Reader):
    line = drawn(lea.at(PAGE), "ANZ-CARPEAUX")
    kinds = re.findall('<rect class="([^"]+)"', line)
    assert kinds == ["planned", "bar delivered", "slip"]
    assert "✔ + 6 mois</text>" in line.replace("\u00a0", " ")
    (words,) = re.findall('aria-label="([^"]+)"', line)
    assert unescape(words).replace("\u00a0", " ") == (
        "Démarrage promis d'abord : septembre 2008 ; Démarrage réel : 20 novembre 2008 ; "
        "Livraison promise d'abord : décembre 2012 ; Livraison réelle : 30 juin 2013 ; + 6 mois"
    )


def test_what_is_behind_today_is_told_to_slip_still(lea: Reader):
    line = drawn(lea.at(PAGE), "VAL-DUTEMPLE")
    assert 'class="late">+ 11 mois</text>' in line.replace("\u00a0", " ")
    assert "mois à ce jour" in line


def test_the_table_says_the_same(lea: Reader):
    page = lea.at(PAGE)
    found = {row[0]: row[1:] for row in rows(page, TABLE) if len(row) == 10}
    assert found["Anzin : Carpeaux ANZ-CARPEAUX"] == [
        *("✔ Livrée", "septembre 2008", "20 novembre 2008", "décembre 2012", "30 juin 2013", "+ 6 mois"),
        *("56 000 000 €", "0 €", "0 €"),
    ]
    assert found["Dutemple VAL-DUTEMPLE"] == [
        *("◔ Partiellement financée", "2025", "2025 prévu", "juin 2028", "juin 2028 prévu", "+ 11 mois à ce jour"),
        *("non connu", "22 000 000 €", "0 €"),
    ]


def test_the_totals_are_those_of_the_filtered_set_on_every_page_of_it(lea: Reader):
    page = lea.at(f"{PAGE}?limit=1")
    following = re.search(r'href="([^"]+)" rel="next"', page.text)
    assert following
    second = lea.at(unescape(following[1]))
    assert groups(second) == ["Valenciennes"]
    for each in (page, second):
        assert "Opérations trouvées 3" in text(each)
        assert "Coût connu 56 000 000 €" in text(each)
        assert "En retard sur le calendrier en vigueur 1 et 1 sur le premier calendrier" in text(each)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("commune=59014", ["Anzin", "Plusieurs communes"]),
        ("phase=delivered", ["Anzin"]),
        ("late=true", ["Valenciennes"]),
        ("theme=mining", ["Valenciennes"]),
        ("partner=anru", ["Valenciennes"]),
        ("q=carpeaux&commune=", ["Anzin"]),
        ("programme=ERBM", []),
        ("as_true_on=2012-01-01", ["Anzin", "Valenciennes", "Plusieurs communes"]),
    ],
)
def test_the_filters_are_those_of_the_portfolio(lea: Reader, query, found):
    page = lea.at(f"{PAGE}?{query}")
    assert (page.status_code, groups(page)) == (200, found)
    if not found:
        assert "Aucune opération ne répond à ces filtres." in text(page)


@pytest.mark.parametrize(
    ("query", "field"),
    [("commune=Anzin", "commune"), ("phase=x", "phase"), ("late=oui", "late"), ("order=title", "order")],
)
def test_a_wrong_filter_is_told_beside_its_field_and_nothing_is_lost(lea: Reader, query, field):
    page = lea.at(f"{PAGE}?{query}&q=carpeaux")
    assert page.status_code == 422
    assert "aucun chiffre n'est montré" in text(page)
    assert 'value="carpeaux"' in page.text
    assert f'id="f-{field}-wrong"' in page.text or f"{field} : Champ inconnu." in text(page).replace("\u00a0", " ")
    assert '<option value="59014">Anzin</option>' in page.text


def test_the_day_asked_about_is_the_day_of_lateness(lea: Reader):
    line = drawn(lea.at(f"{PAGE}?as_true_on=2013-03-01"), "ANZ-CARPEAUX")
    assert 'class="late">▸' not in line
    assert "+ 2 mois</text>" in line.replace("\u00a0", " ")
    assert '"elapsed"' in line


# Who sees what


def test_a_partner_opens_what_is_its_own_and_sees_no_money_of_the_rest(three: Desk):
    page = Reader(three).signed_in("anru").at(PAGE)
    assert re.findall('href="/operations/([A-Z-]+)"', page.text) == ["VAL-DUTEMPLE"] * 2
    assert "Opérations trouvées 3 dont 1 que vous lisez en entier" in text(page)
    assert "56 000 000" not in text(page)
    assert "non communiqué" in text(page)
    own = Reader(three).signed_in("anru").at(f"{PAGE}?in_full=true")
    assert groups(own) == ["Valenciennes"]
    assert 'name="in_full"' in own.text
    assert "22 000 000" not in text(Reader(three).signed_in("region").at(PAGE))


def test_whoever_reads_all_is_not_asked_about_what_is_its_own(three: Desk):
    for who, links in (("lea", 6), ("auditor", 6), ("admin", 0)):
        page = Reader(three).signed_in(who).at(PAGE)
        assert page.text.partition("<main")[2].count('href="/operations/') == links
        assert 'name="in_full"' not in page.text


# Files


def test_the_json_is_the_portfolio_by_commune(lea: Reader, three: Desk):
    file = lea.at(f"{PAGE}.json?theme=mining")
    assert file.data == three.get("/v1/operations?theme=mining&order=commune&limit=80").data


def test_the_csv_has_the_whole_filtered_set(lea: Reader):
    file = lea.at(f"{PAGE}.csv?limit=1")
    found = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert [each["Référence"] for each in found] == ["ANZ-CARPEAUX", "VAL-DUTEMPLE", "BOTH"]
    assert (found[0]["Livraison promise d'abord"], found[0]["Décalage de la livraison (jours)"]) == ("2012-12", "181")
    assert (found[1]["Engagé (€)"], found[1]["Jours de retard"]) == ("22000000,00", "326")
    assert len(found[0]) == len(set(found[0]))


# Size


def test_eighty_operations_with_their_table_take_less_than_15_kilobytes(desk: Desk):
    known = [each for each in csv.DictReader(io.StringIO(REAL.decode("utf-8"))) if each["record"] == "operation"]
    members = [each.insee for each in communes() if each.is_member(date(2008, 2, 29))]
    for each in range(81):
        told = known[each % len(known)]
        response = desk.post(
            "/v1/operations",
            PLAN
            | {
                "reference": f"{told['reference']}-{each}",
                "title": f"{told['title']}, phase {each}",
                "communes": [members[each % 20]],
                "cost_cents": 1_234_567_89 * (each + 3),
                "starts_on": f"20{10 + each % 9}-{1 + each % 12:02}-{1 + each * 7 % 28:02}",
                "delivers_on": f"20{20 + each % 9}-{1 + each * 5 % 12:02}-{1 + each * 11 % 28:02}",
            },
        )
        assert response.status_code == 201, response.text
    desk.follower.catch_up()
    page = Reader(desk).signed_in().at(PAGE)
    assert page.text.count("<li><span") == 80
    assert page.text.count('<th scope="row">') == 80
    assert "Lignes suivantes" in page.text
    assert len(zlib.compress(page.data, 6)) <= 15 * 1024
