"""The only way in for what a request brings, body and parameters: read by a schema, and nothing unknown let through."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NoReturn

from flask import Request, g, request
from marshmallow import Schema, ValidationError, missing
from webargs.flaskparser import FlaskParser

from api.http import media
from api.http.json import NotJson, load
from api.http.problems import MalformedJson, NotValid, UnsupportedMediaType


class Parser(FlaskParser):
    """Reads a body, or the parameters of an address."""

    def parse(self, argmap: Any, req: Request | None = None, *, location: str | None = None, **options: Any) -> Any:
        """Parameters are read here, since webargs would look for all that there are, through three layers each.

        It would also take the first of two values in silence, and what is no UTF-8 as another text. No parameter holds
        a NUL, which PostgreSQL refuses.
        """
        if location != "query":
            return super().parse(argmap, req, location=location, **options)
        given, wrong = media.parameters(req or request)
        if wrong:
            said = "Ce paramètre est donné deux fois, contient un caractère nul, ou n'est pas codé en UTF-8."
            raise NotValid(said, errors=told({name: [said] for name in wrong}))
        try:
            return narrowed(type(argmap), given.keys()).load(given)
        except ValidationError as error:
            refuse(error.messages_dict, error)

    def _raw_load_json(self, req: Request) -> Any:
        if req.args:
            errors = {name: ["Paramètre inconnu."] for name in req.args}
            raise NotValid("L'adresse d'une commande n'a pas de paramètres.", errors=told(errors))
        raw = media.whole_body(req)
        if not raw:
            raise MalformedJson("Le corps de la demande est vide : il faut un objet JSON.")
        if wrong := media.unreadable_body(req):
            raise UnsupportedMediaType(wrong)
        try:
            # Kept for the fingerprint of the command: what was asked, before any reading of it.
            g.body = load(raw)
        except NotJson as error:
            raise MalformedJson(str(error)) from error
        return g.body

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """webargs puts the messages under the place they came from: `json`."""
        (messages,) = error.messages_dict.values()
        refuse(messages, error)


def refuse(messages: Any, error: ValidationError) -> NoReturn:
    """Tell what a schema found wrong. Raises NotValid."""
    found = flat(messages)
    named = told(found)
    more = f" et {len(found) - len(named)} autres" if len(found) > len(named) else ""
    raise NotValid(f"Ce qui manque ou ne convient pas : {', '.join(named)}{more}.", errors=named) from error


def narrowed(form: type[Schema], names: Set[str]) -> Schema:
    """A schema for parameters of these names: with no more of its fields than they need, since it looks at each.

    An unknown name is told by the whole of it.
    """
    return with_fields(form, frozenset(names) if names <= known(form) else None)


@cache
def known(form: type[Schema]) -> frozenset[str]:
    """The names of the parameters that a schema reads."""
    return frozenset(field.data_key or name for name, field in form().load_fields.items())


@lru_cache(maxsize=1_000)
def with_fields(form: type[Schema], names: frozenset[str] | None) -> Schema:
    """A schema with the fields of these names, and those that count where they are not given; None: with all."""
    if names is None:
        return form()
    fields = form().load_fields.items()
    return form(
        only=[
            name
            for name, field in fields
            if field.required or field.load_default is not missing or (field.data_key or name) in names
        ]
    )


MOST_NAMED, LONGEST_NAME = 100, 100


def told(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The sentences by field, as many as a person reads: who sends a million unknown fields does not get them back."""
    return {
        name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…": said
        for name, said in islice(errors.items(), MOST_NAMED)
    }


def flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages, by dotted field name; `body` is the body itself."""
    if isinstance(messages, Mapping):
        found: dict[str, list[str]] = {}
        for name, each in messages.items():
            step = path if name == "_schema" else f"{path}.{name}" if path else str(name)
            found |= flat(each, step)
        return found
    return {path or "body": [str(message) for message in messages]}
