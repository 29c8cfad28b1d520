"""The trail on pages: who did what, filters, both directions, one entry whole, what is signed, files, findings."""

import csv
import io
import json
import re
from html import unescape

import psycopg
import pytest

from domain.ledger import checkpoints as kept
from domain.ledger.notes import SecretKey
from projections.checkpoints import begin, make
from tests.api.desk import CARPEAUX, GRANT, PAYMENT, Desk
from tests.pages.reader import Reader, figure, plain, text
from tests.story import ARCHIVE, entry

KEY = SecretKey.make("jalon/cavm/test")
REVISED = {"on": "2010-02-03", "amount_cents": 23_000_000_00, "reason": "Avenant n° 1", "decision_ref": "DAS-2"}


@pytest.fixture
def told(funded: Desk) -> Desk:
    """A commitment that was revised, a payment without a document that was voided."""
    funded.record(f"{CARPEAUX}/commitments/L1/revise", REVISED)
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    funded.record(f"{CARPEAUX}/entries/4/void", {"reason": "Saisi deux fois"})
    return funded


@pytest.fixture
def auditor(told: Desk) -> Reader:
    return Reader(told).signed_in("auditor")


def rows(page):
    """What each line of the trail says."""
    found = re.findall(r"<tr>(.*?)</tr>", page.text.partition('<tbody class="trail">')[2], re.DOTALL)
    return [plain(unescape(re.sub("<[^>]+>", " ", row))) for row in found]


def signed(database_url):
    """All that is recorded is signed."""
    with psycopg.connect(database_url) as db:
        begin(db.cursor(), KEY)
        return make(db.cursor(), KEY)


def test_the_newest_entry_comes_first_with_who_what_and_why(auditor: Reader, told: Desk):
    first, second, third, *_ = rows(auditor.at("/audit?operation=ANZ-CARPEAUX"))
    assert first.startswith(
        f"n° {figure(told.ledger.head())} 22 novembre 2026 à 11:00 u-lea Équipe projet, CA Valenciennes"
    )
    assert "rectifie l'écriture 4" in first
    assert "Motif : Saisi deux fois" in first
    assert "Versement ANZ-CARPEAUX , écriture 4 Fait : mai 2009 · ANRU · 10 000 000 €" in second
    assert "✕ rectifiée par l'écriture 5" in second
    assert "Ligne L1 · Engagé : 22 000 000 € → 23 000 000 €" in third
    assert "tardive" in third


def test_what_was_corrected_is_struck_through(auditor: Reader):
    assert auditor.at("/audit").text.count("<s>Versement</s>") == 1


@pytest.mark.parametrize(
    ("query", "versions"),
    [
        ("type=operation.funding_revised", [3]),
        ("operation=ANZ-CARPEAUX&corrections=true", [5]),
        ("operation=ANZ-CARPEAUX&voided=true", [4]),
        ("operation=ANZ-CARPEAUX&late=false", [5]),
        ("partner=anru&record=", [4, 3, 2]),
        ("operation=ANZ-CARPEAUX&actor=u-lea&from=2026-11-22&to=2026-11-22", [5, 4, 3, 2, 1]),
        ("operation=ANZ-CARPEAUX&to=2026-11-21", []),
        ("operation=ANZ-CARPEAUX&on_from=2010-01-01&on_to=2010-12-31", [3]),
    ],
)
def test_filters_are_those_of_the_api(auditor: Reader, query, versions):
    query = query.replace("&record=", "&organisation=cavm&operation=ANZ-CARPEAUX")
    page = auditor.at(f"/audit?{query}")
    found = [int(number) for row in rows(page) for number in re.findall(r"ANZ-CARPEAUX , écriture (\d+)", row)]
    assert found == versions
    assert ("Aucune écriture ne répond à ces filtres." in text(page)) is (not versions)


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("from=hier", "from", "Un jour s'écrit AAAA-MM-JJ."),
        ("from=2026-11-22&to=2026-11-21", "to", "La fin précède le début."),
        ("late=1", "late", "Cette valeur n'est pas du type attendu."),
        ("type=operation.invented", "type", ""),
        ("operation=anz carpeaux", "operation", ""),
        ("on_from=2010-02-01&on_to=2010-01-01", "on_to", "La fin précède le début."),
    ],
)
def test_a_wrong_filter_is_told_beside_its_field_and_nothing_is_lost(auditor: Reader, query, field, said):
    page = auditor.at(f"/audit?{query}")
    assert page.status_code == 422
    assert re.search(rf'id="f-{field}-wrong">[^<]*{re.escape(said)}', unescape(page.text))
    for part in query.split("&"):
        assert f'value="{part.partition("=")[2]}"' in page.text
    assert "<table>" not in page.text
    # What is folded away is not where the error is.
    assert ('<details class="further" open>' in page.text) is (field in ("late", "on_to"))


