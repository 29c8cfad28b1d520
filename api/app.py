"""The web application: joins routes, access and problems around the services that it is given."""

from uuid import uuid4

from flask import Flask, Response, g

from api.http import access, health, problems
from api.http.openapi import open_api
from api.services import EXTENSION, Services
from api.v1 import (
    agreements,
    amendments,
    corrections,
    feed,
    frame,
    funding,
    life,
    lines,
    milestones,
    operations,
    partners,
    payments,
    people,
    programme,
    territory,
    timeline,
)

__all__ = ["Services", "create_app"]

RESOURCES = (
    operations,
    timeline,
    life,
    funding,
    lines,
    payments,
    people,
    milestones,
    programme,
    frame,
    corrections,
    agreements,
    amendments,
    partners,
    territory,
    feed,
)

LARGEST_BODY = 1024 * 1024
"""Bytes."""


def create_app(services: Services) -> Flask:
    """The application of one process. Raises RuntimeError for a route that does not say who may use it."""
    app = Flask("api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # Every method is declared, so that every one is guarded.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions[EXTENSION] = services
    app.before_request(number)
    app.before_request(access.guard)
    app.after_request(sign)
    problems.register(app)
    api = open_api(app)
    for resource in RESOURCES:
        api.register_blueprint(resource.blueprint)
    app.register_blueprint(health.blueprint(api))
    access.refuse_undeclared(app)
    return app


def number() -> None:
    """Give the request a number that its answer and every line of the log about it carry."""
    g.request_id = uuid4().hex


def sign(response: Response) -> Response:
    """What every answer carries."""
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
