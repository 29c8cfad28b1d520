"""The closed lists of the domain: each is told once, with what its codes mean, wherever a field takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from api.describing.routes import Route, Told
from domain import vocabulary

REFERENCE: Final = "#/components/schemas/"


def complete(schemas: dict[str, Told], told: list[Route]) -> None:
    """Name the lists, in the fields of bodies and documents and in parameters."""
    named = {codes: name for name, codes in lists()}
    used: set[str] = set()
    for schema in list(schemas.values()):
        for field, property in schema.get("properties", {}).items():
            schema["properties"][field] = naming(property, named, used)
    for route in told:
        for parameter in route.parameters:
            parameter["schema"] = naming(parameter["schema"], named, used)
    for name, codes in lists():
        if name in used:
            schemas[name] = {"type": "string", "enum": list(codes), "description": meanings(codes)}


def lists() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of the lists, with their codes in order."""
    for name, each in vars(vocabulary).items():
        codes = get_args(each)
        if codes and all(isinstance(code, str) for code in codes):
            yield name, codes


def meanings(codes: tuple[str, ...]) -> str:
    """What the codes mean, in French."""
    (labels,) = [each for each in vars(vocabulary).values() if isinstance(each, dict) and tuple(each) == codes]
    return "\n".join(f"- `{code}`: {label}" for code, label in labels.items())


def naming(schema: Told, named: dict[tuple[str, ...], str], used: set[str]) -> Told:
    """The same field, by the name of its list."""
    if "items" in schema:
        return schema | {"items": naming(schema["items"], named, used)}
    codes: list[Any] = schema.get("enum", [])
    name = named.get(tuple(code for code in codes if code is not None))
    if name is None:
        return schema
    used.add(name)
    link = {"$ref": f"{REFERENCE}{name}"}
    rest = {key: value for key, value in schema.items() if key not in ("type", "enum")}
    return rest | ({"anyOf": [link, {"type": "null"}]} if None in codes else link)