def test_pages_are_turned_in_both_directions(auditor: Reader):
    whole = [row.partition(" 22 ")[0] for row in rows(auditor.at("/audit"))]
    first = auditor.at("/audit?limit=3")
    second = auditor.at(following(first, "next"))
    again = auditor.at(following(second, "prev"))
    assert [[row.partition(" 22 ")[0] for row in rows(page)] for page in (first, second, again)] == [
        whole[:3],
        whole[3:6],
        whole[:3],
    ]
    assert 'rel="prev"' not in first.text


def following(page, rel):
    """The address of a link, as it was given."""
    found = re.search(rf'<a href="([^"]+)" rel="{rel}"', page.text)
    assert found, rel
    return unescape(found[1])


# What proves it


def test_before_anything_is_signed_the_page_says_that_nothing_is_proved(auditor: Reader, told: Desk):
    page = text(auditor.at("/audit"))
    assert "Rien n'est signé encore : aucune des 16 écritures ne pourrait être prouvée." in page.replace("\u00a0", " ")
    entry = text(auditor.at(f"/audit/{told.ledger.head()}"))
    assert "Aucun point de contrôle ne couvre encore cette écriture." in entry


def test_what_is_signed_and_what_is_not_yet_is_said(auditor: Reader, told: Desk, database_url):
    checkpoint = signed(database_url)
    told.record(f"{CARPEAUX}/commitments", GRANT | {"partner": "region"})
    page = text(auditor.at("/audit"))
    assert f"Dernier point de contrôle {checkpoint.size} écritures" in page
    assert "Signature ✔ bonne" in page
    assert "Registre et signature ✔ concordent" in page
    assert f"Pas encore prouvable 1 écriture après la position {figure(checkpoint.position)}" in page
    assert checkpoint.note.splitlines()[0] in page
    assert "✔ Cette écriture est de rang 1 parmi les 16 que couvre" in text(auditor.at(f"/audit/{first(told)}"))
    assert "Aucun point de contrôle ne couvre encore" in text(auditor.at(f"/audit/{told.ledger.head()}"))


def first(told):
    """The position of the first entry."""
    return told.read("/v1/audit", by="auditor")["items"][-1]["position"]


def test_a_ledger_that_is_not_what_was_signed_is_shouted(auditor: Reader, told: Desk, database_url):
    signed(database_url)
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("UPDATE tree.leaf SET hash = sha256('x') WHERE index = 3")
        kept.write_fault(db.cursor(), "checkpoint-inconsistent", 2, 9)
    page = text(auditor.at("/audit"))
    assert "▲ ne concordent pas" in page
    assert "Le registre n'est plus ce qui a été signé, entre les positions 2 et 9." in page
    assert "rien n'est prouvé" in text(auditor.at(f"/audit/{first(told)}"))
    with psycopg.connect(database_url, autocommit=True) as db:
        kept.clear_fault(db.cursor())


def test_a_forged_checkpoint_is_shouted(auditor: Reader, database_url):
    signed(database_url)
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("UPDATE checkpoint SET note = replace(note, E'\\n' || size || E'\\n', E'\\n1\\n')")
    page = text(auditor.at("/audit"))
    assert "Signature ▲ mauvaise" in page
    assert "✔ bonne" not in page


# One entry


def test_one_entry_is_shown_whole(auditor: Reader, told: Desk):
    position = told.ledger.head() - 2
    page = auditor.at(f"/audit/{position}")
    assert f"Écriture n° {figure(position)} : Engagement révisé" in text(page)
    for said in ("Date du fait 3 février 2010", "Motif Avenant n° 1", "Ligne L1 · Engagé 22 000 000 € 23 000 000 €"):
        assert said in text(page)
    stored = told.read(f"/v1/audit/{position}", by="auditor")["stored"]
    for said in (stored["sha256"], stored["leaf"], stored["originator_id"]):
        assert said in page.text
    assert stored["content"] in unescape(page.text)


def test_an_entry_that_was_put_right_says_so(auditor: Reader, told: Desk):
    head = told.ledger.head()
    assert "Rectifiée depuis par l'écriture 5" in text(auditor.at(f"/audit/{head - 1}"))
    assert "Rectifie l'écriture 4" in text(auditor.at(f"/audit/{head}"))


def test_every_entry_can_be_looked_at(auditor: Reader, told: Desk):
    entries = told.read("/v1/audit", by="auditor")["items"]
    assert {each["record"] for each in entries} == {"operation", "partner", "token"}
    for each in entries:
        page = auditor.at(f"/audit/{each['position']}")
        assert (page.status_code, each["label"] in text(page)) == (200, True)


def test_communes_are_told_by_their_names(auditor: Reader, told: Desk):
    assert "Communes – Anzin" in text(auditor.at(f"/audit/{told.ledger.head() - 4}"))


