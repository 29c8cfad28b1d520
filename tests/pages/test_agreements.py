"""The pages of agreements: the list, one of them, and who is told which amounts."""

import csv
import io

import pytest

from tests.api.desk import AGREEMENT, CORRIDOR, GRANT, PAYMENT, PLAN, Desk
from tests.pages.reader import Reader, text
from tests.pages.tables import rows

PAGE = "/agreements/PNRU-2008"


@pytest.fixture
def signed(desk: Desk) -> Desk:
    """An agreement that the Region signed: ANRU sets 30 million aside in it, commits 22 and pays 10; two operations."""
    told = {"leader": "cavm", "signatories": ["region"], "communes": ["59014"], "programme": "PNRU", "theme": "mining"}
    desk.record("/v1/agreements", AGREEMENT | told)
    desk.record(f"/v1{PAGE}/allocations", GRANT | {"amount_cents": 30_000_000_00, "decision_ref": "CA-1"})
    for reference in CORRIDOR:
        desk.record("/v1/operations", PLAN | {"reference": reference, "agreement": "PNRU-2008"})
    desk.record("/v1/operations/ANZ-A/commitments", GRANT)
    desk.record("/v1/operations/ANZ-A/payments", PAYMENT)
    delay = {"operation": "ANZ-A", "kind": "reschedule", "delivers_on": "2014", "reason": "Fouilles"}
    desk.record(f"/v1{PAGE}/amendments", {"on": "2011-06", "number": 1, "title": "Report", "changes": [delay]})
    return desk


def test_agreements_are_listed_with_what_they_cover(signed: Desk):
    page = Reader(signed).signed_in("lea").at("/agreements")
    assert rows(page, "Conventions, par référence")[1] == [
        *("Corridor PNRU-2008 · Convention", "janvier 2008", "CA Valenciennes Métropole", "PNRU Cités minières"),
        *("Anzin", "2", "non connu", "30 000 000 €"),
    ]
    assert f'href="{PAGE}"' in page.text


def test_without_any_agreement_the_list_says_so(desk: Desk):
    assert "Aucune convention n'est enregistrée" in text(Reader(desk).signed_in("lea").at("/agreements"))


def test_an_agreement_says_what_is_allocated_used_and_left(signed: Desk):
    page = Reader(signed).signed_in("lea").at(PAGE)
    assert rows(page, "Affecté par la convention, engagé et payé sur ses opérations")[1:] == [
        ["ANRU", "30 000 000 €", "22 000 000 €", "10 000 000 €", "8 000 000 €", "0 €"]
    ]
    assert "ANRU 30 M€ affectés, 22 M€ engagés, 10 M€ payés" in text(page)
    assert rows(page, "Lignes affectées par la convention")[1][:5] == ["L1", "ANRU", "Subvention", "–", "CA-1"]
    assert "Signataires Région Hauts-de-France" in text(page)


def test_an_agreement_names_its_operations_and_amendments(signed: Desk):
    page = Reader(signed).signed_in("lea").at(PAGE)
    first, second = rows(page, "Opérations de la convention")[1:]
    assert (first[0], first[2], first[4:]) == (
        "Anzin : Carpeaux ANZ-A",
        "2014",
        ["22 000 000 €", "10 000 000 €"],
    )
    assert second[0] == "Anzin : Carpeaux ANZ-B"
    assert rows(page, "Avenants, par numéro")[1] == ["Avenant n° 1 Report", "juin 2011", "ANZ-A"]


def test_a_partner_that_commits_more_than_it_allocates_is_flagged(signed: Desk):
    signed.record("/v1/operations/ANZ-B/commitments", GRANT)
    page = text(Reader(signed).signed_in("auditor").at(PAGE))
    assert "▲ " in page
    assert "14 000 000 €" in page.partition("▲ ")[2][:120]


def test_a_signatory_reads_the_agreement_and_no_money_of_operations_that_are_not_its_own(signed: Desk):
    page = Reader(signed).signed_in("region").at(PAGE)
    assert rows(page, "Opérations de la convention")[1][3:] == ["non communiqué"] * 3
    assert "/operations/ANZ-A" not in page.text
    assert 'href="/partners/anru"' not in page.text
    assert 'href="/operations/ANZ-A"' in Reader(signed).signed_in("anru").at(PAGE).text


def test_whoever_has_no_part_in_an_agreement_sees_that_it_exists_and_no_amounts(desk: Desk):
    desk.record("/v1/agreements", AGREEMENT | {"leader": "cavm", "cost_cents": 50_000_000_00})
    region, lea = (Reader(desk).signed_in(who) for who in ("region", "lea"))
    row = rows(region.at("/agreements"), "Conventions, par référence")[1]
    assert row[-2:] == ["non communiqué", "non communiqué"]
    assert PAGE not in region.at("/agreements").text
    assert (region.at(PAGE).status_code, lea.at(PAGE).status_code) == (404, 200)
    assert {region.at(f"{PAGE}.{form}").status_code for form in ("csv", "json")} == {404}


def test_operations_are_turned_page_by_page(signed: Desk):
    lea = Reader(signed).signed_in("lea")
    page = lea.at(f"{PAGE}?limit=1")
    assert [each[0] for each in rows(page, "Opérations de la convention")[1:]] == ["Anzin : Carpeaux ANZ-A"]
    following = page.text.partition('class="more"><a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert [each[0] for each in rows(lea.at(following), "Opérations de la convention")[1:]] == [
        "Anzin : Carpeaux ANZ-B"
    ]


@pytest.mark.parametrize("path", ["/agreements", PAGE])
def test_a_parameter_that_the_page_cannot_take_is_named(signed: Desk, path):
    page = Reader(signed).signed_in("lea").at(f"{path}?cursor=x")
    assert page.status_code == 422
    assert "curseur est illisible" in text(page)
    assert "30 000 000" not in text(page)


def test_the_data_are_those_of_the_api(signed: Desk):
    lea = Reader(signed).signed_in("lea")
    for path in ("/agreements", PAGE):
        assert lea.at(f"{path}.json").data == signed.get(f"/v1{path}").data


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/agreements.csv?",
            "PNRU-2008,Corridor,Convention,2008-01,cavm,region,PNRU,Cités minières,Anzin,2,,3000000000",
        ),
        (f"{PAGE}.csv?", "anru,3000000000,2200000000,1000000000,800000000,0"),
        (f"{PAGE}.csv?table=operations&", "ANZ-A,Anzin : Carpeaux,partly_funded,Partiellement financée,True"),
        (f"{PAGE}.csv?table=allocations&", "L1,anru,grant,,CA-1,3000000000"),
        (f"{PAGE}.csv?table=amendments&", "1,Report,2011-06,ANZ-A"),
    ],
)
def test_every_table_is_a_file(signed: Desk, path, told):
    file = Reader(signed).signed_in("lea").at(f"{path}dialect=rfc4180")
    assert file.status_code == 200
    assert [",".join(row) for row in csv.reader(io.StringIO(file.data.decode()))][1].startswith(told)
