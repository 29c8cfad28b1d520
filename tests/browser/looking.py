"""Looking at a page: what a reader sees, what the browser complains of, what axe-core finds, how it prints."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from api import logins
from domain.ledger import Ledger
from projections import progress
from tests.api.desk import SECRET
from tests.story import NOW

# Runs before anything of the page: what the policy blocked is told on the console.
WATCH = """
    document.addEventListener('securitypolicyviolation',
        event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))
"""
OVERFLOW = """
    () => [...document.querySelectorAll('body *')].filter(each => {
        const box = each.getBoundingClientRect()
        return box.right > document.documentElement.clientWidth + 1 && box.width && !each.closest('.scrolled, .skip')
    }).map(each => each.outerHTML.slice(0, 120)).slice(0, 5)
"""
# All that axe-core has to say would take longer to come over than to be found.
VIOLATIONS = """
    axe.run({resultTypes: ['violations']}).then(
        found => found.violations.map(each => [each.id, each.nodes.slice(0, 3).map(node => node.html)])
    )
"""
A4 = {"format": "A4", "print_background": True}
DESK, HAND = 1366, 390
"""Pixels."""


@dataclass
class Site:
    """The service, as the world meets it."""

    url: str
    app: Flask
    ledger: Ledger

    def login(self, who: str) -> str:
        """The cookie of a login that stands on somebody's token."""
        with self.app.extensions["jalon"].reads.connection() as connection:
            return logins.open_for(connection, who, NOW)

    def follows(self, position: int) -> None:
        """Wait until the projections have come that far."""
        with self.app.extensions["jalon"].reads.connection() as connection:
            assert progress.wait_for(connection.cursor(), position, timeout=10)

    def token(self, who: str) -> str:
        """Somebody's token, as it was handed out."""
        return f"jal_{who}_{SECRET}"


@dataclass
class Look:
    """A browser in somebody's hands. path: where it is. complaints: what it did not like; read when the test ends."""

    site: Site
    page: Page
    who: str
    path: str = ""
    complaints: list[str] = field(default_factory=list)
    # 204: an open page asks whether the record has moved.
    expected: set[int] = field(default_factory=lambda: {200, 204, 303, 304})

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def at(self, path: str, status: int = 200) -> Page:
        """Go to a page, which answers with that status."""
        self.expected.add(status)
        response = self.page.goto(f"{self.site.url}{path}")
        assert response is not None
        assert response.status == status, path
        self.path = path
        self.shot(path)
        return self.page

    def reads_well(self) -> None:
        """axe-core has nothing to say, and nothing is wider than the window."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(Axe().axe_script)
        assert self.page.evaluate(VIOLATIONS) == []
        assert self.page.evaluate(OVERFLOW) == []

    def reads_well_on_any_screen(self) -> None:
        """The same on a desk and in a hand; the page is left as wide as it was."""
        before = self.page.viewport_size or {"width": DESK, "height": 900}
        self.reads_well()
        self.page.set_viewport_size({**before, "width": HAND})
        self.shot(self.path)
        self.reads_well()
        self.page.set_viewport_size(before)

    def printed(self, **options: Any) -> bytes:
        """The page on paper, A4 unless told otherwise."""
        return self.page.pdf(**(A4 | options))

    def shot(self, path: str) -> None:
        """Keep a picture, where somebody wants to see it."""
        if folder := os.environ.get("TEST_SCREENSHOTS"):
            width = (self.page.viewport_size or {"width": 0})["width"]
            name = f"{path.strip('/').replace('/', '-').partition('?')[0] or 'home'}.{self.who}.{width}"
            Path(folder).mkdir(parents=True, exist_ok=True)
            # To hide the caret, Playwright styles inputs and leaves an empty `style` behind. Htmx would carry it over
            # to the inputs that it puts in their place, which the policy forbids.
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True, caret="initial")
            if width > 1000:
                Path(f"{folder}/{name}.pdf").write_bytes(self.printed())

    def _said(self, message: ConsoleMessage) -> None:
        # The status of a page is told as an error too; `_answered` knows which ones were expected.
        if not message.text.startswith("Failed to load resource: the server responded with a status of"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        # Files that are kept on disk are no failure of the page that led to them.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status not in self.expected:
            self.complaints.append(f"{response.status}: {response.url}")
