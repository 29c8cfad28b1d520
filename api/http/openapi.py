"""The description of the API, OpenAPI 3.1: one shape of error, strict parameters, the forms of references and codes."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask
from marshmallow import Schema, fields
from werkzeug.routing import BaseConverter

from api.http.fields import ACCOUNT, CODE, LINE, REFERENCE, TOKEN, OneOf


class Problem(Schema):
    """How every error is told (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "Stable address of the problem: /problems/<code>."})
    title = fields.String(required=True, metadata={"description": "The kind of problem, in French."})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = fields.String(required=True, metadata={"description": "What is wrong this time, in French."})
    code = fields.String(required=True, metadata={"description": "Stable name of the problem, for programs."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Sentences by field; `a.0.b` is field b of the first item of list a."},
    )
    values = fields.Dict(keys=fields.String(), metadata={"description": "The values that explain a refusal, by name."})
    request_id = fields.String(required=True, metadata={"description": "Tell it when you ask for help."})


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with our errors: it describes them, `problems.py` answers them."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None  # What can go wrong is described by `api/describing/`.

    def _register_error_handlers(self) -> None:
        """Ours are registered already."""

    def _register_pagination_header(self) -> None:
        """Lists are paged by cursors in their body."""


class Reference(BaseConverter):
    """The name of an operation or an agreement."""

    regex = REFERENCE[1:-1]


class Code(BaseConverter):
    """The name of a partner or a milestone."""

    regex = CODE[1:-1]


class Account(BaseConverter):
    """The opaque id of an account."""

    regex = ACCOUNT[1:-1]


class Token(BaseConverter):
    """The public id of a token."""

    regex = TOKEN[1:-1]


class Line(BaseConverter):
    """The name of a line of money."""

    regex = LINE[1:-1]


class Version(BaseConverter):
    """A place in one history, from 1."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)


class Position(BaseConverter):
    """A place in the ledger, from 1."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)


PATH = {
    "reference": (Reference, {"type": "string", "pattern": REFERENCE}, "Name of the operation or agreement."),
    "code": (Code, {"type": "string", "pattern": CODE}, "Name of the partner, or of the milestone."),
    "account": (Account, {"type": "string", "pattern": ACCOUNT}, "Opaque id of the account."),
    "token": (Token, {"type": "string", "pattern": TOKEN}, "Public id of the token: what stands after `jal_`."),
    "line": (Line, {"type": "string", "pattern": LINE}, "Name of the line of money: `L1`, `L2`…"),
    "version": (
        Version,
        {"type": "integer", "minimum": 1, "maximum": 999_999_999},
        "Place of the entry in its history.",
    ),
    "position": (
        Position,
        {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
        "Place of the entry in the ledger.",
    ),
}
"""The variable parts of an address: how each is read, its JSON schema, what it means."""


def described(path: str) -> list[dict[str, str]]:
    """The variable parts of an address, as OpenAPI describes them."""
    return [
        {"in": "path", "name": name, "description": words}
        for name, (_, _, words) in PATH.items()
        if f":{name}>" in path
    ]


def alternatives(converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """A step of apispec's description of a field: the parts that may stand there, and what tells them apart."""
    if not isinstance(field, OneOf):
        return {}
    known = {kind: converter.resolve_nested_schema(part) for kind, part in field.parts.items()}
    mapping = {kind: told["$ref"] for kind, told in known.items()}
    return {"oneOf": [*known.values()], "discriminator": {"propertyName": "kind", "mapping": mapping}}


INTRODUCTION = """\
The shared, append-only record of urban-renewal operations: what was planned, funded, started, delivered.

Amounts are whole euro cents, written without a decimal point. Dates are `YYYY-MM-DD`, or `YYYY-MM` and `YYYY` where
only the month or the year is known; instants are UTC. A command is answered by the `version` of the entry that it
recorded and by its `position` in the ledger; give that position as `min_position` to read what you have just written.
Texts for readers are in French."""


def open_api(app: Flask) -> Api:
    """The description that blueprints are registered with."""
    for name, (converter, _, _) in PATH.items():
        app.url_map.converters[name] = converter
    api = Api(
        app,
        spec_kwargs={
            "title": "Jalon",
            "version": "1",
            "openapi_version": "3.1.0",
            "info": {
                "description": INTRODUCTION,
                "contact": {"name": "The Jalon authors"},
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": "/"}],
            "security": [{"bearer": []}],
        },
    )
    api.ma_plugin.converter.add_attribute_function(alternatives)
    for converter, schema, _ in PATH.values():
        api.register_converter(converter, lambda _converter, schema=schema: dict(schema))
    api.spec.components.security_scheme(
        "bearer", {"type": "http", "scheme": "bearer", "description": "`jal_<id>_<secret>`, from `jalon token create`."}
    )
    return api
