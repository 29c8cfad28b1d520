"""For machines that watch, and for those that want to know the API: open to all, without a token."""

import psycopg
from flask import Blueprint, Response

from api.http.access import NO_TOKEN_ASKED, allow
from api.http.json import dump
from api.http.openapi import Api
from api.http.problems import store_unavailable
from api.http.reading import snapshot
from domain.ledger import head
from projections.progress import is_followed, positions


def blueprint(api: Api) -> Blueprint:
    """`/healthz`, `/readyz` and `/openapi.json`. Made after every other route, which the description tells of."""
    made = Blueprint("health", __name__)
    described = dump(api.spec.to_dict())

    @made.get("/healthz")
    @allow(NO_TOKEN_ASKED)
    def healthz() -> Response:
        """This process answers."""
        return answer({"status": "ok"})

    @made.get("/readyz")
    @allow(NO_TOKEN_ASKED)
    def readyz() -> Response:
        """PostgreSQL answers and no projection is stuck; `degraded`: nothing new is taken in at present."""
        try:
            with snapshot() as cursor:
                found, last, followed = positions(cursor), head(cursor), is_followed(cursor)
        except psycopg.Error as error:
            return store_unavailable(error)
        state = "frozen" if any(each.error for each in found) else "ready" if followed else "degraded"
        behind = {each.name: last - each.position for each in found}
        told = {"status": state, "position": last, "lag": max(behind.values(), default=0), "projections": behind}
        return answer(told, 503 if state == "frozen" else 200)

    @made.get("/openapi.json")
    @allow(NO_TOKEN_ASKED)
    def openapi() -> Response:
        """The description of the API."""
        return Response(described, content_type="application/json")

    return made


def answer(content: dict[str, object], status: int = 200) -> Response:
    """A short answer."""
    return Response(dump(content), status, content_type="application/json")
