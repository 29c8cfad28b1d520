"""What all pages share: languages, filters and words of the templates, the guard on forms, the cookies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flask import Flask, Request, Response, before_render_template, g, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import Babel, ngettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined

from api.http import media, problems
from api.http.problems import FormExpired, Unauthenticated
from api.pages import addresses, assets, cells, formats, labels, language, live, nav
from api.pages.routes import site
from api.services import Services

# Importing a page declares it.
from api.pages import (  # isort: skip  # noqa: F401
    agreements,
    audit,
    calendar,
    commands_entry,
    commands_new,
    glossary,
    home,
    operations,
    partners,
    signing,
    stated,
    territory,
)

TRANSLATIONS: Final = Path(__file__).parent / "translations"
TOLD_AGAIN: Final = (401, 429, 503)
"""Answers to a form that will be taken when it is sent again."""


def register(app: Flask, given: Services) -> None:
    """Add the pages to an application. To be called after its problems."""
    app.secret_key = given.secret
    app.session_interface = Session()
    app.config.update(
        SESSION_COOKIE_NAME="jalon_form",
        SESSION_COOKIE_SAMESITE="Lax",
        # A form is as good as the login that it was opened under.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    Babel(
        app,
        default_locale="fr",
        default_timezone="Europe/Paris",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=language.language,
    )
    guard = CSRFProtect(app)
    app.before_request(lambda: check(guard))
    app.register_error_handler(CSRFError, lambda _: problems.stopped(FormExpired(EXPIRED)))
    app.register_error_handler(Unauthenticated, sign_in_first)
    teach(app)
    app.register_blueprint(site)


class Session(SecureCookieSessionInterface):
    """Signed cookies that go over TLS alone where the request did; the API has none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # To look for a cookie where none counts would cost more than to find the route.
        return None if media.of_api(request) else super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


EXPIRED: Final = (
    "Ce formulaire n'est plus valable, et rien n'est enregistré. Rechargez la page précédente, puis renvoyez-le."
)


def check(guard: CSRFProtect) -> None:
    """Whatever changes anything outside the API comes from a form of ours. Raises CSRFError.

    The API goes by tokens, which no other site can send along.
    """
    if request.endpoint is not None and not media.of_api():
        guard.protect()
        g.ours = request.method == "POST"


def sign_in_first(refusal: Unauthenticated) -> Response:
    """A reader of pages is asked to sign in, and led back; programs, and whoever sent a form, are told."""
    if answer := live.signed_out():
        return answer
    if request.method != "GET" or not media.prefers_page():
        return problems.stopped(refusal)
    return redirect(url_for("pages.login", next=addresses.here()), 303)  # type: ignore[return-value]


def teach(app: Flask) -> None:
    """Filters and words for the templates."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    before_render_template.connect(language.speak, app)
    # Texts are French as they stand: only other languages are looked up, which takes longer than the rest of a line.
    app.jinja_env.install_gettext_callables(language.translated, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update({name: localised(each) for name, each in FILTERS.items()})
    app.jinja_env.filters.update(word=word, label=labels.label)
    app.jinja_env.globals.update(
        asset=assets.asset,
        address=addresses.with_parameters,
        amount=cells.amount,
        colon=language.colon,
        counted=language.counted,
        here=addresses.here,
        language=language.spoken,
        money=cells.money,
        nav=nav.links,
        partner_name=nav.partner_name,
        sent_form=sent_form,
        visitor=nav.visitor,
    )


FILTERS: Final[dict[str, Callable[..., str]]] = {
    "euros": formats.euros,
    "short_euros": formats.short_euros,
    "number": formats.number,
    "percent": formats.percent,
    "share": formats.share,
    "points": formats.points,
    "day": formats.partial,
    "moment": formats.moment,
    "slip": formats.slip,
}


def word(code: str | None) -> str:
    """A code as people say it; see `labels.word`."""
    return labels.WORDS.get(code, code) if code and language.spoken() == "fr" else labels.word(code)


def localised(filter: Callable[..., str]) -> Callable[[Any], str]:
    """A filter in the reader's language."""
    return lambda value: filter(value, language.spoken())


def sent_form(status: int) -> list[tuple[str, str]]:
    """What a form said that could not be taken just now, for sending it again; only what came from a form of ours."""
    if status not in TOLD_AGAIN or not comes_from_us():
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def comes_from_us() -> bool:
    """Whether the request is a form of ours; asked also where something went wrong before the guard."""
    if "ours" not in g:
        try:
            check(CSRFProtect())
        except CSRFError:
            g.ours = False
    return bool(g.get("ours")) and request.path != "/login"
