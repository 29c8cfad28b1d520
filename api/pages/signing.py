"""Signing in and out: a token is exchanged for a login, which the browser holds as a cookie."""

from __future__ import annotations

from typing import Final

from flask import flash, g, redirect, request, session
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from api import logins
from api.bearer import Bearer
from api.http import access, limits
from api.http.access import EVERYONE, LOGIN, NO_TOKEN_ASKED, allow
from api.http.pages import page
from api.http.problems import Unauthenticated
from api.http.turn import present
from api.pages.addresses import local
from api.pages.routes import site
from api.services import services

REFUSED: Final = lazy_gettext("Ce jeton n'ouvre rien : il est mal écrit, inconnu, révoqué ou expiré.")


@site.get("/login")
@allow(NO_TOKEN_ASKED)
def login() -> Response:
    """Where a token is asked for."""
    return page("pages/login.html", error=None, leads_to=local(request.args.get("next")))


@site.post("/login")
@allow(NO_TOKEN_ASKED)
def sign_in() -> Response:
    """Exchange a token for a login. Refused tokens are counted as those of the API are."""
    leads_to, bearer = local(request.form.get("next")), Bearer.read(request.form.get("token", "").strip())
    # For the access log: who signed in, or claimed to be whom.
    g.claimed = bearer.id if bearer else None
    try:
        who = g.principal = access.holder_of(bearer, present())
    except Unauthenticated:
        limits.count_refused_token(present())
        again = page("pages/login.html", 401, error=str(REFUSED), leads_to=leads_to)
        again.headers.update(Unauthenticated.headers)
        return again
    with services().reads.connection() as connection:
        secret = logins.open_for(connection, who.token, services().clock())
    # What stood in the session before was anybody's at this browser, unless it was this very person's: then the forms
    # that were still open when the login ended can be sent.
    if session.get("holder") != who.holder:
        session.clear()
        session["holder"] = who.holder
    response = redirect(leads_to, 303)
    lasts = int(logins.LASTS.total_seconds())
    response.set_cookie(LOGIN, secret, max_age=lasts, httponly=True, samesite="Lax", secure=request.is_secure)
    response.headers["Cache-Control"] = "no-store"
    return response


@site.post("/logout")
@allow(EVERYONE)
def sign_out() -> Response:
    """End the login of this browser."""
    with services().reads.connection() as connection:
        logins.end(connection, request.cookies.get(LOGIN, ""))
    session.clear()
    flash(gettext("Vous êtes déconnecté."))
    response = redirect("/login", 303)
    response.delete_cookie(LOGIN, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
