"""Bodies and addresses sent in bad faith or by mistake: each is refused in words, none is a fault of ours."""

import pytest

from tests.api.desk import SECRET, Desk

PLANS = "/v1/operations"

BODIES = {
    "empty": (b"", 400),
    "half": (b'{"reference": "A"', 400),
    "a form": (b"reference=A&title=B", 400),
    "XML": (b"<operation/>", 400),
    "a comment": (b'{"reference": "A" /* no */}', 400),
    "a list": (b"[]", 422),
    "a text": (b'"reference"', 422),
    "null": (b"null", 422),
    "30,000 brackets": (b"[" * 30_000, 400),
    "8,000 objects": (b'{"a":' * 8_000 + b"1" + b"}" * 8_000, 400),
    "deep documents": (b'{"documents": ' + b"[" * 19 + b"]" * 19 + b"}", 422),
    "5,000 digits": (b'{"cost_cents": ' + b"9" * 5_000 + b"}", 400),
    "4,000 digits": (b'{"cost_cents": ' + b"9" * 4_000 + b"}", 422),
    "25 digits": (b'{"cost_cents": ' + b"9" * 25 + b"}", 422),
    "a key twice": (b'{"reference": "A", "reference": "B"}', 400),
    "NaN": (b'{"cost_cents": NaN}', 400),
    "infinity": (b'{"cost_cents": 1e400}', 400),
    "NUL": (b'{"title": "a\\u0000b"}', 400),
    "a raw NUL": (b'{"title": "a\x00b"}', 400),
    "a lone surrogate": (b'{"title": "\\ud83d"}', 400),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400),
    "Latin-1": ('{"title": "Hérin"}'.encode("latin-1"), 400),
    "UTF-16": ('{"title": "Hérin"}'.encode("utf-16"), 400),
    "2,000 unknown fields": (b"{" + b",".join(b'"f%d": 1' % n for n in range(2_000)) + b"}", 422),
    "texts for all": (b'{"reference": "", "title": "", "on": "", "communes": "", "documents": "", "outputs": ""}', 422),
    "nulls for all": (b'{"reference": null, "title": null, "on": null, "communes": null, "documents": null}', 422),
    "objects for all": (
        b'{"reference": {}, "title": {}, "on": {}, "communes": {}, "documents": {}, "outputs": 1}',
        422,
    ),
    "Arabic digits": ('{"on": "٢٠٠٨"}'.encode(), 422),
    "a million letters": (b'{"title": "' + b"a" * 1_000_000 + b'"}', 422),
    "two mebibytes": (b'{"title": "' + b"a" * 2 * 1024 * 1024 + b'"}', 413),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_in_words(started: Desk, name):
    raw, status = BODIES[name]
    head = started.ledger.head()
    response = started.ask("POST", PLANS, data=raw, content_type="application/json")
    assert response.status_code == status, response.get_data(as_text=True)[:500]
    assert response.content_type == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "request_id"} <= response.json.keys()
    assert started.ledger.head() == head


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(started: Desk, content_type):
    response = started.ask("POST", PLANS, data=b"{}", content_type=content_type)
    assert (response.status_code, response.json["code"]) == (415, "unsupported-media-type")


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
        "as_known_on=2020-01-01",
    ],
)
def test_an_unreadable_parameter_is_refused_by_its_name(started: Desk, query):
    response = started.get(f"{PLANS}?{query}")
    assert (response.status_code, list(response.json["errors"])) == (422, [query.partition("=")[0]])


def test_a_command_takes_no_parameters(started: Desk):
    assert started.post(f"{PLANS}?dry_run=1", {}).json["errors"] == {"dry_run": ["Paramètre inconnu."]}


@pytest.mark.parametrize(
    "path", ["/v1/operations/%00/timeline", "/v1/operations/anz/timeline", "/v1/operations/A%2FB", "/v1/nope", "/v1"]
)
def test_an_address_that_cannot_be_is_not_found(started: Desk, path):
    response = started.get(path)
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_a_version_of_many_digits_is_not_found(started: Desk):
    assert started.post(f"{PLANS}/A/entries/{'9' * 5000}/void", {}).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_told_which_ones_there_are(started: Desk, method):
    response = started.ask(method, PLANS, json={})
    assert (response.status_code, response.content_type) == (405, "application/problem+json")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_fault_of_ours_shows_its_number_only(started: Desk, monkeypatch, caplog):
    monkeypatch.setitem(started.app.view_functions, "timeline.timeline", broken)
    with caplog.at_level("ERROR"):
        response = started.get("/v1/operations/A/timeline")
    assert response.json["request_id"] in caplog.text
    assert (response.status_code, response.content_type) == (500, "application/problem+json")
    assert response.json["request_id"] == response.headers["X-Request-Id"]
    assert SECRET not in response.get_data(as_text=True)
    assert "secret of the house" not in response.get_data(as_text=True)


def broken(**_):
    raise LookupError("secret of the house")


broken.policy = frozenset({"team"})
