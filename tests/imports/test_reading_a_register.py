"""Reading: whatever a spreadsheet writes is read; whatever cannot be read is refused where it stands."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.imports.reading import COLUMNS, read_table
from domain.ledger.mapper import PlainMapper
from tests.imports.registers import CARPEAUX, REAL, examined, line, real_rows, refusals, register

BOM = b"\xef\xbb\xbf"
SAMPLE = register(*(line({}, **row) for row in real_rows()[8:12]))


def references(data):
    return [row.reference for row, _ in examined(data).accepted]


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", BOM])
def test_any_mark_separator_and_line_end_is_read(separator, end, mark):
    data = mark + register(line(communes_insee="59014;59606"), separator=separator, end=end)
    ((row, _),) = examined(data).accepted
    assert (row.line, row.communes) == (2, ("59014", "59606"))


def test_the_real_register_reads_the_same_however_it_was_saved():
    rows = list(csv.DictReader(REAL.decode().splitlines()))
    assert references(BOM + register(*rows, separator=";", end="\r\n")) == references(REAL)


def test_columns_may_stand_in_any_order():
    row = line()
    names = sorted(COLUMNS)
    data = "\n".join([",".join(names), ",".join(row[name] for name in names)]).encode()
    assert references(data) == ["CARPEAUX"]


def test_a_line_is_numbered_by_where_it_starts():
    data = register(line(site="Carpeaux\nnord"), line(reference="SECOND", communes_insee="99999"))
    ((number, column, _),) = refusals(data)
    assert (number, column) == (4, "communes_insee")


def test_blank_lines_count_but_say_nothing():
    header, first = register(line(communes_insee="99999")).splitlines()
    blank = b"," * (len(COLUMNS) - 1)
    assert [number for number, *_ in refusals(b"\n".join([header, b"", blank, first, b"", b""]))] == [4]


def test_every_wrong_column_of_the_header_is_named():
    data = b"record,reference,titre,title,title\n"
    found = {column: reason for _, column, reason in refusals(data)}
    assert found["titre"] == "colonne inconnue"
    assert found["title"] == "colonne citée deux fois"
    assert found["owner"] == "colonne absente"
    assert {number for number, *_ in refusals(data)} == {1}


def test_a_wrong_number_of_fields_is_counted():
    data = register(line()) + b"operation,TOO-SHORT\n"
    assert refusals(data) == [(3, None, f"2 champs au lieu de {len(COLUMNS)}")]


def test_bytes_outside_utf_8_are_refused_in_their_cell_and_nowhere_else():
    good, bad = line(reference="GOOD", title="Démolition"), line(title="Dmolition")
    data = register(good, bad).replace(b"Dmolition", "Démolition".encode("cp1252"))
    assert [(number, column) for number, column, _ in refusals(data)] == [(3, "title")]
    assert references(data) == ["GOOD"]


def test_a_reference_used_twice_in_the_file_names_the_first_line():
    assert refusals(register(line(), line(title="Autre"))) == [(3, "reference", "déjà à la ligne 2")]


def test_an_unclosed_quote_is_refused_where_it_opens():
    data = register(line()) + b'operation,OPEN,"Sans fin\n' + register(line(reference="LOST")).splitlines()[1]
    ((number, column, reason),) = refusals(data)
    assert (number, column) == (3, None)
    assert "ne se referme jamais" in reason


def test_a_misplaced_quote_does_not_hide_the_lines_after_it():
    data = register(line()) + b'operation,BAD,"Un" deux\n' + register(line(reference="NEXT")).splitlines()[1]
    assert [number for number, *_ in refusals(data)] == [3]
    assert references(data) == ["CARPEAUX", "NEXT"]


def test_a_line_of_a_megabyte_is_refused_and_the_next_one_read():
    data = register(line(title="a" * 1_000_000), line(reference="NEXT"))
    assert [number for number, *_ in refusals(data)] == [2]
    assert references(data) == ["NEXT"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "le fichier est vide"),
        (b"\n\n", "le fichier est vide"),
        (BOM, "le fichier est vide"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "l'en-tête n'est pas lisible"),
        ("record,reference".encode("utf-16"), "l'en-tête n'est pas lisible"),
        (b"\0" * 4096, "l'en-tête n'est pas lisible"),
        (b'"', "ne se referme jamais"),
        (b"a" * 200_000, "caractères"),
    ],
)
def test_what_is_no_register_is_refused_at_its_first_line(data, reason):
    ((number, _, told),) = refusals(data)[:1]
    assert number <= 3
    assert reason in told
    assert examined(data).accepted == []


def test_a_header_alone_holds_no_line():
    found = examined(register())
    assert (found.accepted, found.unchanged, found.refused) == ([], [], [])


@pytest.mark.parametrize("column", ["title", "site", "reference", "owner", "milestones", "source_url"])
def test_a_null_character_is_refused_wherever_it_stands(column):
    found = refusals(register(line(**{column: "a\0b"})))
    assert (found[0][0], found[0][1]) == (2, column)


def test_what_a_refusal_shows_is_short_and_printable():
    data = register(line(owner="\u202e" + "x" * 5_000)) + b"operation,\x1b[31mRED,short\n"
    found = examined(data).refused
    assert all(len(each.reason) < 200 and each.reason.isprintable() for each in found)
    assert all((each.reference or "").isprintable() for each in found)


def test_the_digest_is_that_of_the_bytes():
    assert read_table(REAL).sha256.startswith("4b9efed17365")
    assert read_table(register(CARPEAUX)).sha256 != read_table(register(CARPEAUX, end="\r\n")).sha256


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 60)), min_size=1, max_size=5))
def test_whatever_happens_to_a_file_each_line_is_taken_or_refused_with_a_reason(damage):
    data = SAMPLE
    for place, instead, lost in damage:
        at = int(place * len(data))
        data = data[:at] + instead + data[at + lost :]
    found = examined(data)
    assert all(each.line >= 1 and each.reason for each in found.refused)
    for _, record in found.accepted:
        for event in record.entries:
            assert PlainMapper().to_stored_event(event)
