"""The fields of bodies and documents: each with its unit and an example, every schema with a sentence."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from api.describing.routes import Route, Told
from api.describing.story import BODIES
from api.describing.values import ADDRESSES, ASKED, VALUES
from api.http.openapi import Api

PREFIX: Final = "#/components/schemas/"

UNITS: Final = {
    "_cents": "Euro cents.",
    "_days": "Days.",
    "share_of_committed": "From 0 to 1.",
    "share_of_population": "From 0 to 1.",
    "gap": "From -1 to 1.",
    "ratio": "Euros of all for one euro of its own.",
    "inhabitants": "People.",
    "weight": "Ten-thousandths.",
}
"""By the end of a field's name."""

KINDS: Final[dict[type[Any], str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}

NEVER: Final = object()
"""There is no example."""


def complete(spec: Told, api: Api, told: Iterable[Route]) -> None:
    """Every schema says what it is, every field its unit and an example."""
    schemas: dict[str, Told] = spec["components"]["schemas"]
    bodies = examples_of_bodies(told)
    for name, sentence in sentences(schemas, api, told):
        schemas[name].setdefault("description", sentence)
    for name, schema in schemas.items():
        for field, property in schema.get("properties", {}).items():
            with_unit(field, property)
            if (example := value(name, field, property, bodies)) is not NEVER:
                property["examples"] = [example]


def parameters(route: Route) -> None:
    """Every parameter has an example."""
    for each in route.parameters:
        if each["in"] != "header":
            each["example"] = address(route, each) if each["in"] == "path" else asked(route, each)


def address(route: Route, parameter: Told) -> Any:
    """The example of a variable part of an address."""
    before = route.path.partition(f"{{{parameter['name']}}}")[0]
    return ADDRESSES[f"{before}{{{parameter['name']}}}"]


def asked(route: Route, parameter: Told) -> Any:
    """The example of what a reader may ask."""
    name, schema = parameter["name"], parameter["schema"]
    return ASKED.get(f"{route.name}.{name}", ASKED.get(name, schema.get("enum", [None])[0]))


def example(name: str, schemas: Mapping[str, Told]) -> Any:
    """A whole document of a schema, from the examples of its fields."""
    if "enum" in schemas[name]:
        return schemas[name]["enum"][0]
    return {field: shown(property, schemas) for field, property in schemas[name].get("properties", {}).items()}


def shown(property: Told, schemas: Mapping[str, Told]) -> Any:
    """The example of a field: its own, or that of the parts that it is made of."""
    if "examples" in property:
        return property["examples"][0]
    if part := part_of(property):
        return example(part, schemas)
    if property.get("type") == "array":
        return [shown(property["items"], schemas)]
    return None


def value(schema: str, field: str, property: Told, bodies: Mapping[str, Told]) -> Any:
    """The example of a field that is no part of its own; NEVER where there is none."""
    if part_of(property) or part_of(property.get("items", {})) or "oneOf" in property.get("items", {}):
        return NEVER
    told = f"{schema}.{field}"
    if told in VALUES:
        return VALUES[told]
    if field in bodies.get(schema, {}):
        return bodies[schema][field]
    enum = property.get("enum") or property.get("items", {}).get("enum")
    if field in VALUES and fits(VALUES[field], property):
        return VALUES[field]
    if enum:
        return [enum[0]] if property.get("type") == "array" else enum[0]
    if property.get("type") == "boolean":
        return False
    return property["examples"][0] if "examples" in property else NEVER


def fits(example: Any, property: Told) -> bool:
    """Whether an example may stand here, as far as its kind goes: the same name can mean several things."""
    kinds = property.get("type", [])
    if KINDS[type(example)] not in ([kinds] if isinstance(kinds, str) else kinds):
        return False
    return "enum" not in property or example in property["enum"]


def part_of(property: Told) -> str | None:
    """The schema that a field is one of, null or not."""
    found = [property, *property.get("anyOf", ()), *property.get("allOf", ())]
    return next((each["$ref"].removeprefix(PREFIX) for each in found if "$ref" in each), None)


def with_unit(field: str, property: Told) -> None:
    """Say the unit, where the description does not yet."""
    words = property.get("description", "")
    for end, unit in UNITS.items():
        if field.endswith(end) and unit.rstrip(".").lower() not in words.lower():
            property["description"] = f"{words} {unit}".strip()


def examples_of_bodies(told: Iterable[Route]) -> dict[str, Told]:
    """The fields of the examples of bodies, by schema; those of a part of a body are not among them."""
    found: dict[str, Told] = {}
    for route in told:
        if route.records:
            found.setdefault(body_of(route), {}).update(BODIES.get(route.name, {}))
    return found


def body_of(route: Route) -> str:
    """The schema of the body that a command takes."""
    content: Told = route.told["requestBody"]["content"]["application/json"]["schema"]
    return str(content["$ref"]).removeprefix(PREFIX)


def sentences(schemas: Mapping[str, Told], api: Api, told: Iterable[Route]) -> Iterator[tuple[str, str]]:
    """What each schema is: as its class says; else as its command does, or the first field that it is a part of."""
    for (cls, *_), name in api.ma_plugin.converter.refs.items():
        if words := vars(cls).get("__doc__"):
            yield name, inspect.cleandoc(words)
    for route in told:
        if route.records:
            yield body_of(route), f"The body of `{route.name}`: {lowered(route.told['summary'])}"
        elif part := part_of(route.success.get("content", {}).get("application/json", {}).get("schema", {})):
            yield part, f"The answer of `{route.name}`: {lowered(route.told['summary'])}"
    for schema in schemas.values():
        for property in schema.get("properties", {}).values():
            if (part := part_of(property) or part_of(property.get("items", {}))) and "description" in property:
                yield part, property["description"]


def lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
