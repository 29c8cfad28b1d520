"""The description of the API, OpenAPI 3.1: what flask-smorest reads from the routes, completed from the house itself.

Who may use a route comes from its policy, the problems that it can answer by from its own code and the rules behind
it, the examples from the real register. Reading order: routes.py, fields.py, lists.py, answers.py, links.py.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from api.describing import answers, fields, links, lists, open_routes
from api.describing.routes import Route, routes
from api.describing.story import BODIES
from api.http import headers
from api.http.openapi import Api
from domain.vocabulary import ROLES


def description(app: Flask, api: Api) -> dict[str, Any]:
    """All of it, as JSON."""
    open_routes.schemas(api)
    spec: dict[str, Any] = api.spec.to_dict()
    open_routes.add(spec)
    components = spec["components"]
    components["headers"], components["responses"] = headers.SENT, {}
    told = list(routes(app, spec))
    fields.complete(spec, api, told)
    for route in told:
        fields.parameters(route)
    lists.complete(components["schemas"], told)
    for route in told:
        answers.complete(route, components)
        with_body(route)
        with_roles(route)
    links.add([route for route in told if not route.open], components["schemas"])
    return spec


def with_body(route: Route) -> None:
    """The example of a command's body."""
    if route.name in BODIES:
        route.told["requestBody"]["content"]["application/json"]["example"] = BODIES[route.name]


def with_roles(route: Route) -> None:
    """Who may use a route, in words and for programs."""
    route.told["security"] = [] if route.open else [{"bearer": []}]
    allowed = ", ".join(f"`{role}`" for role in ROLES if role in route.roles)
    words = "Open to all, without a token." if route.open else f"Roles: {allowed}."
    route.told["description"] = "\n\n".join(filter(None, (route.told.get("description"), words)))
