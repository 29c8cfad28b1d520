"""The trail as a file: for spreadsheets, for programs, for whoever checks the bytes; never too many at once."""

import csv
import io
import json
import time
from base64 import b64decode

import psycopg
import pytest

from api.exports.dialects import DIALECTS, Euros
from projections import trail_search
from tests.api.desk import CARPEAUX, PLAN, Desk

FRENCH, PLAIN = DIALECTS["fr"], DIALECTS["rfc4180"]


def rows(body: str, separator: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body), delimiter=separator))


# For spreadsheets


def test_a_spreadsheet_in_french_reads_accents_dates_and_amounts(funded: Desk):
    response = funded.get("/v1/audit.csv?operation=ANZ-CARPEAUX", "auditor")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.get_data().startswith(b"\xef\xbb\xbfposition;registre;")
    plan, grant = rows(response.get_data().decode("utf-8-sig"), ";")
    assert (plan["libellé"], plan["date du fait"], plan["tardif"]) == ("Opération programmée", "2008-02", "oui")
    assert (grant["montant (€)"], grant["partenaire"], grant["rôle (libellé)"]) == (
        "22000000,00",
        "anru",
        "Équipe projet",
    )
    assert grant["enregistré (UTC)"] == "2026-11-22T10:00:00Z"


def test_a_program_reads_the_same_by_rfc_4180(funded: Desk):
    response = funded.get("/v1/audit.csv?operation=ANZ-CARPEAUX&dialect=rfc4180", "auditor")
    assert response.get_data().startswith(b"position,record,")
    _, grant = rows(response.get_data(as_text=True), ",")
    assert (grant["amount_eur"], grant["late"], grant["version"]) == ("22000000.00", "true", "2")
    assert json.loads(grant["changes"])["lines.L1.committed_cents"] == [0, 22_000_000_00]


@pytest.mark.parametrize("text", ["=1+1", "+33 3 27", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_is_a_formula_in_a_spreadsheet(text):
    assert FRENCH.cells([text]) == [f"'{text}"]
    assert PLAIN.cells([text]) == [text]


def test_a_reason_is_guarded_where_a_spreadsheet_would_run_it(funded: Desk):
    funded.record(f"{CARPEAUX}/abandon", {"on": "2010", "reason": '=HYPERLINK("http://ailleurs")'})
    *_, last = rows(funded.get("/v1/audit.csv", "auditor").get_data().decode("utf-8-sig"), ";")
    assert last["motif"] == '\'=HYPERLINK("http://ailleurs")'


@pytest.mark.parametrize(
    ("cents", "written"),
    [(-1234_05, "-1234,05"), (5, "0,05"), (-5, "-0,05"), (0, "0,00"), (10**15, "10000000000000,00")],
)
def test_an_amount_stays_a_number_below_zero_too(cents, written):
    assert FRENCH.cells([Euros(cents)]) == [written]
    assert PLAIN.cells([Euros(cents)]) == [written.replace(",", ".")]


def test_what_holds_separators_quotes_and_line_ends_is_read_back_as_it_was():
    hostile = 'a;b,"c"\nd'
    for dialect in (FRENCH, PLAIN):
        ((found,),) = csv.reader(io.StringIO(dialect.lines([[hostile]]).decode()), delimiter=dialect.separator)
        assert found == hostile


# For programs


def test_json_lines_say_what_the_pages_say_in_the_order_of_the_ledger(funded: Desk):
    response = funded.get("/v1/audit.jsonl?operation=ANZ-CARPEAUX", "auditor")
    *lines, last = map(json.loads, response.get_data().splitlines())
    assert lines[::-1] == funded.read("/v1/audit?operation=ANZ-CARPEAUX", "auditor")["items"]
    assert last == {"ends_at": funded.ledger.head(), "entries": 2, "checkpoint": None}
    assert response.headers["Jalon-Position"] == str(funded.ledger.head())
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit.jsonl"'


def test_the_stored_bytes_are_those_of_the_ledger(funded: Desk, database_url):
    *lines, _ = map(json.loads, funded.get("/v1/audit.jsonl?stored=true", "auditor").get_data().splitlines())
    names = ("position", "originator_id", "originator_version", "topic")
    stored = [each["stored"] for each in lines]
    told = [(*(each[name] for name in names), b64decode(each["state"])) for each in stored]
    query = (
        "SELECT notification_id, originator_id::text, originator_version, topic, state FROM stored_events ORDER BY 1"
    )
    with psycopg.connect(database_url) as db:
        assert told == db.execute(query).fetchall()


def test_a_file_takes_the_filters_of_the_trail(funded: Desk):
    for asked, found in (("partner=anru", 2), ("type=operation.planned", 1), ("to=2020-01-01", 0), ("late=false", 6)):
        *lines, last = funded.get(f"/v1/audit.jsonl?{asked}", "auditor").get_data().splitlines()
        assert (len(lines), json.loads(last)["entries"]) == (found, found), asked
    assert funded.get("/v1/audit.jsonl?limit=5", "auditor").status_code == 422


def test_a_long_trail_is_held_a_handful_at_a_time(desk: Desk, monkeypatch):
    held: list[int] = []
    monkeypatch.setattr(trail_search, "AT_ONCE", 3)
    batches = trail_search.batches

    def watched(cursor):
        for rows in batches(cursor):
            held.append(len(rows))
            yield rows

    monkeypatch.setattr(trail_search, "batches", watched)
    body = desk.get("/v1/audit.jsonl", "auditor").get_data()
    assert held == [3, 3, 3, 2]
    assert len(body.splitlines()) == 12


# Room


def test_an_export_too_many_is_told_to_come_back(desk: Desk):
    """The house has four threads, so that one export goes at a time; what its reader leaves half read is given back."""
    under_way = desk.ask("GET", "/v1/audit.csv", "auditor", buffered=False)
    refused = desk.get("/v1/audit.jsonl", "auditor")
    assert (refused.status_code, refused.json["code"], refused.headers["Retry-After"]) == (503, "too-many-exports", "5")
    under_way.close()
    assert desk.get("/v1/audit.jsonl", "auditor").status_code == 200


def test_an_export_speaks_of_one_instant(desk: Desk, monkeypatch):
    monkeypatch.setattr(trail_search, "AT_ONCE", 1)
    under_way = desk.ask("GET", "/v1/audit.jsonl", "auditor", buffered=False)
    position = int(under_way.headers["Jalon-Position"])
    desk.record("/v1/operations", PLAN)
    *_, last = under_way.get_data().splitlines()
    assert json.loads(last) == {"ends_at": position, "entries": 11, "checkpoint": None}


def test_a_reader_who_stands_still_is_left(desk: Desk, monkeypatch):
    """What it has is cut off, without a last line; its place is free again."""
    monkeypatch.setattr(trail_search, "AT_ONCE", 1)
    monkeypatch.setattr(trail_search, "PATIENCE", "100ms")
    under_way = desk.ask("GET", "/v1/audit.jsonl", "auditor", buffered=False)
    lines = under_way.iter_encoded()
    next(lines)
    time.sleep(0.5)
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        list(lines)
    assert desk.get("/v1/audit.jsonl", "auditor").status_code == 200
