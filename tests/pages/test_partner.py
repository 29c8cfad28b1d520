"""The page of a partner says what the API says: figures, dates, tables, files; a wrong filter shows no figures."""

import csv
import io
import re
from html import unescape

import pytest

from tests.api.desk import AGREEMENT, CARPEAUX, GRANT, PAYMENT, PLAN, Desk
from tests.pages.reader import Reader, figure, text
from tests.pages.tables import rows

PAGE = "/partners/anru"


@pytest.fixture
def paid(funded: Desk) -> Desk:
    """ANRU committed 22 million and paid 10."""
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    return funded


@pytest.fixture
def anru(paid: Desk) -> Reader:
    return Reader(paid).signed_in("anru")


def test_figures_are_those_of_the_api_in_euros(anru: Reader):
    page = text(anru.at(PAGE))
    for said in (
        "Engagé 22 000 000 €",
        "Payé 10 000 000 €",
        "Reste à payer 12 000 000 €",
        "Effet de levier 1 22 000 000 € engagés par tous",
    ):
        assert said in page


def test_years_and_lines_stand_in_tables(anru: Reader):
    page = anru.at(PAGE)
    head, first, second, total = rows(page, "Montants par année de décision ou de versement")
    assert head[:4] == ["Année", "Affecté", "Engagé", "Payé"]
    assert first == ["2008", "0 €", "22 000 000 €", "0 €", "0 €", "22 000 000 €", "0 €"]
    assert second[:4] == ["2009", "0 €", "0 €", "10 000 000 €"]
    assert total[2:4] == ["22 000 000 €", "10 000 000 €"]
    _, line = rows(page, "Lignes de financement, par opération ou convention")
    assert line == [
        *("Anzin : Carpeaux ANZ-CARPEAUX", "L1", "mars 2008", "Subvention"),
        *("0 €", "22 000 000 €", "10 000 000 €", "12 000 000 €"),
    ]


def test_every_table_has_a_caption_and_says_what_its_heads_are_of(anru: Reader):
    page = anru.at(PAGE).text
    assert page.count("<table>") == page.count("<caption>") == 3
    assert re.search(r"<th(?! scope=)[ >]", page.replace("<thead", "")) is None


def test_a_chart_shows_committed_and_paid_by_year(anru: Reader):
    page = anru.at(PAGE).text
    chart = page.partition('<svg viewBox="0 0 960')[2].partition("</svg>")[0]
    assert (
        len(re.findall('<rect class="bar committed"', chart)) == len(re.findall('<rect class="bar paid"', chart)) == 1
    )
    assert ">2008</text>" in chart
    assert ">2009</text>" in chart
    assert "<title" in chart


def test_a_partner_without_money_is_told_so(desk: Desk):
    page = Reader(desk).signed_in("region").at("/partners/region")
    assert page.status_code == 200
    assert "Aucun montant n'est enregistré" in text(page)
    assert "sans objet" in text(page)
    assert "<svg viewBox" not in page.text


# The date that a page speaks of


def test_a_page_says_the_date_that_it_speaks_of_and_up_to_which_entry(anru: Reader, paid: Desk):
    page = text(anru.at(PAGE))
    assert "Situation connue aujourd'hui, le 22 novembre 2026" in page
    assert f"jusqu'à l'écriture n° {figure(paid.ledger.head())} · à jour" in page


def test_what_had_happened_by_a_day_is_shown_and_said(anru: Reader):
    page = anru.at(f"{PAGE}?as_true_on=2008-12-31&as_known_on=&statement=")
    assert ", de ce qui avait eu lieu au 31 décembre 2008" in text(page)
    assert "Payé 0 €" in text(page)
    assert 'value="2008-12-31"' in page.text
    assert "<details open>" in page.text


def test_what_was_known_on_a_day_before_the_record_is_nothing(anru: Reader):
    page = text(anru.at(f"{PAGE}?as_known_on=2020-01-01"))
    assert "Ce qui était connu le 1er janvier 2020" in page
    assert "Engagé 0 €" in page


