"""French or English: the language that a reader chose, else the one that its browser asks for, else French."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

from flask import g, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from api.http.access import NO_TOKEN_ASKED, allow
from api.pages.addresses import local
from api.pages.routes import site

LANGUAGES: Final = ("fr", "en")
CHOSEN: Final = "jalon_language"
A_YEAR: Final = 365 * 24 * 3600
"""Seconds."""


SPOKEN: Final[ContextVar[str]] = ContextVar("language", default="fr")


def speak(*_: object, **__: object) -> None:
    """Before a page is made: its filters are asked hundreds of times, and asking the request each time takes longer."""
    SPOKEN.set(language())


spoken: Final = SPOKEN.get


# Pages say things in words before they are rendered, and files are not rendered at all.
site.before_request(lambda: speak())


def translated(text: str) -> str:
    """A French text in the reader's language."""
    return text if spoken() == "fr" else str(gettext(text))


def colon() -> str:
    """Between a name and what it names: French has a space before it, which never begins a line."""
    return "\u00a0: " if spoken() == "fr" else ": "


def counted(operations: int) -> str:
    """`aucune opération`, `une opération`, `3 opérations`."""
    if operations == 0:
        return translated("aucune opération")
    return (
        translated("une opération") if operations == 1 else translated("%(count)s opérations") % {"count": operations}
    )


def language() -> str:
    """That of the present request."""
    if "language" not in g:
        chosen = request.cookies.get(CHOSEN)
        g.language = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "fr"
    return str(g.language)


@site.get("/language/<any(fr,en):chosen>")
@allow(NO_TOKEN_ASKED)
def choose_language(chosen: str) -> Response:
    """Remember the reader's choice, and lead back."""
    response = redirect(local(request.args.get("next")), 303)
    response.set_cookie(CHOSEN, chosen, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
