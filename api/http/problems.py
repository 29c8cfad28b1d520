"""Everything that can go wrong, as one shape: RFC 9457, `application/problem+json`, French for the reader.

The HTTP status of a problem is chosen here and nowhere else; its title stands in the catalogue, `api/problems/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import psycopg
from flask import Flask, Response, g
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from api.http import media
from api.http.json import dump
from api.http.pages import page
from api.problems import catalogue
from domain import errors
from domain.ledger import StoreUnavailable
from domain.shape import plain

TYPE = "application/problem+json"

STATUSES: dict[type[errors.Refusal], int] = {
    errors.NotFound: 404,
    errors.Invalid: 422,
    errors.KeyReused: 422,
    errors.VersionConflict: 412,
    errors.Refusal: 409,
}

# What passes by itself, so that the same command may be sent again in a moment.
SOON: dict[type[errors.Refusal], dict[str, str]] = {
    refusal: {"Retry-After": "1"} for refusal in (errors.CommandInFlight, errors.TooManyWriters)
}

Errors = Mapping[str, list[str]]


class Problem(Exception):
    """A request that goes no further, for a reason that the domain does not know. detail: French sentence."""

    status: ClassVar[int]
    code: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, detail: str, *, errors: Errors | None = None) -> None:
        super().__init__(detail)
        self.errors = errors


class BadRequest(Problem):
    """What the protocol itself does not let through."""

    status, code = 400, "bad-request"


class MalformedJson(Problem):
    status, code = 400, "malformed-json"


class FormExpired(Problem):
    """What was sent does not come from a form of ours, or from one that is too old."""

    status, code = 400, "form-expired"


class Unauthenticated(Problem):
    status, code = 401, "unauthenticated"
    headers: ClassVar = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    status, code = 403, "forbidden"


class Absent(Problem):
    """Nothing of that name, or nothing that the reader may know of: the two must look the same."""

    status, code = 404, "not-found"


class MethodNotAllowed(Problem):
    status, code = 405, "method-not-allowed"


class NotAcceptable(Problem):
    """The reader takes none of the forms that there are."""

    status, code = 406, "not-acceptable"


class TooLarge(Problem):
    status, code = 413, "too-large"


class UnsupportedMediaType(Problem):
    status, code = 415, "unsupported-media-type"


class NotValid(Problem):
    """Fields or parameters that are missing, unknown or out of bounds; `errors` names each."""

    status, code = 422, "validation"


class RateLimited(Problem):
    """More than may be asked within a minute."""

    status, code = 429, "rate-limited"


class NotThereYet(Problem):
    """The projections have not reached the position asked for."""

    status, code = 503, "position-not-reached"
    headers: ClassVar = {"Retry-After": "1"}


class TooManyExports(Problem):
    """Exports take a thread each as long as they last, and others are to be answered meanwhile."""

    status, code = 503, "too-many-exports"
    headers: ClassVar = {"Retry-After": "5"}


class NotInForceYet(Problem):
    """What was recorded on an account or a token does not count yet for those who ask."""

    status, code = 503, "not-in-force-yet"
    headers: ClassVar = {"Retry-After": "1"}


class StoreAway(Problem):
    """PostgreSQL does not answer."""

    status, code = 503, "store-unavailable"
    headers: ClassVar = {"Retry-After": "2"}


class Internal(Problem):
    """A fault of ours."""

    status, code = 500, "internal"


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Errors | None = None,
    values: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer, as a page for whoever would rather have one. errors: sentences by field.

    values: what explains a refusal, by name.
    """
    body = {"type": f"/problems/{code}", "title": catalogue.title(code), "status": status, "detail": detail}
    body |= {"code": code}
    body |= {"errors": errors} if errors else {}
    body |= {"values": values} if values else {}
    body |= {"request_id": g.get("request_id")}
    if media.prefers_page():
        response = page("problems/answer.html", status, problem=body)
    else:
        response = Response(dump(body), status, content_type=TYPE)
    response.headers.update(headers or {})
    return response


def status_of(refusal: type[errors.Refusal]) -> int:
    """The HTTP status of a refusal: its own, or that of its nearest ancestor in the tree."""
    return next(STATUSES[cls] for cls in refusal.__mro__ if cls in STATUSES)


def register(app: Flask) -> None:
    """From here on, whatever goes wrong in this application is answered as a problem."""
    app.register_error_handler(errors.Refusal, refused)
    app.register_error_handler(Problem, stopped)
    app.register_error_handler(HTTPException, failed)
    for lost in (StoreUnavailable, psycopg.OperationalError, psycopg.InterfaceError):
        app.register_error_handler(lost, store_unavailable)
    app.before_request(check_accepted)
    # Flask would send whoever writes two slashes to the address with one, by an answer that is no problem document.
    app.url_map.merge_slashes = False


def check_accepted() -> None:
    """Before a route of the API runs: the reader takes what it gives. Raises NotAcceptable."""
    asked = request_ctx.request
    forms = media.GIVEN.get(asked.path, (media.JSON,))
    if asked.endpoint is not None and media.of_api(asked) and media.best(*forms) is None:
        raise NotAcceptable(f"L'en-tête Accept n'admet pas ce que cette adresse donne : {', '.join(forms)}.")


def refused(refusal: errors.Refusal) -> Response:
    """The ledger said no."""
    named = {refusal.field: [str(refusal)]} if isinstance(refusal, errors.Invalid) else None
    current = refusal.values.get("current") if isinstance(refusal, errors.VersionConflict) else None
    return problem(
        status_of(type(refusal)),
        refusal.code,
        str(refusal),
        errors=named,
        values=plain(refusal.values),
        headers=({"ETag": f'"{current}"'} if current is not None else {}) | SOON.get(type(refusal), {}),
    )


def stopped(error: Problem) -> Response:
    """The request never reached the ledger, or asked for what is not there yet."""
    return problem(error.status, error.code, str(error), errors=error.errors, headers=error.headers)


def failed(error: HTTPException) -> Response:
    """What Flask itself refuses, and every fault of ours: the log has the rest under the request id."""
    status = error.code or 500
    kind, detail = HTTP.get(status, HTTP[500] if status >= 500 else HTTP[400])
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return problem(kind.status, kind.code, detail, headers=kept)


def store_unavailable(_error: Exception) -> Response:
    """PostgreSQL does not answer; nothing is known to have been recorded, and a retry with the same key is safe."""
    return stopped(StoreAway(STORE_AWAY))


STORE_AWAY = "La base ne répond pas. Recommencez dans quelques instants, avec la même clé d'idempotence."

HTTP: dict[int, tuple[type[Problem], str]] = {
    400: (BadRequest, "La demande est illisible."),
    404: (Absent, "Il n'y a rien à cette adresse."),
    405: (MethodNotAllowed, "Cette adresse n'admet pas cette méthode ; l'en-tête Allow dit lesquelles."),
    413: (TooLarge, "La demande dépasse un mébioctet."),
    500: (Internal, "Une erreur s'est produite de notre côté ; son numéro permet de la retrouver."),
}
