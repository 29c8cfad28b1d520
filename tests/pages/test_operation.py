"""The page of an operation says what the API says: where it stands, its calendar, its money, what changed, and why."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from api.services import Services
from tests.api.conftest import opened
from tests.api.desk import Desk
from tests.conftest import empty
from tests.kept import Nearby
from tests.pages import lived
from tests.pages.lived import LIVED, PAGE
from tests.pages.reader import Reader, text
from tests.pages.tables import clean, rows
from tests.story import day, entry, planned

API = f"/v1{PAGE}"
BARE = "/operations/ANZ-NUE"
LONG = "/operations/ANZ-LONGUE"


@pytest.fixture(scope="module")
def lives(tables: str, app: Flask, services: Services) -> Iterator[Desk]:
    """An operation that lived through everything, one of which little is known, one with sixty entries.

    Shared by the tests of this file, all of which leave everything as it is.
    """
    # What was known on a day goes by the order of the ledger: the oldest comes first.
    Desk(app, services.ledger, Nearby(tables)).save(lived.first_part())
    desk = opened(app, services, tables)
    head = desk.ledger.head()
    desk.save(lived.statement(head, head))
    operation = desk.ledger.operation(LIVED)
    lived.second_part(operation)
    bare, long = planned("ANZ-NUE", theme=None, title="Anzin <b>nue</b>"), planned("ANZ-LONGUE")
    for month in range(59):
        moved = entry("2009", reason=f"Report {month + 1}")
        long.reschedule(delivers_on=day(f"{2010 + month // 12}-{month % 12 + 1:02}"), **moved)
    desk.save(operation, bare, long)
    yield desk
    empty(tables)


@pytest.fixture
def auditor(lives: Desk) -> Reader:
    return Reader(lives).signed_in("auditor")


def section(page, name):
    """What one section of the page says."""
    found = re.search(rf'<section aria-labelledby="{name}">(.*?)</section>', page.text, re.DOTALL)
    assert found, name
    return clean(found[1])


def entry_of(page, version):
    """One entry of the timeline, as HTML."""
    found = re.search(rf'<li id="e{version}".*?(?=<li id="e|</ol>)', page.text, re.DOTALL)
    assert found, version
    return unescape(found[0]).translate(str.maketrans("\u00a0\u202f", "  "))


# Where it stands


def test_the_head_says_where_the_operation_stands(auditor: Reader):
    page = text(auditor.at(PAGE))
    for said in (
        "ANZ-VECUE · ▶ Démarrée",
        "Anzin : rénovation urbaine du quartier Carpeaux",
        "Anzin, Valenciennes · Carpeaux · PNRU · Quartiers d'habitat social · Démolition de logements sociaux",
        "Coût 56 000 000 €",
        "Engagé 17 000 000 €",
        "Payé 7 000 000 €",
        "Prêts (à part) 9 000 000 €",
    ):
        assert said in page


def test_the_file_says_who_owns_who_funds_and_who_recorded_last(auditor: Reader):
    facts = section(auditor.at(PAGE), "facts")
    for said in (
        "Maître d'ouvrage SIGH",
        "Financeurs Région Hauts-de-France, ANRU, SIGH",
        "Communes Anzin (75 %), Valenciennes (25 %)",
        "Cohérence avec le PLH Partiellement conforme",
        "Assistance aux communes 2,5 jours",
        "Version 21",
        "Dernière écriture Point sur les relogements, 22 novembre 2026 à 11:00 CA Valenciennes Métropole (u-1)",
    ):
        assert said in facts


def test_what_is_to_be_completed_is_said_and_nothing_where_nothing_lacks(auditor: Reader):
    assert "À compléter : le thème, le maître d'ouvrage, le coût." in text(auditor.at(BARE))
    assert "À compléter" not in text(auditor.at(PAGE))


def test_an_operation_of_which_little_is_known_has_a_page(auditor: Reader):
    page = auditor.at(BARE)
    assert page.status_code == 200
    assert "Anzin &lt;b&gt;nue&lt;/b&gt;" in page.text
    for name, said in (
        ("calendar", "Aucune date n'est enregistrée."),
        ("outputs", "Rien n'est enregistré"),
        ("financing", "Aucun montant n'est enregistré à cette date."),
    ):
        assert said in section(page, name)
    assert "<svg viewBox" not in page.text


# Calendar, outputs, money


def test_the_calendar_tells_every_step_as_promised_first_as_promised_now_and_as_it_happened(auditor: Reader):
    _, *steps = rows(auditor.at(PAGE), "Dates promises au départ, promises aujourd'hui, réalisées")
    assert steps == [
        [
            "Démarrage des travaux",
            "septembre 2008",
            "septembre 2008",
            "✔ atteint : 20 novembre 2008",
            "+ 2 mois 51 jours",
        ],
        ["Livraison", "décembre 2012", "juin 2027", "pas encore", "+ 174 mois 5 294 jours"],
        ["Permis de démolir", "octobre 2008", "octobre 2008", "✔ atteint : février 2009", "+ 4 mois 120 jours"],
        ["Square des mineurs", "2011", "2011", "✕ supprimé", "à la date promise"],
    ]


def test_the_chart_draws_first_plan_present_one_slip_and_today(auditor: Reader):
    chart = auditor.at(PAGE).text.partition('class="bars plan"')[2].partition("</svg>")[0]
    assert chart.count('<rect class="first"') == chart.count('<rect class="now"') == 1
    assert chart.count('class="slip" fill="url(#plan-hatch)"') == 2
    assert '<path class="now done"' in chart
    assert '<line class="today"' in chart
    assert "+\u00a0174\u00a0mois" in chart
    assert "<title" in chart


def test_a_step_that_should_have_happened_is_late_on_the_day_asked_about(auditor: Reader):
    assert "en retard" not in section(auditor.at(PAGE), "calendar")
    page = auditor.at(f"{PAGE}?as_known_on=2026-01-01")
    assert "décembre 2013 ▲ en retard" in section(page, "calendar")
    assert "▲ en retard" in clean(page.text.partition("<h1>")[0].partition("<main")[2])


def test_outputs_and_rehousing_stand_as_planned_and_done(auditor: Reader):
    _, *counted = rows(auditor.at(PAGE), "Prévu et réalisé")
    assert counted == [
        ["Logements démolis", "173", "non connu"],
        ["Logements construits", "168", "non connu"],
        ["Équipements", "2", "non connu"],
        ["Ménages relogés", "150", "142"],
    ]


def test_money_stands_by_partner_and_line_by_line_loans_apart(auditor: Reader):
    page = auditor.at(PAGE)
    _, region, anru, sigh, total = rows(page, "Par partenaire (prêts à part)")
    assert region == ["Région Hauts-de-France", "5 000 000 €", "0 €", "0 €", "5 000 000 €", "0 €", "0 €"]
    assert anru == ["ANRU", "0 €", "17 000 000 €", "7 000 000 €", "0 €", "10 000 000 €", "0 €"]
    assert sigh == ["SIGH", "0 €", "0 €", "0 €", "0 €", "0 €", "9 000 000 €"]
    assert total == ["Total", "5 000 000 €", "17 000 000 €", "7 000 000 €", "0 €", "10 000 000 €", "9 000 000 €"]
    lines = rows(page, "Ligne par ligne")
    assert lines[2] == ["L2 PNRU", "ANRU", "Subvention", "Décision n° 1", "0 €", "17 000 000 €", "7 000 000 €"]
    assert rows(page, "Crédits de paiement, par année")[1:] == [
        ["L2 ANRU", "2009", "7 000 000 €"],
        ["L2 ANRU", "2010", "10 000 000 €"],
    ]
    assert rows(page, "Plan de financement décidé : mars 2008")[-2:] == [
        ["À déterminer", "–", "34 000 000 €"],
        ["Total", "", "56 000 000 €"],
    ]


@pytest.mark.parametrize(
    ("who", "linked"), [("auditor", {"region", "anru", "sigh"}), ("anru", {"anru"}), ("region", {"region"})]
)
def test_partners_are_linked_for_whoever_may_open_their_page(lives: Desk, who, linked):
    reader = Reader(lives).signed_in(who)
    page = reader.at(PAGE)
    found = set(re.findall('href="/partners/([a-z]+)"', page.text.partition("<main")[2]))
    assert found == linked
    assert {reader.at(f"/partners/{code}").status_code for code in found} == {200}


# What changed


def test_what_changed_since_the_last_statement_is_told_by_whom_and_why(auditor: Reader):
    page = auditor.at(PAGE)
    assert "Depuis Comité d'octobre 2026" in section(page, "changes")
    _, *changed = rows(page, "Ce qui a changé entre les deux dates")
    assert ["Livraison · calendrier actuel", "décembre 2013", "juin 2027"] in changed
    assert ["Payé", "6 000 000 €", "7 000 000 €"] in changed
    assert ["Ligne L2 (ANRU) · Payé", "6 000 000 €", "7 000 000 €"] in changed
    assert ["Ménages relogés", "80", "142"] in changed
    assert changed[-1][:2] == ["Cohérence PLH", "–"]
    _, *entries = rows(page, "Écritures enregistrées entre les deux dates")
    assert len(entries) == 9
    assert [
        *("Calendrier révisé livraison : décembre 2013 → juin 2027", "10 novembre 2026", "–"),
        *("CA Valenciennes Métropole u-1, 22 novembre 2026 à 11:00", "Sondages complémentaires"),
    ] in entries


def test_two_days_or_statements_can_be_compared(auditor: Reader):
    page = auditor.at(f"{PAGE}?since=2012-03-11&until=comite-2026")
    assert "Depuis 11 mars 2012" in section(page, "changes")
    assert "jusqu'à Comité d'octobre 2026" in section(page, "changes")
    changed = rows(page, "Ce qui a changé entre les deux dates")
    assert ["Intitulé", "–", "Anzin : rénovation urbaine du quartier Carpeaux"] not in changed
    assert ["Payé", "–", "6 000 000 €"] in changed
    assert 'value="2012-03-11"' in page.text
    again = auditor.at(f"{PAGE}?since=comite-2026&until=comite-2026")
    assert "Rien n'a changé entre ces deux dates." in section(again, "changes")


def test_everything_can_be_compared_in_words(auditor: Reader):
    """No name of a field is left as programs say it."""
    changed = rows(auditor.at(f"{PAGE}?until=2026-11-22"), "Ce qui a changé entre les deux dates")
    assert len(changed) > 20
    assert [row for row in changed if re.search("[a-z]_[a-z]", " ".join(row))] == []


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("since=2026-11-22&until=2012-03-12", "since", "La comparaison va du plus ancien au plus récent."),
        ("since=hier", "since", "Aucune situation arrêtée ne porte le code hier."),
        ("until=2099-01-01", "until", "Ce jour est à venir."),
        ("since=20/11/2008", "since", "La forme attendue"),
    ],
)
def test_a_wrong_comparison_is_told_beside_its_field(auditor: Reader, query, field, said):
    page = auditor.at(f"{PAGE}?{query}&as_true_on=2026-01-01")
    assert page.status_code == 422
    assert re.search(rf'id="f-{field}-wrong">[^<]*{re.escape(said)}', unescape(page.text))
    typed = dict(part.split("=") for part in query.split("&"))[field]
    assert re.search(rf'<input type="text" id="f-{field}" name="{field}" value="{re.escape(typed)}"', page.text)
    assert 'value="2026-01-01"' in page.text
    assert "56 000 000" not in text(page)


@pytest.mark.parametrize("query", ["order=best", "entries=7", "colour=red"])
def test_a_parameter_that_the_page_cannot_take_is_named(auditor: Reader, query):
    page = auditor.at(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert f"{query.partition('=')[0]} : " in text(page).replace("\u00a0", " ")


def test_neither_form_loses_what_the_other_one_says(auditor: Reader):
    page = auditor.at(f"{PAGE}?as_true_on=2026-01-01&since=comite-2026&order=oldest").text
    first, second = re.findall(r'<form method="get".*?</form>', page, re.DOTALL)
    assert '<input type="hidden" name="since" value="comite-2026">' in first
    assert '<input type="hidden" name="as_true_on" value="2026-01-01">' in second
    assert first.count('name="order" value="oldest"') == second.count('name="order" value="oldest"') == 1
    assert first.count('name="as_true_on"') == second.count('name="since"') == 1


# The timeline


def test_the_timeline_begins_with_the_newest_or_with_the_oldest(auditor: Reader):
    versions = {
        order: [int(each) for each in re.findall('<li id="e([0-9]+)"', auditor.at(f"{PAGE}{order}").text)]
        for order in ("", "?order=oldest")
    }
    assert versions[""] == versions["?order=oldest"][::-1]
    assert versions["?order=oldest"][0] == 1
    assert sorted(versions[""]) == [*range(1, 22)]
    assert "?order=oldest#entries" in auditor.at(PAGE).text


def test_an_entry_says_who_why_and_what_it_changed(auditor: Reader):
    page = auditor.at(PAGE)
    moved = entry_of(page, 12)
    assert "livraison : décembre 2012 → décembre 2013" in moved
    assert "« Le relogement du foyer a pris un an de plus que prévu. »" in moved
    assert "CA Valenciennes Métropole (u-1)" in moved
    assert "12 mars 2012 à 10:00, par un logiciel" in moved
    # What its own words say is not said twice.
    assert "turned" not in moved
    started = entry_of(page, 8)
    assert "Phase : <del>Partiellement financée</del> → <ins>Démarrée</ins>" in started
    assert '<a href="https://www.example.org/anzin" rel="noreferrer nofollow">Anzin signe son programme</a>' in started


def test_a_corrected_entry_is_struck_through_and_leads_to_what_corrects_it(auditor: Reader):
    page = auditor.at(PAGE)
    wrong, right = entry_of(page, 13), entry_of(page, 14)
    assert '<li id="e13" class="voided">' in wrong
    assert re.search("<del><strong>2 novembre 2026</strong> · Versement.*10 000 000 €</del>", wrong)
    assert '<a class="mark" href="#e14">remplacée par l\'écriture n° 14</a>' in wrong
    assert '<a href="#e13">voir l\'écriture n° 13</a>' in right
    assert "Ligne L2 (ANRU) · Payé : <del>16 000 000 €</del> → <ins>7 000 000 €</ins>" in right
    assert 'href="#e16"' in entry_of(page, 15)


def test_a_late_entry_is_marked(auditor: Reader):
    page = auditor.at(PAGE)
    assert "saisie tardive : 3 ans après le fait" in entry_of(page, 9)
    assert "saisie tardive" not in entry_of(page, 12)
    assert "reprise d'un fichier (aaaaaaaa…), ligne 2" in entry_of(page, 1)


def test_a_long_timeline_shows_forty_entries_and_the_way_to_the_others(auditor: Reader):
    page = auditor.at(LONG)
    assert len(re.findall('<li id="e', page.text)) == 40
    assert 'id="e60"' in page.text
    following = re.search(r'href="([^"]+)">Montrer toutes les écritures \(encore 20\)', page.text)
    assert following
    every = auditor.at(unescape(following[1]))
    assert len(re.findall('<li id="e', every.text)) == 60
    assert "Montrer toutes" not in every.text


def test_an_entry_that_stands_further_down_is_found_all_the_same(lives: Desk, auditor: Reader):
    """A link to an entry that is not shown leads to the page that shows all of them."""
    page = auditor.at(f"{LONG}?since=2020-01-01")
    assert '<a href="/operations/ANZ-LONGUE?since=2020-01-01&amp;entries=all#e2">' in page.text
    assert '<a href="#e60">' in page.text


# The date that it speaks of


def test_what_was_known_on_a_day_is_shown_whole(auditor: Reader):
    page = auditor.at(f"{PAGE}?as_known_on=2012-03-12")
    assert "Ce qui était connu le 12 mars 2012" in text(page)
    assert len(re.findall('<li id="e', page.text)) == 12
    assert 'id="e13"' not in page.text


def test_a_statement_shows_what_was_known_and_compares_with_nothing_later(auditor: Reader):
    page = auditor.at(f"{PAGE}?statement=comite-2026")
    assert len(re.findall('<li id="e', page.text)) == 12
    assert "Payé 6 000 000 €" in text(page)
    assert "Aucune situation n'est encore arrêtée" in section(page, "changes")


def test_what_had_happened_by_a_day_is_shown(auditor: Reader):
    page = auditor.at(f"{PAGE}?as_true_on=2009-01-01")
    assert "de ce qui avait eu lieu au 1er janvier 2009" in text(page)
    assert "✔ atteint : 20 novembre 2008" in section(page, "calendar")
    assert "atteint : février 2009" not in section(page, "calendar")
    assert "Payé 0 €" in text(page)
    assert "1er janvier 2009</text>" in page.text


def test_before_anything_of_it_had_happened_the_page_says_so(auditor: Reader):
    page = auditor.at(f"{PAGE}?as_true_on=2001-01-01")
    assert page.status_code == 200
    assert "rien n'avait encore eu lieu" in text(page)
    assert "Rien n'avait encore eu lieu à cette date." in section(page, "entries")


def test_before_it_was_recorded_there_is_no_page(auditor: Reader):
    assert auditor.at(f"{PAGE}?as_known_on=2012-01-01").status_code == 404


# Files


def test_the_json_of_the_page_is_the_operation(auditor: Reader, lives: Desk):
    for query in ("", "?as_true_on=2009-01-01"):
        assert auditor.at(f"{PAGE}.json{query}").data == lives.get(f"{API}{query}", by="auditor").data


def told(file):
    """The rows of a file for French spreadsheets, by what stands at their head."""
    assert file.status_code == 200, file.text
    return list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))


def test_money_timeline_calendar_and_changes_can_be_had_as_files(auditor: Reader):
    page = auditor.at(PAGE)
    names = re.findall(rf'href="({PAGE}\.csv[^"]*)"', page.text)
    assert [unescape(name).partition("?")[2] for name in names] == [
        "",
        *("table=partners", "table=steps", "table=entries", "table=changes"),
    ]
    lines, partners, steps, entries, changes = (told(auditor.at(unescape(name))) for name in names)
    assert [line["Engagé (€)"] for line in lines] == ["0,00", "17000000,00", "9000000,00"]
    assert (partners[-1]["Partenaire"], partners[-1]["Engagé (€)"]) == ("Total", "17000000,00")
    assert (steps[1]["Étape"], steps[1]["Calendrier actuel"], steps[1]["Écart (jours)"]) == (
        "Livraison",
        "2027-06",
        "5294",
    )
    wrong = next(each for each in entries if each["Écriture n°"] == "13")
    assert (wrong["Remplacée par l'écriture n°"], wrong["Montant (€)"]) == ("14", "10000000,00")
    assert len(entries) == 21
    assert {"Ce qui change": "Ménages relogés", "Avant": "80", "Après": "142"} in changes


def test_files_keep_to_the_date_of_the_page(auditor: Reader):
    entries = told(auditor.at(f"{PAGE}.csv?table=entries&statement=comite-2026"))
    assert len(entries) == 12
    program = auditor.at(f"{PAGE}.csv?table=entries&dialect=rfc4180").data.decode()
    assert program.startswith("version,on,kind,label,detail,partner")


# Languages


def test_words_of_files_follow_the_reader_whoever_read_before(lives: Desk, auditor: Reader):
    english = Reader(lives, "en").signed_in("auditor")
    for reader, said in ((auditor, "6 000 000"), (english, "€6,000,000"), (auditor, "6 000 000")):
        assert said in reader.at(f"{PAGE}.csv?table=changes").data.decode().replace("\u202f", " ")


def test_the_page_speaks_english(lives: Desk):
    page = text(Reader(lives, "en").signed_in("auditor").at(PAGE))
    for said in ("Calendar", "first calendar", "Paid €7,000,000", "late entry: 3 years after the fact", "What changed"):
        assert said in page
