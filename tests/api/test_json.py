"""The JSON door: what is taken, what is refused, and how answers are written."""

from datetime import UTC, datetime

import pytest

from api.http.json import DEEPEST, NotJson, dump, load
from domain.dates import PartialDate


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xe9"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": 1, "a": 2}',
        # The same key once composed, once decomposed.
        '{"\u00e9": 1, "e\u0301": 2}'.encode(),
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e400}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\\u0000"}',
        b'{"a\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": "h\xc3\xa9\\u0000"}',
        b"[" * 30_000,
        b'{"a":' * 8_000 + b"1" + b"}" * 8_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    ],
    ids=lambda raw: raw[:24],
)
def test_what_is_not_plain_json_is_refused(raw):
    with pytest.raises(NotJson):
        load(raw)


def test_deep_enough_is_taken():
    assert load(b"[" * DEEPEST + b"]" * DEEPEST)


def test_texts_are_composed():
    assert load('{"cle\u0301": ["He\u0301rin", {"a": "\U0001f3d7"}]}'.encode()) == {
        "cl\u00e9": ["H\u00e9rin", {"a": "\U0001f3d7"}]
    }


def test_numbers_keep_their_kind():
    assert load(b"[1, 12.5, 1e2, true, null]") == [1, 12.5, 100.0, True, None]


def test_answers_are_compact_in_the_order_given_with_letters_as_they_are():
    told = {"z": "Hérin", "a": PartialDate.parse("2008-02"), "at": datetime(2026, 11, 22, 10, 0, tzinfo=UTC), "n": None}
    assert dump(told) == '{"z":"Hérin","a":"2008-02","at":"2026-11-22T10:00:00Z","n":null}'.encode()
