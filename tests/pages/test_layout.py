"""What every page has: a strict policy, headers, ways by role, words in two languages, a page for every error."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from psycopg import OperationalError

from api.pages import texts, vendored
from api.v1 import partners
from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk
from tests.pages.reader import BROWSER, Reader, text

PATHS = [
    *("/login", "/help", "/problems", "/problems/already-started", "/nowhere"),
    *("/", "/partners/anru", "/operations", "/partners", "/territory", "/agreements"),
]
TEMPLATES = Path(texts.API / "pages" / "templates")


class Elements(HTMLParser):
    """The elements of a page, and what stands inside its scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._within = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._within = tag
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self._within = ""

    def handle_data(self, data):
        if self._within in ("script", "style") and data.strip():
            self.inline.append(data)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fetches_from_here_alone_and_runs_nothing_that_stands_in_it(reader: Reader, path):
    response = reader.signed_in().at(path)
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    shown = Elements(response.text)
    assert shown.inline == []
    assert [name for _, told in shown.found for name in told if name == "style" or name.startswith("on")] == []
    fetched = [told.get("src") or told["href"] for tag, told in shown.found if tag in ("script", "link", "img")]
    assert len(fetched) == 5
    for address in fetched[1:]:
        assert re.fullmatch(r"/static/[a-z./-]+\?v=[0-9a-f]{12}", address)
        part = reader.at(address, buffered=True)
        assert (part.status_code, part.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_its_readers_own(reader: Reader, path):
    headers = reader.signed_in().at(path).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= set(headers["Vary"].split(", "))
    assert (headers["Referrer-Policy"], headers["X-Content-Type-Options"]) == ("same-origin", "nosniff")
    assert {"Permissions-Policy", "Cross-Origin-Opener-Policy"} <= set(headers.keys())


def test_a_part_under_an_old_address_is_not_kept(reader: Reader):
    part = reader.at("/static/jalon.css?v=old", buffered=True)
    assert (part.status_code, part.headers["Cache-Control"]) == (200, "no-cache, max-age=0")


@pytest.mark.parametrize("name", ["../site.py", "..%2fsite.py", "pico/../../site.py", "nothing.css", "pico/"])
def test_nothing_but_parts_of_pages_can_be_fetched(reader: Reader, name):
    assert reader.at(f"/static/{name}", buffered=True).status_code == 404


def test_what_others_wrote_is_what_they_published():
    assert vendored.wrong() == []
    kept = {path.relative_to(vendored.STATIC).as_posix() for path in vendored.STATIC.glob("*/*")}
    assert kept == {ours for package in vendored.PACKAGES for ours in package.files.values()}


def test_our_own_sheet_fetches_nothing_and_is_small():
    own = (vendored.STATIC / "jalon.css").read_text()
    assert not re.search(r"@import|url\(|https?:", own)
    assert len(own) < 20_000


def test_everybody_is_shown_the_ways_of_their_role(reader: Reader):
    def ways(page):
        return re.findall(r'<li><a href="([^"]+)"', page.text.partition("<main")[0])

    assert ways(reader.at("/help")) == ["/help", "/login?next=/help"]
    assert ways(reader.signed_in("anru").at("/help")) == [
        *("/", "/partners/anru", "/operations", "/partners", "/agreements", "/statements", "/help"),
    ]
    assert ways(Reader(reader.desk).signed_in("auditor").at("/help")) == [
        *("/", "/operations", "/partners", "/agreements", "/territory", "/statements", "/audit", "/help"),
    ]


def test_whoever_is_signed_in_is_told_so_on_the_pages_that_are_open_to_all(reader: Reader):
    assert "Partenaire, ANRU" in text(reader.signed_in("anru").at("/problems"))
    assert "Se connecter" in text(Reader(reader.desk).at("/problems"))


# Errors


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/partners/nobody", 404), ("/operations/NO", 404)])
def test_an_error_of_a_page_is_a_page(reader: Reader, path, status):
    response = reader.signed_in().at(path)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert "Équipe projet" in text(response)
    assert response.headers["X-Request-Id"] in response.text


def test_a_role_that_may_not_read_a_page_is_told_so_by_a_page(planned: Desk):
    response = Reader(planned).signed_in("admin").at("/operations/ANZ-CARPEAUX")
    assert (response.status_code, response.mimetype) == (403, "text/html")
    assert "ne permet pas cette action" in text(response)


def test_an_error_of_the_api_is_a_problem_document_for_browsers_too(reader: Reader):
    response = reader.at("/v1/nowhere")
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_a_fault_of_ours_is_a_page(reader: Reader, monkeypatch):
    monkeypatch.setattr(partners, "own", broken)
    response = reader.signed_in().at("/partners/anru")
    assert (response.status_code, response.mimetype) == (500, "text/html")
    assert "secret of the house" not in response.text


def broken(*_):
    raise LookupError("secret of the house")


def test_where_postgresql_is_away_a_page_says_so(reader: Reader, monkeypatch):
    reader.signed_in()
    monkeypatch.setattr(partners, "own", away)
    response = reader.at("/partners/anru")
    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert int(response.headers["Retry-After"]) > 0


def away(*_):
    raise OperationalError("gone")


# Languages


def test_every_text_is_in_english_too():
    assert texts.untranslated() == []


def test_the_catalogue_is_that_of_the_pages_and_compiled():
    assert texts.written() == texts.WRITTEN.read_bytes(), "python -m api.pages.texts"
    kept = {each.id: each.string for each in read_mo(io.BytesIO(texts.COMPILED.read_bytes())) if each.id}
    assert kept == {each.id: each.string for each in texts.catalogue() if each.id}, "python -m api.pages.texts"


def test_places_for_values_are_the_same_in_both_languages():
    for message in texts.catalogue():
        if message.id:
            assert set(re.findall(r"%\(\w+\)s", message.id)) == set(re.findall(r"%\(\w+\)s", message.string)), (
                message.id
            )


def test_figures_and_dates_follow_the_language(planned: Desk):
    planned.record(f"{CARPEAUX}/commitments", GRANT)
    french, english = (text(Reader(planned, each).signed_in().at("/partners/anru")) for each in ("fr", "en"))
    assert "Engagé 22 000 000 €" in french
    assert "Committed €22,000,000" in english
    assert "mars 2008" in french
    assert "March 2008" in english


def test_what_somebody_typed_is_shown_as_text(desk: Desk):
    desk.record("/v1/operations", PLAN | {"title": "<script>alert(1)</script>"})
    page = Reader(desk).signed_in().at("/operations/ANZ-CARPEAUX", headers={"Accept": BROWSER}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
