"""Bodies and addresses sent in bad faith or by mistake: each is refused in words, none is a fault of ours."""

import gzip
import json
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from api.app import LARGEST_BODY
from tests.api.desk import PLAN, SECRET, Desk
from tests.api.hostile import BODIES, WISHES, Wish, hostile_values

VALUES = hostile_values()
PLANS = "/v1/operations"


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_in_words_by_every_command(started: Desk, name, wish):
    raw, status, code, field = BODIES[name]
    response = sent(started, WISHES[wish], raw)
    assert (response.status_code, response.json["code"]) == (status, code)
    assert field is None or list(response.json["errors"]) == [field]
    assert len(response.get_data()) < 20_000


@pytest.mark.parametrize(
    ("wish", "body", "code", "field"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES]
)
def test_a_hostile_value_is_refused_by_the_name_of_its_field(started: Desk, wish, body, code, field):
    response = sent(started, wish, json.dumps(body).encode())
    assert (response.status_code, response.json["code"]) == (422, code)
    assert next(iter(response.json["errors"])).removesuffix(".title") == field


@pytest.mark.parametrize("number", ["-0", "0", "5.0", "5e0", "5E2", "-5", "0.1e1", "500000000000000000000000000e-24"])
@pytest.mark.parametrize(("wish", "field"), [("plan", "cost_cents"), ("commitment", "amount_cents")])
def test_cents_are_written_as_whole_numbers_above_zero(started: Desk, wish, field, number):
    raw = json.dumps(WISHES[wish].body | {field: "@"}).replace('"@"', number).encode()
    response = sent(started, WISHES[wish], raw)
    assert (response.status_code, list(response.json["errors"])) == (422, [field])


def sent(desk: Desk, wish: Wish, raw: bytes, **request) -> TestResponse:
    """The answer to a body that is refused: a problem document, and nothing recorded."""
    head = desk.ledger.head()
    response = desk.ask("POST", wish.path, wish.by, data=raw, **({"content_type": "application/json"} | request))
    assert response.content_type == "application/problem+json", response.get_data(as_text=True)[:500]
    assert {"type", "title", "status", "detail", "code", "request_id"} <= response.json.keys()
    assert desk.ledger.head() == head
    return response


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/octet-stream",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "json",
        "*/*",
    ],
)
@pytest.mark.parametrize("wish", WISHES)
def test_another_content_type_is_refused(started: Desk, wish, content_type):
    response = sent(started, WISHES[wish], json.dumps(WISHES[wish].body).encode(), content_type=content_type)
    assert (response.status_code, response.json["code"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, identity", "x-unknown"])
def test_a_compressed_body_is_refused(started: Desk, encoding):
    raw = gzip.compress(json.dumps(PLAN).encode())
    response = sent(started, WISHES["plan"], raw, headers={"Content-Encoding": encoding})
    assert (response.status_code, response.json["code"]) == (415, "unsupported-media-type")


def handed_on(desk: Desk, raw: bytes, **environ: str) -> TestResponse:
    """The answer to a body as the web server hands it on, whatever length was announced for it."""
    told = {"wsgi.input": BytesIO(raw), "wsgi.input_terminated": True} | environ
    return desk.ask("POST", PLANS, content_type="application/json", environ_overrides=told)


def in_pieces(desk: Desk, raw: bytes) -> TestResponse:
    """The answer to a body that comes without its length."""
    return handed_on(desk, raw, HTTP_TRANSFER_ENCODING="chunked")


def test_a_body_in_pieces_is_read_like_any_other(started: Desk):
    assert in_pieces(started, b'{"on": "2008"}').json["errors"].keys() == {"reference", "title"}


def test_a_body_in_pieces_is_not_cut_off_at_the_limit(started: Desk):
    """Cut off there, it would be read as something that nobody sent."""
    raw = b'{"on": "2008"}' + b" " * LARGEST_BODY + b"and more"
    response = in_pieces(started, raw)
    assert (response.status_code, response.json["code"]) == (413, "too-large")


def test_a_body_that_ends_before_its_time_is_not_taken_for_a_whole_one(started: Desk):
    response = handed_on(started, json.dumps(PLAN | {"reference": "A"}).encode(), CONTENT_LENGTH="4000")
    assert (response.status_code, response.json["code"]) == (400, "bad-request")


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "", "9" * 30])
def test_an_unreadable_length_is_refused(started: Desk, length):
    response = handed_on(started, b"{}", CONTENT_LENGTH=length)
    assert response.status_code in (400, 413, 422)
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Expect": "100-continue"},
        {"Expect": "the unexpected"},
        {"Range": "bytes=5-1"},
        {"If-None-Match": 'W/"\xe9'},
        {"Accept": ";;,=/"},
        {"Accept-Charset": "utf-7"},
        {"Authorization": "Bearer \xe9\xff"},
        {"Authorization": "Basic " + "=" * 100},
        {"Authorization": "Bearer " + "a" * 10_000},
        {"Authorization": ""},
        {"Upgrade": "websocket", "Connection": "Upgrade"},
        {"Host": "a b<>"},
        {"X-Forwarded-For": "'; DROP TABLE"},
        {"Cookie": "a=\xff; b"},
    ],
    ids=str,
)
def test_odd_headers_are_no_fault_of_ours(started: Desk, headers):
    for method, path in (("GET", PLANS), ("GET", "/v1/nope"), ("POST", PLANS), ("GET", "/v1/feed")):
        response = started.ask(method, path, headers=headers, json={} if method == "POST" else None)
        assert response.status_code < 500
        assert response.content_type in ("application/json", "application/problem+json")
        assert response.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "query",
    [
        "comune=59014",
        "commune=abc",
        "commune=59014&commune=59606",
        "limit=0",
        "limit=201",
        "limit=-7e16",
        "limit=1_0",
        "limit=٣",
        "limit=" + "9" * 30,
        "cursor=!!!",
        "cursor=bnVsbA",
        "cursor=WyJcdTAwMDAiXQ",
        "min_position=-1",
        "late=maybe",
        "phase=finished",
        "q=%00",
        # Latin-1, half a character, a surrogate: what would be searched for is not what was meant.
        "q=H%E9rin",
        "q=%C3",
        "q=%ED%A0%80",
        "q=%07",
        "q=%E2%80%8B",
        "q=" + "a" * 60_000,
        "as_known_on=2020-01",
        "as_known_on=20200101",
        "as_known_on=2026-11-23",
        "as_true_on=2026-11-23",
        "as_true_on=2026-02-30",
        "statement=nowhere",
        "statement=N",
    ],
)
def test_an_unreadable_parameter_is_refused_by_its_name(started: Desk, query):
    response = started.get(f"{PLANS}?{query}")
    assert (response.status_code, list(response.json["errors"])) == (422, [query.partition("=")[0]])


