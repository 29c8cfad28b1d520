"""Bodies in which one value is not what it should be, whichever: never a fault of ours; and odd ones that are fine."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import ValidationError

from api.http.fields import Text
from api.v1 import schemas
from api.v1.schemas.parts import Document
from tests.api.desk import CARPEAUX, PLAN, Desk
from tests.api.hostile import WISHES
from tests.api.test_amending import MOVED, REVISED, TRANSFERRED, amendment
from tests.api.test_commands import ACCEPTED
from tests.api.test_contract import COMMANDS

ODD = [None, True, -1, 0, 1.5, 10**24, "", "\u202e", "L1\n", "2" * 5_000, [], [None], [[]], {}, {"kind": []}]
AMENDED = amendment(MOVED, REVISED, TRANSFERRED)
CORRECTED = {"changes": {"title": "A", "signatories": ["anru"]}, "reason": "Faute"}


def with_odd(body: Any) -> Iterator[Any]:
    """The body, with something odd in the place of each of its values in turn."""
    places = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for place, value in places:
        for odd in [*ODD, *with_odd(value)]:
            changed = body.copy()
            changed[place] = odd
            yield changed


@pytest.mark.parametrize(("path", "body", "_"), ACCEPTED, ids=[path for path, _, _ in ACCEPTED])
def test_whatever_stands_in_a_field_is_recorded_or_refused_in_words(funded: Desk, path, body, _):
    told(funded, CARPEAUX + path, body)


@pytest.mark.parametrize(("path", "body"), [("/amendments", AMENDED), ("/entries/1/correct", CORRECTED)])
def test_whatever_an_agreement_is_told_is_recorded_or_refused_in_words(corridor: Desk, path, body):
    told(corridor, "/v1/agreements/PNRU-2008" + path, body)


def told(desk: Desk, path: str, body: Any) -> None:
    """Nothing of the kind is a fault of ours, and the projections take in what was recorded."""
    for odd in with_odd(body):
        response = desk.post(path, odd)
        assert response.status_code in (201, 404, 409, 422), odd
        assert response.status_code == 201 or response.json["detail"], odd
    desk.follower.catch_up()


@pytest.mark.parametrize("wish", WISHES)
def test_what_the_hostile_values_are_put_into_is_accepted_without_them(funded: Desk, wish):
    path, body, by = WISHES[wish]
    funded.record(path, body, by)


KEPT = {
    "a formula": "=cmd|' /C calc'!A0",
    "another formula": "+1-1",
    "an at sign": "@SUM(1+1)",
    "HTML": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE stored_events; --",
    "a template": "{{ 7 * 7 }} {reference} %s $HOME",
    "a backslash": "\\ \\u0041 \\n",
    "quotes": "« A » \"B\" 'C'",
    "right to left": "\u05d0\u05d1 \u0627\u0644",
    "turned around": "a\u202ebc\u202c",
    "zero width": "a\u200bb\u200dc\ufeff",
    "an emoji of several": "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1eb\U0001f1f7",
    "many accents": "Z" + "\u0323" * 50,
    "tabs and lines": "a\tb\nc",
    "a line of its own": "a\u2028b\u2029c",
    "spaces around": "  a  ",
    "no character": "a\ufffe\uffffb",
    "private": "\ue000\U000f0000",
    "a word of JSON": "null",
    "300 letters": "\u00e9" * 300,
    "300 of the widest": "\U0001f3d7" * 300,
}


@pytest.mark.parametrize("name", KEPT)
def test_a_text_is_stored_as_it_is(desk: Desk, name):
    """Whoever shows it, in a page or in a table for a spreadsheet, takes care of what it would do there."""
    text = KEPT[name]
    desk.record("/v1/operations", PLAN | {"title": text, "reason": text, "documents": [{"title": text}]})
    assert desk.read(CARPEAUX)["title"] == unicodedata.normalize("NFC", text)
    (entry,) = desk.read(f"{CARPEAUX}/timeline")["entries"]
    assert (entry["reason"], entry["documents"][0]["title"]) == (unicodedata.normalize("NFC", text),) * 2


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_one_letter_is_one_letter_however_it_was_typed(desk: Desk, form):
    typed = unicodedata.normalize(form, "Hérin : Cœur de cité, Œuvre nº 1")
    desk.record("/v1/operations", PLAN | {"title": typed})
    assert desk.read(CARPEAUX)["title"] == unicodedata.normalize("NFC", typed)
    assert desk.read("/v1/operations?q=H%C3%A9rin")["items"] == desk.read("/v1/operations?q=He%CC%81rin")["items"] != []


def test_300_letters_are_300_however_they_were_typed(desk: Desk):
    desk.record("/v1/operations", PLAN | {"title": "e\u0301" * 300})
    assert desk.read(CARPEAUX)["title"] == "\u00e9" * 300


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_ends_in_one_way_whatever_it_was_typed_on(desk: Desk, end):
    desk.record("/v1/operations", PLAN | {"reason": f"a{end}b"})
    assert desk.read(f"{CARPEAUX}/timeline")["entries"][0]["reason"] == "a\nb"


def texts() -> list[tuple[str, Text]]:
    """Every text that a command takes, by the names of its body and of the field."""
    return [
        (f"{schema.__name__}.{name}", field)
        for schema in [*COMMANDS, schemas.Milestone, Document]
        for name, field in schema().fields.items()
        if isinstance(field, Text)
    ]


@pytest.mark.parametrize(("field", "longest"), [("title", 300), ("reason", 4_000)])
def test_a_text_is_taken_up_to_its_longest_and_no_further(desk: Desk, field, longest):
    desk.record("/v1/operations", PLAN | {field: "a" * longest})
    refused = desk.post("/v1/operations", PLAN | {"reference": "B", field: "a" * (longest + 1)})
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


@pytest.mark.parametrize("field", [field for _, field in texts()], ids=[name for name, _ in texts()])
def test_every_text_has_a_longest_and_no_control_characters(field):
    (longest,) = {each.max for each in field.validators if hasattr(each, "max")}
    assert longest in (64, 200, 300, 4_000)
    assert field.deserialize("a" * longest) == "a" * longest
    for wrong in ("a" * (longest + 1), "\u001b[0m", "a\u0000", "\u200b", ""):
        with pytest.raises(ValidationError):
            field.deserialize(wrong)


EDGES = [
    ({"on": "1900"}, True),
    ({"on": "1900-01-01", "delivers_on": "2199-12-31"}, True),
    ({"on": "2008-02-29"}, True),
    ({"on": "2000-02-29"}, True),
    ({"on": "1900-02-29"}, False),
    ({"starts_on": "2012-01", "delivers_on": "2012"}, True),
    ({"cost_cents": 10**13}, True),
    ({"cost_cents": 10**13 + 1}, False),
    ({"reference": "A" * 64}, True),
    ({"reference": "A" * 65}, False),
    ({"documents": [{"title": "A"}] * 50}, True),
    ({"documents": [{"title": "A"}] * 51}, False),
    ({"documents": [{"title": "A", "sha256": "0" * 64}]}, True),
    ({"documents": [{"title": "A", "sha256": "0" * 63}]}, False),
    ({"documents": [{"title": "A", "sha256": "F" * 64}]}, False),
]


@pytest.mark.parametrize(("change", "taken"), EDGES, ids=[str(change)[:60] for change, _ in EDGES])
def test_what_lies_on_an_edge_is_taken_and_what_lies_past_it_is_not(desk: Desk, change, taken):
    assert (desk.post("/v1/operations", PLAN | change).status_code == 201) == taken
    desk.follower.catch_up()


HALF_DAYS = [(2, "2"), (2.0, "2"), (2.5, "2.5"), ("2.5", "2.5"), (0.5, "0.5"), (9999.5, "9999.5")]
NO_HALF_DAYS = [0, -1, 2.25, 2.4999999, 0.1, 10_000, 1e300, 10**400, True, "2.50", "02", "2,5", "", []]


@pytest.mark.parametrize("days", [*(days for days, _ in HALF_DAYS), *NO_HALF_DAYS], ids=lambda days: str(days)[:20])
def test_days_are_counted_by_halves_and_never_rounded(planned: Desk, days):
    body = {"on": "2010", "commune": "59014", "subject": "Montage", "kind": "operational", "days": days}
    response = planned.post(f"{CARPEAUX}/assistance", body)
    if days is True or days not in [each for each, _ in HALF_DAYS]:
        assert (response.status_code, list(response.json["errors"])) == (422, ["days"])
    else:
        planned.follower.catch_up()
        assert planned.read(CARPEAUX)["assistance"]["days"] == dict(HALF_DAYS)[days]
