"""The catalogue of problems: every code has an entry, and every entry a page that says what it means, what to do."""

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from api import problems as package
from api.http import problems
from api.http.pages import french
from api.problems import catalogue
from domain import errors
from tests.api.desk import CARPEAUX, PLAN, Desk
from tests.api.test_contract import every

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
REFUSALS = {each.code: each for each in every(errors.Refusal)}
PROBLEMS = {each.code: each for each in problems.Problem.__subclasses__()}
ENTRIES = catalogue.entries()


# The catalogue.


def test_every_code_has_an_entry_and_every_entry_a_code():
    assert ENTRIES.keys() == REFUSALS.keys() | PROBLEMS.keys()


def test_every_file_is_read_and_no_code_stands_in_two():
    found = {path.name.removesuffix(".toml") for path in files(package).iterdir() if path.name.endswith(".toml")}
    assert found == set(catalogue.SUBJECTS)
    assert sum(len(catalogue.subject(name)[1]) for name in catalogue.SUBJECTS) == len(ENTRIES)


def test_an_entry_stands_in_the_file_of_its_subject():
    for name in catalogue.SUBJECTS:
        codes = set(catalogue.subject(name)[1])
        of_domain = {code for code in codes if code in REFUSALS and code not in PROBLEMS}
        assert {REFUSALS[code].__module__ for code in of_domain} <= {f"domain.errors.{name}"}
        assert name == "http" or of_domain == codes


@pytest.mark.parametrize("code", ENTRIES)
def test_every_text_says_something(code):
    entry = ENTRIES[code]
    assert 5 <= len(entry.title) <= 45
    assert not entry.title.endswith(".")
    for text in (entry.fr, entry.fr_todo, entry.en, entry.en_todo):
        assert len(text) >= 40
        assert text.endswith((".", ".»", ".”"))
        assert text.count("`") % 2 == 0
        assert text == " ".join(text.split())


def test_no_two_problems_share_a_title_or_a_text():
    for name in ("title", "fr", "en"):
        said = [getattr(entry, name) for entry in ENTRIES.values()]
        assert len(set(said)) == len(said)


def test_the_values_that_a_text_names_are_those_of_the_refusal():
    for code, entry in ENTRIES.items():
        said = re.findall(r"`values\.(\w+)`", " ".join((entry.fr, entry.fr_todo, entry.en, entry.en_todo)))
        # Told by `EntriesInTheWay` beside its sentence.
        known = {"versions"} if code == "entries-in-the-way" else set()
        assert set(said) <= known | set(re.findall(r"{(\w+)}", REFUSALS[code].sentence if code in REFUSALS else ""))


@pytest.mark.parametrize("broken", ['[a]\ntitle = "A"', 'subject = {fr = "A"}'])
def test_an_entry_that_is_not_whole_is_not_read(monkeypatch, tmp_path, broken):
    (tmp_path / "a.toml").write_text(broken if "subject" in broken else f'subject = {{fr = "A", en = "A"}}\n{broken}')
    monkeypatch.setattr(catalogue, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match="missing required field"):
        catalogue.subject("a")


# Pages.


