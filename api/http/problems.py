"""Everything that can go wrong, as one shape: RFC 9457, `application/problem+json`, French for the reader.

The HTTP status of a refusal is chosen here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import psycopg
from flask import Flask, Response, current_app, g
from werkzeug.exceptions import HTTPException

from api.http.json import dump
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

TITLES = {
    400: "Demande illisible",
    401: "Jeton absent ou refusé",
    403: "Action non permise",
    404: "Introuvable",
    405: "Méthode non admise",
    409: "Règle non respectée",
    412: "Version dépassée",
    413: "Demande trop volumineuse",
    415: "Type de contenu refusé",
    422: "Demande invalide",
    500: "Erreur interne",
    503: "Service momentanément indisponible",
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


class MalformedJson(Problem):
    status, code = 400, "malformed-json"


class Unauthenticated(Problem):
    status, code = 401, "unauthenticated"
    headers: ClassVar = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    status, code = 403, "forbidden"


class Absent(Problem):
    """Nothing of that name, or nothing that the reader may know of: the two must look the same."""

    status, code = 404, "not-found"


class UnsupportedMediaType(Problem):
    status, code = 415, "unsupported-media-type"


class NotValid(Problem):
    """Fields or parameters that are missing, unknown or out of bounds; `errors` names each."""

    status, code = 422, "validation"


class NotThereYet(Problem):
    """The projections have not reached the position asked for."""

    status, code = 503, "position-not-reached"
    headers: ClassVar = {"Retry-After": "1"}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Errors | None = None,
    values: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer. errors: sentences by field. values: what explains a refusal, by name."""
    body = {"type": f"/problems/{code}", "title": TITLES.get(status, code), "status": status, "detail": detail}
    body |= {"code": code}
    body |= {"errors": errors} if errors else {}
    body |= {"values": values} if values else {}
    body |= {"request_id": g.get("request_id")}
    return Response(dump(body), status, dict(headers or {}), content_type=TYPE)


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
        headers={"ETag": f'"{current}"'} if current is not None else None,
    )


def stopped(error: Problem) -> Response:
    """The request never reached the ledger, or asked for what is not there yet."""
    return problem(error.status, error.code, str(error), errors=error.errors, headers=error.headers)


def failed(error: HTTPException) -> Response:
    """What Flask itself refuses, and every fault of ours: the log has the rest under the request id."""
    status = error.code or 500
    code, detail = HTTP.get(status, ("http-" + str(status), error.name))
    if status >= 500:
        current_app.logger.error("The request above is %s", g.get("request_id"))
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return problem(status, code, detail, headers=kept)


def store_unavailable(_error: Exception) -> Response:
    """PostgreSQL does not answer; nothing is known to have been recorded, and a retry with the same key is safe."""
    return problem(503, "store-unavailable", STORE_AWAY, headers={"Retry-After": "2"})


STORE_AWAY = "La base ne répond pas. Recommencez dans quelques instants, avec la même clé d'idempotence."

HTTP = {
    400: ("bad-request", "La demande est illisible."),
    404: ("not-found", "Il n'y a rien à cette adresse."),
    405: ("method-not-allowed", "Cette adresse n'admet pas cette méthode ; l'en-tête Allow dit lesquelles."),
    413: ("too-large", "La demande dépasse un mébioctet."),
    500: ("internal", "Une erreur s'est produite de notre côté ; son numéro permet de la retrouver."),
}