def test_a_command_takes_no_parameters(started: Desk):
    assert started.post(f"{PLANS}?dry_run=1", {}).json["errors"] == {"dry_run": ["Paramètre inconnu."]}


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/nope",
        "/v1/operations/",
        "/v1//operations",
        "/v1/../v1/operations",
        "/v1/operations;a=b",
        "/v1/operations/anz/timeline",
        "/v1/operations/A%2FB",
        "/v1/operations/%00/timeline",
        "/v1/operations/%0A/timeline",
        "/v1/operations/%ff%fe/timeline",
        "/v1/operations/%/timeline",
        "/v1/operations/" + "A" * 60_000,
    ],
)
def test_an_address_that_cannot_be_is_not_found(started: Desk, path):
    for method in ("GET", "HEAD", "POST"):
        response = started.ask(method, path)
        assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_a_version_of_many_digits_is_not_found(started: Desk):
    assert started.post(f"{PLANS}/A/entries/{'9' * 5000}/void", {}).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_told_which_ones_there_are(started: Desk, method):
    response = started.ask(method, PLANS, json={})
    assert (response.status_code, response.content_type) == (405, "application/problem+json")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_fault_of_ours_shows_its_number_only(started: Desk, monkeypatch):
    monkeypatch.setitem(started.app.view_functions, "timeline.timeline", broken)
    response = started.get("/v1/operations/A/timeline")
    assert (response.status_code, response.content_type) == (500, "application/problem+json")
    assert response.json["request_id"] == response.headers["X-Request-Id"]
    assert SECRET not in response.get_data(as_text=True)
    assert "secret of the house" not in response.get_data(as_text=True)


def broken(**_):
    raise LookupError("secret of the house")


broken.policy = frozenset({"team"})
