"""The routes of an application, each with what the description says of it so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask

from api.http.access import EVERYONE, NO_TOKEN_ASKED, Roles, policy_of

Told = dict[str, Any]
"""A part of the description, as OpenAPI has it."""

METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Route:
    """A route. path: as OpenAPI writes it. view: what answers. told: what the description says of it.

    parameters: those that it shares with the other routes of its address, and its own.
    """

    method: str
    path: str
    view: Callable[..., Any]
    told: Told
    parameters: list[Told]

    @property
    def name(self) -> str:
        """What programs call it."""
        return str(self.told["operationId"])

    @property
    def roles(self) -> Roles:
        """Those that may use it."""
        return policy_of(self.view) or NO_TOKEN_ASKED

    @property
    def open(self) -> bool:
        """Nobody is asked for a token here."""
        return self.roles == NO_TOKEN_ASKED

    @property
    def for_some(self) -> bool:
        """Some who have a token may not use it."""
        return not self.open and self.roles != EVERYONE

    @property
    def records(self) -> bool:
        """It is a command."""
        return self.method == "POST"

    @cached_property
    def named(self) -> list[str]:
        """The variable parts of its address, in order."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def success(self) -> Told:
        """What it answers when all is well."""
        answers: dict[str, Told] = self.told["responses"]
        return next(answers[status] for status in ("201", "200") if status in answers)


def routes(app: Flask, spec: Told) -> Iterator[Route]:
    """Every route that the description tells of, in its order."""
    found = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ())
    }
    for path, methods in spec["paths"].items():
        for method in METHODS:
            if told := methods.get(method.lower()):
                parameters = [*methods.get("parameters", ()), *told.get("parameters", ())]
                yield Route(method, path, found[method, path], told, parameters)
