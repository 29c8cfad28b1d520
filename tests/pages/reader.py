"""Somebody in front of the pages: signs in, follows links, fills forms in; what is seen is asked of the HTML itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.pages.formats import number
from tests.api.desk import SECRET, Desk

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@dataclass
class Reader:
    """A browser without JavaScript, that speaks French unless told otherwise."""

    desk: Desk
    language: str = "fr-FR,fr;q=0.9"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.desk.app.test_client()

    def at(self, path: str, **options: Any) -> TestResponse:
        """Ask for a page."""
        headers = {"Accept": BROWSER, "Accept-Language": self.language, **options.pop("headers", {})}
        return self.client.get(path, headers=headers, **options)

    def signed_in(self, who: str = "lea") -> Reader:
        """Signed in by the form, as anybody is."""
        response = self.signs_in(f"jal_{who}_{SECRET}")
        assert response.status_code == 303, response.text
        return self

    def signs_in(self, token: str, **fields: str) -> TestResponse:
        """Send the form of the login page."""
        return self.sends(self.at("/login"), "/login", token=token, **fields)

    def sends(self, page: TestResponse, action: str, **typed: Any) -> TestResponse:
        """Fill in the form of a page that has this address, and send it."""
        return self.client.post(
            action, data=hidden(page, action) | typed, headers={"Accept": BROWSER, "Accept-Language": self.language}
        )


def hidden(page: TestResponse, action: str) -> dict[str, str]:
    """What a form bears that nobody types."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    assert found, f"there is no form for {action}"
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', found[0])
    return {name: unescape(value) for name, value in inputs}


def text(page: TestResponse) -> str:
    """What a page says, without its elements; spaces as one."""
    body = page.text.partition("<body>")[2]
    return plain(unescape(re.sub(r"<[^>]+>", " ", body)))


def plain(said: str) -> str:
    """Whatever a page puts between words and figures as one space."""
    return " ".join(said.split())


def figure(value: int) -> str:
    """A whole number as `text` has it."""
    return plain(number(value))
