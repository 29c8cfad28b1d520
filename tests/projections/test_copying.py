"""Rows that are copied come back as they were, whatever their texts are made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import Cursor
from psycopg.errors import DataError
from psycopg.rows import class_row

from domain.outputs import Outputs
from projections.copying import as_array, as_csv, as_text, copy, shape
from projections.projection import names

TABLE = """
    CREATE TEMPORARY TABLE copied (
        number bigint, name text, day date, at timestamptz, sure boolean, names text[], weights int[], kept jsonb,
        pieces jsonb
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A row with a column of every kind that projections have."""

    number: int
    name: str | None
    day: date | None
    at: datetime | None
    sure: bool
    names: Sequence[str]
    weights: Sequence[int]
    kept: dict[str, Any] | None
    pieces: Sequence[dict[str, Any]]


PLAIN = Copied(
    number=1,
    name="Carpeaux",
    day=date(2012, 3, 9),
    at=datetime(2012, 3, 9, 23, 30, tzinfo=UTC),
    sure=True,
    names=["Anzin", "Denain"],
    weights=[6000, 4000],
    kept={"demolished": 12, "why": None},
    pieces=[{"title": "délibération"}, {}],
)

# Whatever PostgreSQL's text can hold, and often what means something to CSV, JSON or an array.
TEXTS = st.text(
    st.one_of(
        st.sampled_from('"\\,[]{}\n\r\t\b\f\x1f\x7fnu0é€ '),
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    )
)


@pytest.fixture(scope="module")
def table(tables: str) -> Iterator[Cursor[Any]]:
    """A reader that keeps a table of its own."""
    with psycopg.connect(tables, autocommit=True) as db, db.cursor(row_factory=class_row(Copied)) as cursor:
        cursor.execute(TABLE)
        yield cursor


def copied(cursor: Cursor[Any], *rows: Copied) -> list[Copied]:
    """What the table holds when these rows alone were copied there."""
    cursor.execute("TRUNCATE copied")
    copy(cursor, "pg_temp", "copied", names(Copied), rows)
    return cursor.execute("SELECT * FROM copied ORDER BY number").fetchall()


def test_every_kind_of_column(table):
    nothing = Copied(number=2, name=None, day=None, at=None, sure=False, names=[], weights=[], kept=None, pieces=[])
    assert copied(table, PLAIN, nothing) == [PLAIN, nothing]


@pytest.mark.parametrize(
    "text", ["", "null", "NULL", r"\N", r"\.", "\n", "\\\n", r"\n", r"\\n", "]\n[", "],[", '"', "{}"]
)
def test_texts_that_mean_something_elsewhere(table, text):
    row = replace(PLAIN, name=text, names=[text, text], kept={text: text}, pieces=[{text: text}])
    assert copied(table, row, replace(row, number=2)) == [row, replace(row, number=2)]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS), st.dictionaries(TEXTS, TEXTS)), min_size=1))
@example([("\\\x01", ["\\", '"\n'], {"\\\\n": "\n"})])
def test_any_text(table, told):
    rows = [
        replace(PLAIN, number=number, name=name, names=list, kept=kept, pieces=[kept])
        for number, (name, list, kept) in enumerate(told)
    ]
    assert copied(table, *rows) == rows


def test_a_value_that_the_column_does_not_take_is_refused(table):
    with pytest.raises(DataError, match="invalid input syntax for type bigint"):
        copied(table, replace(PLAIN, number="douze"))  # type: ignore[arg-type]


def test_only_what_is_no_scalar_is_told_otherwise():
    assert {shape(kind) for kind in (str, int | None, date, Literal["a"] | Literal["b"] | None)} == {None}
    assert {shape(kind) for kind in (Sequence[str], Sequence[Literal["a"]] | None, Sequence[int])} == {as_array}
    told_as_json = (dict[str, int], Mapping[str, Any] | None, Sequence[dict[str, Any]], Outputs | None)
    assert {shape(kind) for kind in told_as_json} == {as_text}


def test_nothing_that_needs_no_mending_is_changed():
    assert as_csv(("name", "number"), [PLAIN, replace(PLAIN, name='dit "Le \\ Carpeaux"')]) == (
        b'"Carpeaux",1\n"dit \\"Le \\\\ Carpeaux\\"",1'
    )