def test_a_statement_can_be_chosen_and_is_said(anru: Reader, paid: Desk):
    paid.record("/v1/statements", {"code": "comite", "title": "Comité du 12 mars", "on": "2026-03-12"})
    paid.record(f"{CARPEAUX}/payments", PAYMENT | {"external_ref": "V-2", "amount_cents": 100})
    assert '<option value="comite">Comité du 12 mars</option>' in anru.at(PAGE).text
    page = anru.at(f"{PAGE}?statement=comite")
    assert "Situation arrêtée « comite »" in text(page).replace("\u00a0", " ")
    assert "Payé 10 000 000 €" in text(page)
    assert '<option value="comite" selected>' in page.text


def test_a_page_that_is_behind_says_by_how_much(anru: Reader, paid: Desk):
    paid.post("/v1/operations", PLAN | {"reference": "ANZ-NEUF"})
    assert "en retard d'une écriture" in text(anru.at(PAGE))


# Wrong filters


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("as_known_on=hier", "as_known_on", "Un jour s'écrit AAAA-MM-JJ."),
        ("as_known_on=2099-01-01", "as_known_on", "Ce jour est à venir."),
        ("as_true_on=2008-02", "as_true_on", "Un jour s'écrit AAAA-MM-JJ."),
        ("statement=inconnue", "statement", "Aucune situation arrêtée ne porte le code inconnue."),
        ("statement=x&as_known_on=2020-01-01", "statement", "dit déjà ce qui était connu"),
    ],
)
def test_a_wrong_filter_is_told_beside_its_field_and_no_figures_are_shown(anru: Reader, query, field, said):
    page = anru.at(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert re.search(rf'id="f-{field}-wrong">[^<]*{re.escape(said)}', unescape(page.text))
    assert "aucun chiffre n'est montré" in text(page)
    assert "22 000 000" not in text(page)
    typed = dict(part.split("=") for part in query.split("&"))[field]
    assert f'value="{typed}"' in page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "colour : Champ inconnu."),
        ("cursor=x", "cursor : Ce curseur est illisible"),
        ("limit=1000", "limit : Un nombre entier de 1 à 200."),
        ("min_position=-1", "min_position : Cette valeur n'est pas du type attendu."),
        ("as_true_on=2008-01-01&as_true_on=2009-01-01", "Ce paramètre est donné deux fois"),
        ("as_true_on=%00", "contient un caractère nul"),
    ],
)
def test_a_parameter_that_the_page_cannot_take_is_named(anru: Reader, query, said):
    page = anru.at(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert said in text(page).replace("\u00a0", " ")


def test_a_wrong_filter_of_what_nobody_may_see_tells_nothing_of_it(paid: Desk):
    reader = Reader(paid).signed_in("region")
    pages = [text(reader.at(f"/partners/{code}?as_true_on=x")) for code in ("anru", "nobody")]
    assert pages[0] == pages[1].replace("nobody", "anru")


# Files


def test_the_json_of_a_page_is_the_document_of_the_api(anru: Reader, paid: Desk):
    for query in ("", "?as_true_on=2008-12-31"):
        file = anru.at(f"{PAGE}.json{query}")
        assert (file.status_code, file.mimetype) == (200, "application/json")
        assert file.data == paid.get(f"/v1/partners/anru/commitments{query}", by="anru").data


def test_the_csv_of_a_page_opens_in_a_french_spreadsheet(anru: Reader):
    file = anru.at(f"{PAGE}.csv")
    assert (file.status_code, file.content_type) == (200, "text/csv; charset=utf-8")
    assert file.headers["Content-Disposition"] == 'attachment; filename="jalon-anru-lines.csv"'
    assert file.data.startswith(b"\xef\xbb\xbf")
    head, line = csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";")
    told = dict(zip(head, line, strict=True))
    assert (told["Référence"], told["Date"], told["Nature"], told["Engagé (€)"]) == (
        "ANZ-CARPEAUX",
        "2008-03",
        "Subvention",
        "22000000,00",
    )


