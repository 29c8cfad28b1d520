"""Where an answer leads: what is posted to a list is found below it by its name, and so is what a list shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.describing.fields import part_of
from api.describing.routes import Route, Told

ON_A_LINE: Final = {"commit": ("request_payment", "pay", "repay")}
"""Commands that name in their body the line that another one opens."""

STATED: Final = {"make_statement": "$response.body#/reference", "statements": "$response.body#/items/0/code"}
"""Where the code of a statement stands, which every dated read takes."""


def add(told: Sequence[Route], schemas: Mapping[str, Told]) -> None:
    """Say of every answer which routes take what it gives."""
    by_name = {route.name: route for route in told}
    dated = [
        route for route in told if not route.named and any(each["name"] == "statement" for each in route.parameters)
    ]
    for route in told:
        fields = answered(route, schemas)
        links = dict(named_below(route, told, fields, schemas))
        links |= dict(after_a_command(route, told)) if route.records else dict(next_page(route, fields))
        for name in ON_A_LINE.get(route.name, ()):
            on_the_line = {"requestBody": {"line": "$response.body#/line"}}
            links[name] = to(by_name[name], {"reference": "$request.path.reference"}) | on_the_line
        if place := STATED.get(route.name):
            recorded = {"min_position": "$response.body#/position"} if route.records else {}
            links |= {other.name: to(other, {"statement": place} | recorded) for other in dated}
        if links:
            route.success["links"] = links


def named_below(
    route: Route, told: Sequence[Route], fields: Mapping[str, Told], schemas: Mapping[str, Told]
) -> Iterator[tuple[str, Told]]:
    """What can be asked about what was posted; of a list, about the first that it shows."""
    found = [(other, part) for other in told if (part := below(route.path, other.path))]
    # Who reads a list will read on; only where nothing more can be read does it lead to commands.
    reads = [(other, part) for other, part in found if not other.records]
    for other, part in found if route.records else reads or found:
        if place := whereabouts(route, part, fields, schemas):
            yield other.name, to(other, given(route, route.named) | {part: place})


def after_a_command(route: Route, told: Sequence[Route]) -> Iterator[tuple[str, Told]]:
    """The documents of the record that a command is about, once they speak of it; and how to put the entry right."""
    record = re.match(r"/v1/\w+/{(\w+)}", route.path)
    about = [other for other in told if record and other.path.startswith(record[0])]
    for other in about:
        if not other.records and set(other.named) <= set(route.named):
            yield other.name, to(other, given(route, other.named) | {"min_position": "$response.body#/position"})
        elif "version" in other.named and "version" not in route.named:
            yield other.name, to(other, given(route, other.named[:-1]) | {"version": "$response.body#/version"})


def next_page(route: Route, fields: Mapping[str, Told]) -> Iterator[tuple[str, Told]]:
    """What comes after a page, where there can be more than one."""
    turned = "after" if "more" in fields else "cursor"
    if "next" in fields and any(each["name"] == turned for each in route.parameters):
        yield "next_page", to(route, given(route, route.named) | {turned: "$response.body#/next"})


def given(route: Route, names: Sequence[str]) -> dict[str, str]:
    """The variable parts of an address as they were asked for."""
    return {name: f"$request.path.{name}" for name in names}


def below(path: str, other: str) -> str | None:
    """The variable part that stands right below a list in an address, where it is the only one there."""
    within = re.match(rf"{re.escape(path)}/{{(\w+)}}", other)
    return within[1] if within and other.count("{") == path.count("{") + 1 else None


def whereabouts(route: Route, part: str, fields: Mapping[str, Told], schemas: Mapping[str, Told]) -> str | None:
    """Where the name of what was posted, or of the first that is listed, stands in an answer."""
    if route.records:
        # A milestone is named by whoever logs it; all else by the answer.
        milestone = part == "code" and bool(route.named)
        return f"$request.body#/{part}" if milestone else f"$response.body#/{part if part in fields else 'reference'}"
    items = part_of(fields.get("items", {}).get("items", {}))
    return f"$response.body#/items/0/{part}" if items and part in schemas[items]["properties"] else None


def answered(route: Route, schemas: Mapping[str, Told]) -> Mapping[str, Told]:
    """The fields of an answer."""
    name = part_of(route.success.get("content", {}).get("application/json", {}).get("schema", {}))
    fields: Mapping[str, Told] = schemas[name]["properties"] if name else {}
    return fields


def to(other: Route, parameters: Mapping[str, str]) -> Told:
    """A link to a route."""
    return {"operationId": other.name, "parameters": dict(parameters)}
