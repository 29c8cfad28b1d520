"""Small tables as CSV: French spreadsheets and programs each read what is meant, and no text is run as a formula."""

import csv
import io
from itertools import islice, repeat

import pytest

from api.exports.table import Column, Table, lines, write

ROW = {"title": "Anzin ; « Carpeaux »", "amount": -1234567, "ratio": 2.5, "on": "2008-03", "none": None}
COLUMNS = [
    Column("title", "Titre"),
    Column("amount", "Montant", "cents"),
    Column("ratio", "Levier", "number"),
    Column("on", "Date", "date"),
    Column("none", "Rien"),
]


def test_a_french_table_has_semicolons_commas_and_iso_dates():
    told = write(Table(COLUMNS, [ROW])).decode("utf-8-sig").splitlines()
    assert told == ["Titre;Montant (€);Levier;Date;Rien", '"Anzin ; « Carpeaux »";-12345,67;2,5;2008-03;']


def test_a_table_for_programs_says_what_the_api_says():
    told = write(Table(COLUMNS, [ROW]), "rfc4180")
    assert list(csv.reader(io.StringIO(told.decode()))) == [
        ["title", "amount", "ratio", "on", "none"],
        ["Anzin ; « Carpeaux »", "-1234567", "2.5", "2008-03", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+33", "-x", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_is_no_formula(text):
    (_, (cell,)) = csv.reader(
        io.StringIO(write(Table([Column("a", "A")], [{"a": text}])).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert cell == f"'{text}"
    (_, (cell,)) = csv.reader(
        io.StringIO(write(Table([Column("a", "A", "cents")], [{"a": -100}])).decode("utf-8-sig")), delimiter=";"
    )
    assert cell == "-1,00"


def test_lines_are_written_as_their_rows_come():
    head, first, second = islice(lines(Table(COLUMNS, repeat(ROW)), "rfc4180"), 3)
    assert head == b"title,amount,ratio,on,none\r\n"
    assert first == second
    assert b"".join(lines(Table(COLUMNS, [ROW] * 1200))) == write(Table(COLUMNS, [ROW] * 1200))
    assert write(Table(COLUMNS, [ROW] * 1200)).count(b"Carpeaux") == 1200
