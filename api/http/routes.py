"""How a route is declared: who may use it, what it takes, what it answers. `reads` for GET, `records` for commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

import flask_smorest
from flask import Response
from marshmallow import Schema, fields

from api.http import commands, reading
from api.http.access import Roles, allow, principal
from api.http.fields import Asked
from api.http.openapi import Parser, described
from api.http.reading import Reading
from api.http.waiting import wait_until
from api.services import services
from domain.dates import paris_day
from domain.ledger import Done
from projections import progress

Document = dict[str, Any]
Reader = Callable[..., Document]
Recorder = Callable[..., Done]

HEADERS: Final = {
    "Jalon-Position": {"description": "The position that the answer speaks up to.", "schema": {"type": "integer"}},
    "ETag": {"description": "The tag of the answer.", "schema": {"type": "string"}},
}
REPLAYED: Final = {
    "Idempotent-Replayed": {
        "description": "`true` when the answer is the first one to the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
KNOWN: Final = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag of a copy: answered by 304 while it is good.",
    "schema": {"type": "string"},
}
KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Makes a retry safe: the same key and body count once, and get the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
EXPECTED: Final = {
    "in": "header",
    "name": "If-Match",
    "description": 'The version that the record must have, as `"7"`; any other version is answered by 412.',
    "schema": {"type": "string"},
}


class Recorded(Schema):
    """What a command recorded."""

    reference = fields.String(required=True, metadata={"description": "The record that the entry belongs to."})
    version = fields.Integer(required=True, metadata={"description": "Place of the entry in its record's history."})
    position = fields.Integer(required=True, metadata={"description": "Place of the entry in the ledger."})


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """The routes of one resource."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(with_headers)

    def reads(
        self,
        path: str,
        answer: type[Schema],
        *,
        roles: Roles,
        projection: str,
        query: type[Asked] = Asked,
        enough: Callable[[Document], object] = lambda _: True,
    ) -> Callable[[Reader], Reader]:
        """A document: the function makes it from a `Reading` and the variable parts of the address.

        projection: the one that it is read from, whose position the answer bears. enough: a reader who sends `wait` is
        kept waiting until the document is.
        """

        def declare(view: Reader) -> Reader:
            @wraps(view)
            def run(asked: dict[str, Any], **named: Any) -> Response:
                who, today = principal(), paris_day(services().clock())
                reading.wait_for(asked.pop("min_position", 0), projection)

                def found() -> tuple[Document, int]:
                    with reading.snapshot() as cursor:
                        position = progress.position(cursor, projection)
                        return view(Reading(cursor, position, who, today, asked), **named), position

                return reading.document(*wait_until(lambda each: enough(each[0]), found, asked.pop("wait", 0)))

            declared = self.arguments(query(), location="query")(allow(roles)(run))
            declared = self.response(200, answer, headers=HEADERS)(declared)
            declared = self.alt_response(304, success=True)(declared)
            self._finish(declared, path, "GET", errors=(401, 403, 503), headers=[KNOWN])
            return view

        return declare

    def records(
        self, path: str, body: type[Schema], *, roles: Roles, answer: type[Schema] = Recorded
    ) -> Callable[[Recorder], Recorder]:
        """A command: the function commands records, loaded through a `Recording`, and says which it touched."""

        def declare(view: Recorder) -> Recorder:
            @wraps(view)
            def run(facts: dict[str, Any], **named: Any) -> Response:
                return commands.record(facts, lambda recording: view(recording, **named))

            declared = self.arguments(body())(allow(roles)(run))
            declared = self.response(201, answer, headers=HEADERS | REPLAYED)(declared)
            errors = (400, 401, 403, 409, 412, 413, 415, 503)
            self._finish(declared, path, "POST", errors=errors, headers=[KEY, EXPECTED])
            return view

        return declare

    def _finish(
        self, view: Callable[..., Any], path: str, method: str, *, errors: tuple[int, ...], headers: list[Any]
    ) -> None:
        """Describe what can go wrong and what may be sent, then register the route."""
        named = described(f"{self.url_prefix}{path}")
        for status in (*errors, 404) if named else errors:
            view = self.alt_response(status, HTTPStatus(status).name)(view)
        view = self.doc(operationId=view.__name__)(view)
        view._apidoc["headers"] = headers  # type: ignore[attr-defined]
        self.route(path, methods=[method], parameters=named)(view)


def with_headers(doc: Document, told: Document, **_: Any) -> Document:
    """A step of flask-smorest's description of a route: the headers that may be sent, beside the parameters."""
    doc["parameters"] = [*doc.get("parameters", ()), *told.get("headers", ())]
    return doc
