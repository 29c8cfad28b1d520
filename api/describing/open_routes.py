"""The routes outside /v1, which anybody may ask: how the service is, what its problems mean, what it says of itself."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields

from api.describing.routes import Told
from api.http.headers import sent
from api.http.openapi import Api
from api.http.problems import TYPE
from api.v1.documents.describing import codes, one_of, part, several, text, whole
from api.v1.schemas import says

TAG: Final = {"name": "service", "description": "The service itself: open to all, without a token."}


class Health(Schema):
    """A process that answers."""

    status = one_of(["ok"], "It answers.")


class Stop(Schema):
    """Where a projection stopped for good: before an entry that needs somebody."""

    projection = text("Its name.")
    position = whole("Place of that entry in the ledger; null where it cannot be read.", allow_none=True)
    event = text("Stable name of the kind of fact; null where it cannot be read.", allow_none=True)


class Unsigned(Schema):
    """Where the ledger is not what was signed: after the first position, up to the second; null for other reasons."""

    after = whole("The last position that is certain.", allow_none=True)
    up_to = whole("The position up to which it is not.", allow_none=True)


class Readiness(Schema):
    """Whether readers and teams can work. Of a service that is `down` nothing more than the first two is known."""

    status = fields.String(
        required=True,
        metadata=says(
            "`degraded`: all is answered, and somebody is needed. `frozen` and `down` come with 503.",
            enum=["ready", "degraded", "frozen", "down"],
        ),
    )
    reasons = codes(
        "What somebody is needed for: `no-follower`, `behind`, `redis-away`, `accesses-lost`, "
        "`postgresql-away`, "
        "`checkpoint-inconsistent`, `checkpoint-key-missing`, `checkpoint-key-unknown`."
    )
    position = fields.Integer(metadata=says("The last position of the ledger."))
    lag = fields.Integer(metadata=says("Positions that the slowest projection is behind the ledger."))
    projections = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata=says("Positions that each projection is behind the ledger, by its name."),
    )
    unsigned = fields.Nested(Unsigned, metadata=says("Where nothing can be signed."))
    accesses_lost = fields.Integer(
        metadata=says("Lines of the access log that the process which answers has lost since it began.")
    )
    frozen = fields.List(fields.Nested(Stop), metadata=says("The projections that stopped for good."))


class Subject(Schema):
    """What some problems have in common."""

    fr = text("In French.")
    en = text("In English.")


class KnownProblem(Schema):
    """A problem of the catalogue."""

    type = text("Its stable address, below that of this service.")
    code = text("Its stable name, for programs.")
    status = whole("The HTTP status of answers that tell of it.")
    title = text("The kind of problem, in French.")
    subject = part(Subject, "What it is about.")
    sentence = text("What such an answer says; `{name}` stands for one of its values.", allow_none=True)
    values = codes("The names of the values that explain it.")
    fr = text("What it means, in French.")
    fr_todo = text("What to do, in French.")
    en = text("What it means, in English.")
    en_todo = text("What to do, in English.")


class KnownProblems(Schema):
    items = several(KnownProblem, "Problems, by subject.")
    next = text("Always null: they are all here.", allow_none=True)


def schemas(api: Api) -> None:
    """What these routes answer, among the other schemas of the description."""
    for each in (Health, Readiness, KnownProblems):
        if each.__name__ not in api.spec.components.schemas:
            api.spec.components.schema(each.__name__, schema=each)


def add(spec: Told) -> None:
    """Tell of these routes."""
    spec["tags"].append(TAG)
    spec["paths"] |= {
        "/healthz": asked("healthz", "This process answers.", {"200": well(json_of("Health"))}),
        "/readyz": asked("readyz", "Whether readers and teams can work.", READY),
        "/problems": asked("problems_known", "Every problem, by subject.", {"200": page_or_json("KnownProblems")}),
        "/problems/{code}": asked(
            "problem_known",
            "One problem: what it means, and what to do.",
            {"200": page_or_json("KnownProblem")} | ABSENT,
        )
        | {"parameters": [CODE]},
        "/openapi.json": asked("openapi", "This description.", ITSELF),
        "/docs": asked("docs", "This description, as a page where every route can be tried.", {"200": well(PAGE)}),
    }


def asked(name: str, summary: str, responses: Told) -> Told:
    """A route, as OpenAPI tells of it."""
    return {"get": {"operationId": name, "summary": summary, "tags": [TAG["name"]], "responses": responses}}


def well(content: Told, *headers: str) -> Told:
    """An answer when all is well."""
    return {"description": "What was asked for.", "headers": sent(*headers), "content": content}


def json_of(schema: str) -> Told:
    """A JSON answer of a schema."""
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def page_or_json(schema: str) -> Told:
    """A page, or the same as JSON for those who prefer it."""
    return well(json_of(schema) | PAGE)


PAGE: Final[Told] = {"text/html": {"schema": {"type": "string", "description": "A page."}}}
READY: Final[Told] = {
    "200": well(json_of("Readiness")),
    "503": {"description": "They cannot.", "headers": sent("Retry-After"), "content": json_of("Readiness")},
}
ITSELF: Final[Told] = {
    "200": well({"application/json": {"schema": {"type": "object", "description": "OpenAPI 3.1."}}}, "ETag"),
    "304": {"description": "The copy is still good.", "headers": sent("ETag")},
}
ABSENT: Final[dict[str, Any]] = {
    "404": {
        "description": "Not Found: `not-found`.",
        "headers": sent(),
        "content": {
            TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {"not-found": {"$ref": "#/components/examples/not-found"}},
            }
        }
        | PAGE,
    }
}
CODE: Final[Told] = {
    "in": "path",
    "name": "code",
    "required": True,
    "description": "Code of the problem.",
    "schema": {"type": "string"},
    "example": "not-funded",
}
