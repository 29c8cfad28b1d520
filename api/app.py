"""The web application: joins routes, access and problems around the services that it is given."""

from flask import Flask, Response

from api import docs
from api.accesses.noting import note
from api.http import access, health, journal, limits, problems, ready
from api.http.openapi import open_api
from api.http.turn import Turn, present
from api.pages import site
from api.problems import pages
from api.services import EXTENSION, Services
from api.v1 import (
    accesses,
    accounts,
    agreements,
    amendments,
    audit,
    audit_exports,
    changes,
    corrections,
    dashboard,
    feed,
    findings,
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
    proofs,
    statements,
    territory,
    timeline,
    tokens,
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
    accounts,
    tokens,
    territory,
    statements,
    changes,
    dashboard,
    audit,
    audit_exports,
    findings,
    feed,
    proofs,
    accesses,
)

LARGEST_BODY = 1024 * 1024
"""Bytes."""


def create_app(services: Services) -> Flask:
    """The application of one process. Raises RuntimeError for a route that does not say who may use it."""
    app = journal.Journalled("api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # Every method is declared, so that every one is guarded.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions[EXTENSION] = services
    app.before_request(arrive)
    app.after_request(leave)
    app.teardown_request(journal.forget)
    problems.register(app)
    api = open_api(app)
    for resource in RESOURCES:
        api.register_blueprint(resource.blueprint)
    app.register_blueprint(health.blueprint())
    app.register_blueprint(docs.blueprint(api))
    app.register_blueprint(pages.blueprint)
    site.register(app, services)
    access.refuse_undeclared(app)
    return app


def arrive() -> Response | None:
    """What happens to every request before its route is asked, and instead of that where the answer lies ready."""
    turn = present()
    journal.begin(turn)
    access.identify(turn)
    limits.count(turn)
    access.decide(turn)
    return ready.answer(turn)


def leave(response: Response) -> Response:
    """What happens to every answer, that of a fault too."""
    turn = present()
    sign(turn, response)
    limits.tell(turn, response)
    note(turn, response)
    journal.end(turn, response)
    return response


def sign(turn: Turn, response: Response) -> None:
    """What every answer carries."""
    headers = response.headers
    headers.add("X-Request-Id", turn.here.request_id)
    headers.add("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cache-Control", "no-store")
    # The web server sends at once what it is given whole; from anything but a list it would draw piece by piece.
    response.direct_passthrough = isinstance(response.response, list)
