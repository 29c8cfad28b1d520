"""How a route is declared: who may use it, what it takes, what it answers. `reads` for GET, `records` for commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, NamedTuple, cast

import flask_smorest
from flask import Response
from marshmallow import Schema, fields

from api.http import commands, reading
from api.http.access import Roles, allow, principal
from api.http.fields import Asked, Form
from api.http.headers import sent
from api.http.openapi import described
from api.http.parsing import Parser
from api.http.reading import Reading
from api.services import services
from domain.dates import paris_day
from domain.ledger import Done
from projections import progress

Document = dict[str, Any]
Reader = Callable[..., Document]
# A document, and the position that it speaks up to.
Searcher = Callable[..., Any]
Recorder = Callable[..., Done]
Follower = Callable[[dict[str, Any]], Response]

KNOWN: Final = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag of a copy: answered by 304 while it is good.",
    "schema": {"type": "string"},
    "example": '"0b8f3f0f6c1e4b7a9d2c5e8f1a3b6c9d"',
}
KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Makes a retry safe: the same key and body count once, and get the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "3f2b8c1e-5d7a-4e9f-8b6c-1a2d3e4f5a6b",
}
EXPECTED: Final = {
    "in": "header",
    "name": "If-Match",
    "description": 'The version that the record must have, as `"7"`; any other version is answered by 412.',
    "schema": {"type": "string"},
    "example": '"9"',
}


class Recorded(Schema):
    """What a command recorded."""

    reference = fields.String(required=True, metadata={"description": "The record that the entry belongs to."})
    version = fields.Integer(required=True, metadata={"description": "Place of the entry in its record's history."})
    position = fields.Integer(required=True, metadata={"description": "Place of the entry in the ledger."})


class Declared(NamedTuple):
    """What a route was declared with, for whoever answers by the same function in another form, as pages do.

    schema: of the parameters that it takes, or of its body. projection: the one that it is read from; None: a command.
    beside: others that it is read from. then: what follows before a command is answered. searches: one statement finds
    it, and how far it speaks.
    """

    roles: Roles
    schema: type[Form]
    projection: str | None = None
    then: commands.Then = lambda *_: None
    beside: tuple[str, ...] = ()
    searches: bool = False


def declared_of(view: Callable[..., Any]) -> Declared:
    """What the route of a function was declared with."""
    return cast(Declared, view.declared)  # type: ignore[attr-defined]


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
        published: str | None = None,
        beside: tuple[str, ...] = (),
    ) -> Callable[[Reader], Reader]:
        """A document: the function makes it from a `Reading` and the variable parts of the address.

        projection: the one that it is read from, whose position the answer bears; beside: others that it is read from,
        so that the answer speaks up to where all of them do. published: the kind under which it lies ready, by its name
        in the address.
        """

        def declare(view: Reader) -> Reader:
            @wraps(view)
            def run(asked: dict[str, Any], **named: Any) -> Response:
                who, today = principal(), paris_day(services().clock())
                if "min_position" in asked:
                    reading.wait_for(asked.pop("min_position"), projection, *beside)
                with reading.snapshot() as cursor:
                    position = progress.position(cursor, projection, *beside)
                    found = view(Reading(cursor, position, who, today, asked), **named)
                return reading.document(found, position)

            run.published = published  # type: ignore[attr-defined]
            self._answers(run, path, answer, roles, query)
            view.declared = Declared(roles, query, projection, beside=beside)  # type: ignore[attr-defined]
            return view

        return declare

    def searches(
        self, path: str, answer: type[Schema], *, roles: Roles, projection: str, query: type[Asked] = Asked
    ) -> Callable[[Searcher], Searcher]:
        """A document that one statement finds, and with it the position that it speaks up to."""

        def declare(view: Searcher) -> Searcher:
            @wraps(view)
            def run(asked: dict[str, Any], **named: Any) -> Response:
                if "min_position" in asked:
                    reading.wait_for(asked.pop("min_position"), projection)
                with reading.glance() as cursor:
                    found, position = view(cursor, asked, **named)
                return reading.document(found, position)

            self._answers(run, path, answer, roles, query)
            view.declared = Declared(roles, query, projection, searches=True)  # type: ignore[attr-defined]
            return view

        return declare

    def _answers(
        self, run: Callable[..., Response], path: str, answer: type[Schema], roles: Roles, query: type[Asked]
    ) -> None:
        """Declare a document, with its tag and its position."""
        declared = self.arguments(query(), location="query")(allow(roles)(run))
        declared = self.response(200, answer, headers=sent("ETag", "Jalon-Position"))(declared)
        declared = self.alt_response(304, success=True)(declared)
        self._finish(declared, path, "GET", headers=[KNOWN])

    def follows(
        self, answer: type[Schema], *, roles: Roles, query: type[Asked], also: dict[str, Document]
    ) -> Callable[[Follower], Follower]:
        """What comes, for those who wait for it: the function answers by itself, from the parameters that were sent.

        also: the JSON schemas of its other forms, by media type.
        """
        others = {form: {"schema": schema} for form, schema in also.items()}

        def declare(view: Follower) -> Follower:
            declared = self.arguments(query(), location="query")(allow(roles)(view))
            declared = self.response(200, answer, headers=sent("Jalon-Position", "Jalon-Next", "Retry-After"))(declared)
            declared = self.doc(responses={200: {"content": others}})(declared)
            self._finish(declared, "", "GET", headers=[])
            return view

        return declare

    def downloads(
        self, path: str, form: str, *, roles: Roles, query: type[Asked], example: str
    ) -> Callable[[Follower], Follower]:
        """A file: the function answers by itself, from the parameters that were sent.

        form: its media type. example: its first lines.
        """
        told = {"content_type": form.partition(";")[0], "example": example}

        def declare(view: Follower) -> Follower:
            declared = self.arguments(query(), location="query")(allow(roles)(view))
            headers = sent("Jalon-Position", "Jalon-Checkpoint")
            declared = self.response(200, {"type": "string"}, headers=headers, **told)(declared)
            self._finish(declared, path, "GET", headers=[])
            return view

        return declare

    def records(
        self,
        path: str,
        body: type[Form],
        *,
        roles: Roles,
        answer: type[Schema] = Recorded,
        then: commands.Then = lambda *_: None,
    ) -> Callable[[Recorder], Recorder]:
        """A command: the function commands records, loaded through a `Recording`, and says which it touched.

        then: what is to follow before every answer, a replayed one too.
        """

        def declare(view: Recorder) -> Recorder:
            @wraps(view)
            def run(facts: dict[str, Any], **named: Any) -> Response:
                return commands.record(facts, lambda recording: view(recording, **named), then)

            declared = self.arguments(body())(allow(roles)(run))
            declared = self.response(201, answer, headers=sent("ETag", "Jalon-Position", "Idempotent-Replayed"))(
                declared
            )
            self._finish(declared, path, "POST", headers=[KEY, EXPECTED])
            view.declared = Declared(roles, body, then=then)  # type: ignore[attr-defined]
            return view

        return declare

    def _finish(self, view: Callable[..., Any], path: str, method: str, *, headers: list[Any]) -> None:
        """Describe what may be sent, then register the route. What can go wrong is found by `api/describing/`."""
        view = self.doc(operationId=view.__name__)(view)
        view._apidoc["headers"] = headers  # type: ignore[attr-defined]
        self.route(path, methods=[method], parameters=described(f"{self.url_prefix}{path}"))(view)


def with_headers(doc: Document, told: Document, **_: Any) -> Document:
    """A step of flask-smorest's description of a route: the headers that may be sent, beside the parameters."""
    doc["parameters"] = [*doc.get("parameters", ()), *told.get("headers", ())]
    return doc