class Page(HTMLParser):
    """What the tests want to know of a page: its elements, and the texts by their language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {"fr": "", "en": ""}
        self.open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.elements.append((tag, told))
        if tag not in ("meta", "link"):
            self.open.append((tag, told.get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if data.strip():
            self.texts[self.open[-1][1]] += data


def page_of(desk: Desk, path: str, accept: str = BROWSER, status: int = 200) -> Page:
    response = desk.get(path, by=None, Accept=accept)
    assert (response.status_code, response.content_type) == (status, "text/html; charset=utf-8")
    return Page(response.text)


@pytest.mark.parametrize("code", ENTRIES)
def test_every_problem_has_a_page_in_both_languages(started: Desk, code):
    shown, entry = page_of(started, f"/problems/{code}"), ENTRIES[code]
    status = PROBLEMS[code].status if code in PROBLEMS else problems.status_of(REFUSALS[code])
    for text in (entry.title, code, f"HTTP {status}", entry.fr, entry.fr_todo):
        assert french(text).replace("`", "") in shown.texts["fr"]
    for text in (entry.en, entry.en_todo):
        assert text.replace("`", "") in shown.texts["en"]


def test_the_list_leads_to_every_problem(started: Desk):
    links = [told["href"] for tag, told in page_of(started, "/problems").elements if tag == "a"]
    assert {f"/problems/{code}" for code in ENTRIES} <= set(links)


@pytest.mark.parametrize("accept", ["*/*", "", "text/html", "text/*", BROWSER, "application/json;q=0.5, text/html"])
def test_who_does_not_ask_for_json_gets_the_page(started: Desk, accept):
    page_of(started, "/problems/already-started", accept=accept)


def test_programs_read_the_same_as_json(started: Desk):
    response = started.get("/problems/already-started", by=None, Accept="application/json")
    entry = ENTRIES["already-started"]
    assert response.json == {
        "type": "/problems/already-started",
        "code": "already-started",
        "status": 409,
        "title": entry.title,
        "subject": {"fr": "Les travaux", "en": "Works on the ground"},
        "sentence": errors.AlreadyStarted.sentence,
        "values": ["reference", "since"],
        "fr": entry.fr,
        "fr_todo": entry.fr_todo,
        "en": entry.en,
        "en_todo": entry.en_todo,
    }
    assert response.headers["Vary"] == "Accept"


def test_programs_read_all_of_them_at_once(started: Desk):
    told = started.get("/problems", by=None, Accept="application/json").json
    assert ([each["code"] for each in told["items"]], told["next"]) == (list(ENTRIES), None)


@pytest.mark.parametrize("code", ["nothing", "Already-Started", "already-started/", "%00", "..%2F..", "page.html"])
def test_a_code_that_nobody_knows_is_not_found(started: Desk, code):
    assert "HTTP 404" in page_of(started, f"/problems/{code}", status=404).texts["fr"]
    told = started.get(f"/problems/{code}", by=None, Accept="application/json")
    assert (told.status_code, told.content_type) == (404, "application/problem+json")


def test_the_pages_are_read_only(started: Desk):
    response = started.post("/problems/already-started", {}, by=None)
    assert (response.status_code, set(response.headers["Allow"].split(", "))) == (405, {"GET", "HEAD"})


# Answers.


def test_a_problem_is_told_by_its_own_title_and_address(started: Desk):
    asked = [
        started.get("/v1/operations", by=None),
        started.post("/v1/operations", PLAN, by="auditor"),
        started.get("/v1/operations/NO/timeline"),
        started.get("/v1/nowhere"),
        started.ask("DELETE", "/v1/operations"),
        started.get("/v1/operations", Accept="text/html"),
        started.ask("POST", "/v1/operations", data=b"a" * 2**21, content_type="application/json"),
        started.ask("POST", "/v1/operations", data=b"{}", content_type="text/plain"),
        started.ask("POST", "/v1/operations", data=b"{", content_type="application/json"),
        started.post("/v1/operations", {}),
        started.post("/v1/operations", PLAN),
        started.post(f"{CARPEAUX}/start", {"on": "2009"}),
        started.post(f"{CARPEAUX}/start", {"on": "2009"}, If_Match='"1"'),
        started.get("/v1/operations?min_position=999999"),
    ]
    assert [response.status_code for response in asked] == [
        *(401, 403, 404, 404, 405, 406, 413, 415, 400, 422, 409, 409, 412, 503)
    ]
    for response in asked:
        told = response.json
        assert response.content_type == "application/problem+json"
        assert (told["type"], told["title"]) == (f"/problems/{told['code']}", ENTRIES[told["code"]].title)
        assert told["status"] == response.status_code
        assert started.get(told["type"], by=None).status_code == 200
        assert response.headers.get("Retry-After", "0").isdigit()
        assert ("Retry-After" in response.headers) == (response.status_code == 503)


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/*",
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;q=0.1, text/html",
        "text/html, */*;q=0.1",
        BROWSER,
    ],
)
def test_who_takes_json_gets_it(started: Desk, accept):
    response = started.get("/v1/operations", **({} if accept is None else {"Accept": accept}))
    assert (response.status_code, response.content_type) == (200, "application/json")


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "text/*",
        "application/xml",
        "application/jsonl",
        "application/json;q=0",
        "application/json;q=0, */*",
        "application/cloudevents-batch+json",
        "json",
    ],
)
def test_who_takes_nothing_that_there_is_is_told_so(started: Desk, accept):
    head = started.ledger.head()
    for response in (
        started.get("/v1/operations", Accept=accept),
        started.post("/v1/operations", PLAN | {"reference": "ANZ-NEUF"}, Accept=accept),
    ):
        assert (response.status_code, response.content_type) == (406, "application/problem+json")
        assert response.json["code"] == "not-acceptable"
    assert started.ledger.head() == head


def test_the_feed_gives_cloudevents_too(started: Desk):
    batch = "application/cloudevents-batch+json"
    assert started.get("/v1/feed", Accept=batch).content_type == batch
    assert started.get("/v1/feed", Accept=f"{batch}; charset=utf-8").content_type == batch
    assert started.get("/v1/feed", Accept="application/cloudevents+json").status_code == 406


def test_what_is_missing_is_missing_whatever_the_reader_takes(started: Desk):
    """Without a token, an address or a method, the form of the answer is not what is wrong."""
    assert started.get("/v1/operations", by=None, Accept="text/html").status_code == 401
    assert started.get("/v1/nowhere", Accept="text/html").status_code == 404
    assert started.ask("PUT", "/v1/operations", headers={"Accept": "text/html"}).status_code == 405


def test_outside_the_api_a_browser_is_answered_by_a_page(started: Desk):
    shown = page_of(started, "/nowhere", status=404)
    assert ENTRIES["not-found"].title in shown.texts["fr"]
    assert ("a", {"href": "/problems/not-found"}) in shown.elements
    assert started.get("/nowhere", by=None).content_type == "application/problem+json"
    assert started.get("/v1/nowhere", Accept=BROWSER).content_type == "application/problem+json"


def test_a_page_shows_what_was_sent_as_text(started: Desk):
    with started.app.test_request_context("/nowhere", headers={"Accept": BROWSER}):
        response = problems.problem(404, "not-found", "<script>alert(1)</script>")
    assert "<script>alert" not in response.get_data(as_text=True)
    assert "&lt;script&gt;" in response.get_data(as_text=True)


def test_a_fault_of_ours_is_a_page_for_who_looks_at_one(started: Desk, monkeypatch):
    monkeypatch.setitem(started.app.view_functions, "health.healthz", broken)
    response = started.get("/healthz", by=None, Accept=BROWSER)
    assert (response.status_code, response.content_type) == (500, "text/html; charset=utf-8")
    assert response.headers["X-Request-Id"] in response.text
    assert "secret of the house" not in response.text


def broken():
    raise LookupError("secret of the house")


broken.policy = frozenset()


def test_every_answer_bears_a_number_of_ours_whatever_the_caller_says(started: Desk):
    """A number that callers choose could be that of somebody else's request, or a line of the log."""
    theirs = {"X-Request-Id": "abc", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    paths = ["/v1/operations", "/v1/nowhere", "/v1/operations?colour=red", "/healthz", "/problems", "/nowhere"]
    numbers = []
    for path in paths * 2:
        response = started.get(path, **theirs)
        numbers.append(response.headers["X-Request-Id"])
        if response.content_type == "application/problem+json":
            assert response.json["request_id"] == numbers[-1]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch("[0-9a-f]{32}", number) for number in numbers)


def test_an_answer_does_not_give_back_a_million_fields(started: Desk):
    response = started.post("/v1/operations", {f"field{n}" * 50: n for n in range(1_000)})
    assert (response.status_code, len(response.json["errors"])) == (422, 100)
    assert response.json["detail"].endswith("et 903 autres.")
    assert all(len(name) <= 101 for name in response.json["errors"])
