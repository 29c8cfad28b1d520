"""`/docs` shows the description without asking anybody else for anything, and runs nothing that stands in the page."""

import hashlib
import re
from html.parser import HTMLParser

import pytest

from api.docs import STATIC

SWAGGER = STATIC / "swagger-ui"
SUMS = dict(re.findall(r"^\| `(.+)` \| `([0-9a-f]{64})` \|$", (SWAGGER / "SOURCES.md").read_text(), re.MULTILINE))


class Page(HTMLParser):
    """What a page fetches, leads to, and says inside its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.attributes: set[str] = set()
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self._within = tag
        self.attributes |= {name for name, _ in attributes}
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action")]

    def handle_endtag(self, tag):
        self._within = ""

    def handle_data(self, data):
        if self._within in ("script", "style") and data.strip():
            self.inline.append(data)


@pytest.fixture(scope="module")
def client(app):
    return app.test_client()


def test_what_is_kept_of_swagger_ui_is_what_its_authors_published():
    kept = {path.name for path in SWAGGER.iterdir()} - {"SOURCES.md"}
    assert kept == SUMS.keys()
    assert {"LICENSE", "NOTICE"} <= kept
    for name, known in SUMS.items():
        assert hashlib.sha256((SWAGGER / name).read_bytes()).hexdigest() == known, name


def test_the_page_fetches_from_here_alone(client):
    response = client.get("/docs", buffered=True)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    page = Page(response.text)
    assert len(page.addresses) > 4
    for address in page.addresses:
        assert re.match(r"/[^/]", address), address
        assert client.get(address, buffered=True).status_code == 200, address
    own = (STATIC / "docs.js").read_text() + (STATIC / "docs.css").read_text()
    assert re.search(r"https?:|//[a-z]|@import", re.sub(r"^//.*$", "", own, flags=re.MULTILINE)) is None
    # Swagger UI would send the description to a validator of its authors.
    assert "validatorUrl: null" in own


def test_the_page_runs_nothing_that_stands_in_it(client):
    page = Page(client.get("/docs", buffered=True).text)
    assert page.inline == []
    assert [name for name in page.attributes if name == "style" or name.startswith("on")] == []


@pytest.mark.parametrize("address", ["/docs", "/docs/static/docs.js", "/docs/static/swagger-ui/swagger-ui-bundle.js"])
def test_the_browser_is_held_to_it(client, address):
    policy = client.get(address, buffered=True).headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_what_the_page_is_made_of_is_fetched_once_an_hour(client):
    first = client.get("/docs/static/swagger-ui/swagger-ui.css", buffered=True)
    assert (first.mimetype, first.cache_control.max_age, "no-store" in first.headers["Cache-Control"]) == (
        "text/css",
        3600,
        False,
    )
    again = client.get(
        "/docs/static/swagger-ui/swagger-ui.css", headers={"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_copy_of_the_description_is_good_until_it_changes(client):
    first = client.get("/openapi.json", buffered=True)
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


@pytest.mark.parametrize(
    "name", ["../docs.py", "..%2fdocs.py", "swagger-ui/../../docs.py", "nothing.js", "swagger-ui/"]
)
def test_nothing_else_can_be_fetched(client, name):
    assert client.get(f"/docs/static/{name}", buffered=True).status_code == 404