def test_other_tables_and_dialects_can_be_had(anru: Reader):
    file = anru.at(f"{PAGE}.csv?table=years&dialect=rfc4180")
    head, first, _ = csv.reader(io.StringIO(file.data.decode()))
    assert dict(zip(head, first, strict=True)) | {"year": "2008", "committed_cents": "2200000000"} == dict(
        zip(head, first, strict=True)
    )


def test_a_file_has_all_rows_whatever_page_of_them_is_shown(anru: Reader, paid: Desk):
    for each in range(3):
        paid.record(f"{CARPEAUX}/commitments", GRANT | {"amount_cents": 100 + each})
    page = anru.at(f"{PAGE}?limit=2")
    assert len(rows(page, "Lignes de financement, par opération ou convention")) == 3
    following = re.search(r'href="([^"]+)" rel="next"', page.text)
    assert following
    assert len(rows(anru.at(unescape(following[1])), "Lignes de financement, par opération ou convention")) == 3
    assert len(anru.at(f"{PAGE}.csv?limit=2").data.splitlines()) == 5


@pytest.mark.parametrize(
    ("query", "status"), [("table=nothing", 404), ("dialect=x", 422), ("table=L%00", 422), ("x=1", 422)]
)
def test_a_file_that_there_is_not_is_refused(anru: Reader, query, status):
    assert anru.at(f"{PAGE}.csv?{query}").status_code == status


def test_files_keep_to_the_filters_of_their_page(anru: Reader):
    links = re.findall(r'href="(/partners/anru\.[^"]+)"', anru.at(f"{PAGE}?as_true_on=2008-12-31").text)
    assert [unescape(each) for each in links] == [
        f"{PAGE}.csv?as_true_on=2008-12-31",
        f"{PAGE}.csv?as_true_on=2008-12-31&table=years",
        f"{PAGE}.csv?as_true_on=2008-12-31&table=themes",
        f"{PAGE}.csv?as_true_on=2008-12-31&table=programmes",
        f"{PAGE}.csv?as_true_on=2008-12-31&table=changes",
        f"{PAGE}.json?as_true_on=2008-12-31",
    ]
    assert {anru.at(unescape(each)).status_code for each in links} == {200}


# By theme and programme, and the ways on


def test_themes_and_programmes_have_tables(paid: Desk):
    more = {"reference": "ANZ-ERBM", "title": "Cité", "theme": "mining", "programme": "ERBM"}
    paid.record("/v1/operations", PLAN | more)
    paid.record("/v1/operations/ANZ-ERBM/commitments", GRANT | {"amount_cents": 8_000_000_00})
    page = Reader(paid).signed_in("anru").at(PAGE)
    _, mining, none, _ = rows(page, "Montants par thème d'opération")
    assert (mining[0], mining[2], none[0], none[2]) == ("Cités minières", "8 000 000 €", "sans thème", "22 000 000 €")
    _, erbm, *_ = rows(page, "Montants par programme")
    assert (erbm[0], erbm[2]) == ("ERBM", "8 000 000 €")
    bars = page.text.partition('<ul class="stacks">')[2].partition("</ul>")[0]
    assert re.findall(r'class="bar ([a-z-]+)"[^>]*width="([0-9.]+)%"', bars) == [
        ("to-pay", "36.36"),
        ("paid", "45.45"),
        ("to-pay", "54.55"),
    ]


def test_a_line_leads_to_its_operation_or_agreement(paid: Desk):
    paid.record("/v1/agreements", AGREEMENT | {"leader": "cavm"})
    paid.record("/v1/agreements/PNRU-2008/allocations", GRANT)
    ways = {"/operations/ANZ-CARPEAUX", "/agreements/PNRU-2008"}
    for who, there in (("anru", True), ("lea", True), ("admin", False)):
        reader = Reader(paid).signed_in(who)
        page = reader.at(PAGE).text
        assert all((f'href="{way}"' in page) is there for way in ways)
        assert {reader.at(way).status_code for way in ways} == {200 if there else 403}


