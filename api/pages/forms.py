"""A form becomes a command of the API: its schema reads it, its function records it, its refusals come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final
from uuid import uuid4

from flask import g, request, url_for
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from api.http import commands
from api.http.commands import Sent
from api.http.fields import Cents, Choice, Count, Day, Flag, Form, Text
from api.http.json import NotJson, dump, load
from api.http.parsing import flat, told
from api.http.problems import NotValid, Problem
from api.http.routes import declared_of
from api.pages import typed
from api.pages.labels import word
from domain import errors
from domain.ledger import Recorded

Command = Callable[..., Any]
Named = Mapping[str, Any]
Typed = MultiDict[str, str]
Reads = Callable[[Schema, Typed, Named, str | None], dict[str, Any]]
"""How the body of a command is made of what was typed into a form, by whoever has seen a version of the record."""

OURS: Final = ("csrf_token", "idempotency_key", "if_match")
"""What a form bears besides the facts of its command."""

LONG_TEXT: Final = 400
"""Characters from which on a text has several lines to be typed into."""


@dataclass(frozen=True)
class Filled:
    """A form that was refused, as it was filled in.

    command: name of its function. said: the refusal as a sentence. errors: sentences by field. status: of the answer.
    key: the same for another try, unless it was the key that was wrong.
    """

    command: str
    named: Named
    sent: MultiDict[str, str]
    said: str
    errors: Mapping[str, list[str]]
    status: int
    key: str

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was typed into it."""
        return [(name, typed) for name, typed in self.sent.items(multi=True) if name not in OURS and typed.strip()]


def plainly(schema: Schema, form: Typed, named: Named, seen: str | None) -> dict[str, Any]:
    """What was typed, as it was typed."""
    return typed.body(schema, form)


def run(command: Command, named: Named, reads: Reads = plainly) -> Recorded:
    """Record what the form of the present request says. Raises Problem, Refusal, StoreUnavailable."""
    declared, form = declared_of(command), request.form
    given = MultiDict([(name, value) for name, value in form.items(multi=True) if name not in OURS])
    seen = expected_version(form.get("if_match", ""))
    facts = facts_of(declared.schema(), lambda schema: reads(schema, given, named, seen))
    sent = Sent(form.get("idempotency_key") or None, seen, source="page")
    recorded, _ = commands.run(facts, lambda recording: command(recording, **named), declared.then, sent)
    return recorded


def expected_version(sent: str) -> str | None:
    """The version that the reader has seen. What cannot be a version meets none, and is not said again."""
    return (sent if sent.isascii() and sent.isdigit() else "?") if sent else None


def facts_of(schema: Schema, body: Callable[[Schema], dict[str, Any]]) -> dict[str, Any]:
    """The facts of a command, through the same door as those of the API. Raises NotValid."""
    try:
        # Kept for the fingerprint of the command.
        g.body = load(dump(body(schema)))
        return dict(schema.load(g.body))
    except NotJson as error:
        raise NotValid(str(error)) from error
    except ValidationError as error:
        raise NotValid("Le formulaire est à corriger.", errors=told(flat(error.messages_dict))) from error


def refused(command: Command, named: Named, refusal: Problem | errors.Refusal, status: int) -> Filled:
    """The form as it was filled in, with what was wrong."""
    if isinstance(refusal, Problem):
        found = dict(refusal.errors or {})
    else:
        found = {refusal.field: [str(refusal)]} if isinstance(refusal, errors.Invalid) else {}
    key = new_key() if isinstance(refusal, errors.KeyReused) else request.form.get("idempotency_key") or new_key()
    return Filled(command.__name__, named, request.form, str(refusal), found, status, key)


@cache
def schema_of(schema: type[Form]) -> Form:
    """A schema, made once: making one takes longer than using it."""
    return schema()


def new_key() -> str:
    """A key that nobody else can have: with it, a form that is sent twice counts once."""
    return str(uuid4())


@dataclass(frozen=True)
class Inputs:
    """The inputs of one form. filled: the refused one of the present request, which may be another form's.

    version: of the record as the reader sees it; None where the command asks for none.
    """

    command: Command
    named: Named
    version: int | None
    filled: Filled | None

    @cached_property
    def mine(self) -> Filled | None:
        """This very form, as it was filled in and refused."""
        found = self.filled
        same = found and (found.command, dict(found.named)) == (self.command.__name__, dict(self.named))
        return found if same else None

    @property
    def name(self) -> str:
        """Tells it from the other forms of the page, also in the ids of its inputs."""
        return "-".join([self.command.__name__, *map(str, self.named.values())])

    @property
    def action(self) -> str:
        return url_for(f"pages.{self.command.__name__}", **self.named)

    @cached_property
    def key(self) -> str:
        return self.mine.key if self.mine else new_key()

    @cached_property
    def schema(self) -> Schema:
        return schema_of(declared_of(self.command).schema)

    def field(self, name: str) -> fields.Field[Any]:
        """The field of a dotted name. Raises KeyError."""
        schema, found = self.schema, None
        for part in name.split("."):
            if not part.isdecimal():
                found = schema.fields[part]
                inner = found.inner if isinstance(found, fields.List) else found
                schema = inner.schema if isinstance(inner, fields.Nested) else schema
        assert found is not None
        return found.inner if isinstance(found, fields.List) else found

    def value(self, name: str, default: Any = None) -> str:
        """What stands in an input: what was typed, or what the record has."""
        return self.mine.sent.get(name, "") if self.mine else typed.shown(self.field(name), default)

    def values(self, name: str, default: Iterable[Any] = ()) -> list[str]:
        """What stands in an input of several values."""
        if self.mine is None:
            return list(map(str, default))
        return [part for each in self.mine.sent.getlist(name) for part in typed.several(each)]

    def rows(self, name: str) -> int:
        """How many rows of a list were typed into, blank ones before them counted."""
        sent = self.mine.sent if self.mine else {}
        found = (re.match(rf"{re.escape(name)}\.([0-9]{{1,2}})\.", each) for each in sent if sent[each].strip())
        return max((int(each[1]) + 1 for each in found if each), default=0)

    def errors(self, name: str) -> list[str]:
        """What is wrong with an input."""
        return self.mine.errors.get(name, []) if self.mine else []

    def required(self, name: str) -> bool:
        field = self.field(name)
        return field.required and not field.allow_none

    def kind(self, name: str) -> str:
        """How an input is drawn."""
        field = self.field(name)
        kinds = ((Choice, "choice"), (Day, "day"), (Cents, "euros"), (Count, "whole"), (Flag, "flag"))
        found = next((kind for cls, kind in kinds if isinstance(field, cls)), "line")
        return "text" if found == "line" and isinstance(field, Text) and self.longest(name) > LONG_TEXT else found

    def longest(self, name: str) -> int:
        """Characters that an input takes."""
        found = (each.max for each in self.field(name).validators if isinstance(each, validate.Length))
        return next((each for each in found if each), LONG_TEXT)

    def options(self, name: str) -> list[tuple[str, str]]:
        """The codes on offer, with their words."""
        found = (each.choices for each in self.field(name).validators if isinstance(each, validate.OneOf))
        return [(code, word(code)) for codes in found for code in codes]
