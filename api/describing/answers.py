"""What a route answers: when all is well, and by which problems otherwise, each with an example."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from string import Formatter
from typing import Any, Final

from api.describing.fields import shown
from api.describing.refusals import Kind, problems
from api.describing.routes import Route, Told
from api.describing.said import FIELDS, SAID
from api.http.access import NO_TOKEN
from api.http.headers import sent
from api.http.problems import HTTP, SOON, STORE_AWAY, TYPE
from api.problems import catalogue
from domain.dates import PartialDate
from domain.errors import Invalid, Refusal
from domain.shape import plain

REQUEST: Final = "4f8a2c1e9b7d4c0f8e6a5b3d2c1f0a9e"

DETAILS: Final = {
    "malformed-json": "Le corps de la demande n'est pas du JSON lisible (JSONDecodeError).",
    "bad-request": HTTP[400][1],
    "unauthenticated": NO_TOKEN,
    "forbidden": "Le rôle « Partenaire » ne permet pas cette action.",
    "not-found": HTTP[404][1],
    "not-acceptable": "Cette adresse ne répond qu'en JSON.",
    "too-large": HTTP[413][1],
    "unsupported-media-type": "Le corps de la demande doit être annoncé par Content-Type: application/json.",
    "validation": "Ce qui manque ou ne convient pas : on.",
    "rate-limited": "Trop de demandes en une minute avec ce jeton, ou depuis cette adresse.",
    "position-not-reached": "Les tables de lecture n'ont pas encore atteint la position 41.",
    "too-many-exports": "Trop d'exports sont en cours : recommencez dans quelques secondes.",
    "store-unavailable": STORE_AWAY,
    "not-in-force-yet": "C'est enregistré, mais pas encore en vigueur. Recommencez avec la même clé d'idempotence.",
}
"""What is wrong, where the domain does not say it."""

ERRORS: Final = {"validation": {"on": ["Ce champ est obligatoire."]}}

WELL: Final = {
    "200": "What was asked for.",
    "201": "Recorded, now or when the same key came first.",
    "304": "The copy is still good.",
}
MOST_SHARED: Final = 2
"""Problems of an answer that several routes share under one name; longer lists stand with their route."""


def complete(route: Route, components: Told) -> None:
    """Describe all that a route answers; of an open one, its answers are told where it is."""
    told: Told = route.told["responses"]
    for response in told.values():
        for content in response.get("content", {}).values():
            if (
                "examples" not in content
                and (told_by_parts := shown(content["schema"], components["schemas"])) is not None
            ):
                content["example"] = told_by_parts
    if not route.open:
        kept = {status: told[status] | {"description": words} for status, words in WELL.items() if status in told}
        if "304" in kept:
            kept["304"]["headers"] = sent("ETag", "Jalon-Position")
        failing = {str(status): failure(status, kinds, components) for status, kinds in problems(route).items()}
        route.told["responses"] = kept | failing


def failure(status: int, kinds: Sequence[Kind], components: Told) -> Told:
    """An answer that tells of a problem, under a name of its own where it tells of few."""
    codes = [kind.code for kind in kinds]
    for kind in kinds:
        known = catalogue.entries()[kind.code]
        told = {"summary": known.title, "description": known.en, "value": problem(status, kind)}
        components.setdefault("examples", {})[kind.code] = told
    response = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "headers": sent(*own_headers(status, kinds)),
        "content": {
            TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }
    if len(codes) > MOST_SHARED:
        return response
    name = "-or-".join(codes)
    components.setdefault("responses", {})[name] = response
    return {"$ref": f"#/components/responses/{name}"}


def own_headers(status: int, kinds: Sequence[Kind]) -> list[str]:
    """The headers that come with a problem."""
    found = {401: ["WWW-Authenticate"], 412: ["ETag"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    return [*found, "Retry-After"] if any(kind in SOON for kind in kinds) else found


def problem(status: int, kind: Kind) -> Told:
    """The example of a problem."""
    told: Told = {"type": f"/problems/{kind.code}", "title": catalogue.title(kind.code), "status": status}
    if issubclass(kind, Refusal):
        said = instance(kind)
        told |= {"detail": str(said), "code": kind.code}
        told |= {"errors": {said.field: [str(said)]}} if isinstance(said, Invalid) else {}
        told |= {"values": plain(said.values)} if said.values else {}
    else:
        told |= {"detail": DETAILS[kind.code], "code": kind.code}
        told |= {"errors": ERRORS[kind.code]} if kind.code in ERRORS else {}
    return told | {"request_id": REQUEST}


def instance(refusal: type[Refusal]) -> Refusal:
    """A refusal as it could be given."""
    names = [name for _, name, _, _ in Formatter().parse(refusal.sentence) if name]
    values = {name: dated(SAID.get(f"{refusal.code}.{name}", SAID.get(name))) for name in names}
    return refusal(field=FIELDS[refusal.code], **values) if issubclass(refusal, Invalid) else refusal(**values)


def dated(value: Any) -> Any:
    """Dates as the domain knows them, so that they are spoken as it speaks."""
    whole = isinstance(value, str) and re.fullmatch(r"(19|20)\d\d-\d\d(-\d\d)?", value)
    return PartialDate.parse(value) if whole else value