# What changed


@pytest.fixture
def stated(funded: Desk) -> Desk:
    """22 million were committed when the situation was stated; 10 million were paid since."""
    funded.record("/v1/statements", {"code": "comite", "title": "Comité du 12 mars", "on": "2026-03-12"})
    funded.record(f"{CARPEAUX}/payments", PAYMENT | {"reason": "Acompte sur travaux"})
    return funded


def test_what_changed_since_the_last_statement_is_told(stated: Desk):
    page = Reader(stated).signed_in("anru").at(PAGE)
    assert "Depuis Comité du 12 mars ( écriture n°" in text(page).replace("(", "( ")
    _, paid_row, owed = rows(page, "Totaux qui ont changé")
    assert paid_row == ["Payé", "0 €", "10 000 000 €", "+ 10 000 000 €"]
    assert owed == ["À payer", "22 000 000 €", "12 000 000 €", "− 10 000 000 €"]
    _, entry = rows(page, "Écritures qui ont fait bouger ces montants")
    assert entry[0] == "Anzin : Carpeaux ANZ-CARPEAUX"
    assert entry[2] == "L1, payé : 0 € → 10 000 000 €"
    assert entry[4] == "Acompte sur travaux"


def test_without_a_statement_there_is_nothing_to_compare_with(anru: Reader):
    assert "Aucune situation n'est encore arrêtée" in text(anru.at(PAGE)).replace("\u00a0", " ")


def test_two_moments_can_be_compared(stated: Desk):
    anru = Reader(stated).signed_in("anru")
    page = anru.at(f"{PAGE}?since=2020-01-01&until=comite")
    assert [row[0] for row in rows(page, "Totaux qui ont changé")[1:]] == ["Engagé", "À payer"]
    assert "Aucun total n'a changé" in text(anru.at(f"{PAGE}?statement=comite&since=comite"))


def test_a_page_of_a_statement_compares_it_with_the_one_before(stated: Desk):
    stated.record("/v1/statements", {"code": "octobre", "title": "Comité d'octobre", "on": "2026-10-12"})
    stated.record(f"{CARPEAUX}/payments", PAYMENT | {"external_ref": "V-2"})
    page = Reader(stated).signed_in("anru").at(f"{PAGE}?statement=octobre")
    assert "Depuis Comité du 12 mars" in text(page)
    assert rows(page, "Totaux qui ont changé")[1][1:3] == ["0 €", "10 000 000 €"]


@pytest.mark.parametrize("query", ["since=jamais", "since=2099-01-01", "until=2012-99-01"])
def test_a_wrong_moment_is_told_beside_its_field(stated: Desk, query):
    page = Reader(stated).signed_in("anru").at(f"{PAGE}?{query}&as_true_on=2010-01-01")
    field, _, typed = query.partition("=")
    assert page.status_code == 422
    assert f'id="f-{field}-wrong"' in page.text
    assert f'value="{typed}"' in page.text
    assert '<input type="hidden" name="as_true_on" value="2010-01-01">' in page.text


def test_what_changed_is_a_file_too(stated: Desk):
    file = Reader(stated).signed_in("anru").at(f"{PAGE}.csv?table=changes&dialect=rfc4180")
    head, line = csv.reader(io.StringIO(file.data.decode()))
    told = dict(zip(head, line, strict=True))
    assert (told["line"], told["level"], told["before_cents"], told["after_cents"]) == ("L1", "paid", "0", "1000000000")
    assert Reader(stated).signed_in("anru").at(f"{PAGE}.csv?table=changes&since=2099-01-01").status_code == 422


def test_what_is_known_today_is_compared_with_the_last_statement_too(stated: Desk):
    stated.record("/v1/statements", {"code": "octobre", "title": "Comité d'octobre", "on": "2026-10-12"})
    page = text(Reader(stated).signed_in("anru").at(f"{PAGE}?as_known_on=2026-11-22"))
    assert "Depuis Comité d'octobre" in page
    assert "Aucun total n'a changé" in page