def test_what_was_asked_is_said_so_that_paper_says_it_too(auditor: Reader):
    page = text(auditor.at("/audit?operation=ANZ-CARPEAUX&voided=true&limit=5"))
    assert "Filtres : Opération ANZ-CARPEAUX · Rectifiées depuis Oui" in page
    assert "Filtres :" not in text(auditor.at("/audit?limit=5"))


# Files


def test_files_are_those_of_the_api_for_the_filters_of_the_page(auditor: Reader, told: Desk):
    page = auditor.at("/audit?partner=anru&type=operation.payment_recorded&limit=1")
    links = [unescape(each) for each in re.findall(r'href="(/audit\.(?:csv|jsonl)[^"]*)"', page.text)]
    assert links == [f"/audit.{form}?partner=anru&type=operation.payment_recorded" for form in ("csv", "jsonl")]
    # One file at a time: that is all that this service sends at once.
    files = []
    for link in links:
        with told.get(f"/v1{link}", by="auditor") as answer:
            files.append(answer.data)
        with auditor.at(link) as file:
            assert file.data == files[-1]
    assert len(list(csv.reader(io.StringIO(files[0].decode("utf-8-sig")), delimiter=";"))) == 2
    lines = files[1].decode().splitlines()
    assert [json.loads(lines[0])["amount_cents"], json.loads(lines[-1])["entries"]] == [10_000_000_00, 1]


def test_a_file_with_a_wrong_filter_is_refused(auditor: Reader):
    assert auditor.at("/audit.csv?from=hier").status_code == 422
    assert auditor.at("/audit.jsonl?colour=red").status_code == 422


def test_the_document_of_a_page_is_that_of_the_api(auditor: Reader, told: Desk):
    for path in ("/audit?limit=3", f"/audit/{told.ledger.head()}", "/audit/findings?ceiling=30"):
        name, _, query = path.partition("?")
        assert auditor.at(f"{name}.json?{query}").data == told.get(f"/v1{path}", by="auditor").data


# Findings


def test_findings_are_told_in_words_and_by_filter(funded: Desk):
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    auditor = Reader(funded).signed_in("auditor")
    page = text(auditor.at("/audit/findings?about=payments&ceiling=30"))
    assert "Versement sans pièce Versement de 10 000 000 € sans pièce." in page
    assert "Acomptes au-dessus du plafond" in page
    assert "Engagement et versement par la même personne" not in page
    assert "Acomptes au-dessus du plafond" not in text(auditor.at("/audit/findings"))
    table = auditor.at("/audit/findings.csv?ceiling=30").data.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert [row[2] for row in found[1:]] == [
        "committed_and_paid_by_one",
        "interim_above_ceiling",
        "payment_without_document",
    ]


def test_the_file_of_findings_holds_all_of_them_and_asks_for_them_once(funded: Desk, monkeypatch: pytest.MonkeyPatch):
    operation = funded.ledger.operation("ANZ-CARPEAUX")
    for number in range(250):
        paid = {"line": "L1", "kind": "interim", "amount_cents": 100, "external_ref": f"P-{number}"}
        operation.pay(**paid, **entry("2009-05", by=ARCHIVE))
    funded.save(operation)
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    first = funded.read("/v1/audit/findings?limit=200&ceiling=30", by="auditor")
    rest = funded.read(f"/v1/audit/findings?limit=200&ceiling=30&cursor={first['next']}", by="auditor")
    auditor, asked = Reader(funded).signed_in("auditor"), []
    for kind in (psycopg.Cursor, psycopg.ServerCursor):

        def noted(cursor, query, *args, execute=kind.execute, **options):
            asked.append(str(query))
            return execute(cursor, query, *args, **options)

        monkeypatch.setattr(kind, "execute", noted)
    with auditor.at("/audit/findings.csv?ceiling=30&dialect=rfc4180&cursor=&limit=1") as file:
        lines = list(csv.DictReader(io.StringIO(file.text)))
    found = [[str(each[name]) for name in ("operation", "version", "kind")] for each in first["items"] + rest["items"]]
    assert len(found) == 253
    assert [[line[name] for name in ("operation", "version", "kind")] for line in lines] == found
    for kind in ("payment_without_document", "delivered_after_limit", "committed_and_paid_by_one"):
        assert len([query for query in asked if f"'{kind}'" in query]) == 1


def test_the_page_of_findings_leads_to_the_file_of_what_is_asked_for(auditor: Reader):
    page = auditor.at("/audit/findings?about=payments&ceiling=30&limit=1")
    assert 'href="/audit/findings.csv?about=payments&amp;ceiling=30"' in page.text
    assert auditor.at("/audit/findings.csv?ceiling=101").status_code == 422


def test_a_wrong_ceiling_is_told_beside_its_field(auditor: Reader):
    page = auditor.at("/audit/findings?ceiling=101")
    assert page.status_code == 422
    assert 'id="f-ceiling-wrong"' in page.text
