"""The fields of a fact as a table: type, unit, what leaving them out means, and what the class says of them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from dataclasses import MISSING, Field
from typing import Any, get_args, get_origin

import msgspec

from domain import money, outputs, territory, vocabulary
from domain.event import Author, Document, Event

UNITS = {
    "amount_cents": "euro cents",
    "cost_cents": "euro cents",
    "final_cost_cents": "euro cents",
    "total_cents": "euro cents",
    "days": "days",
    "households_to_rehouse": "households",
    "households_rehoused": "households",
    "inhabitants": "inhabitants",
    "weights": "ten-thousandths",
    "number": "number, from 1",
    "position": "position",
    "target": "version of an entry",
    "vintage": "year",
    "year": "year",
    "demolished": "dwellings",
    "built": "dwellings",
    "rehabilitated": "dwellings",
    "residentialised": "dwellings",
    "facilities": "facilities",
}
# What a field means wherever its class says no more of it.
MEANINGS = {
    "timestamp": "when it was recorded.",
    "by": "who recorded it.",
    "reason": "why.",
    "documents": "evidence.",
    "reference": "its name for ever.",
    "agreement": "reference of an agreement.",
    "part_of": "reference of the operation that contains it.",
    "programme": "code of a programme.",
    "owner": "partner code.",
    "partner": "partner code.",
    "line": "name of a line, `L1`.",
    "code": "of the milestone, unique within the operation.",
    "insee": "code of the commune.",
}
WORDS = {
    "str": "text",
    "int": "whole number",
    "bool": "true or false",
    "date": "day",
    "datetime": "instant (UTC)",
    "PartialDate": "day, month or year",
    "dict[str, Any]": "object",
    "UUID": "UUID",
}
STRUCTS: dict[str, type[msgspec.Struct]] = {
    each.__name__: each
    for each in (Author, Document, money.Instalment, money.PlannedShare, outputs.Outputs, territory.Population)
}


class Said:
    """What the docstring of a class says: one sentence, notes, its fields by name, its source."""

    def __init__(self, kind: type[Any]) -> None:
        self.fields = dict(MEANINGS)
        for each in reversed(kind.__mro__):
            if issubclass(each, Event | msgspec.Struct) and each.__dict__.get("__doc__"):
                self.read(each)

    def read(self, kind: type[Any]) -> None:
        text, _, source = " ".join(inspect.cleandoc(kind.__doc__ or "").split()).partition("Source: ")
        self.source = source.strip()
        self.sentence, *rest = _sentences(text)
        notes = []
        for sentence in rest:
            names, colon, meaning = sentence.partition(": ")
            if colon and all(name in kind.__annotations__ for name in names.split(", ")):
                self.fields |= dict.fromkeys(names.split(", "), meaning)
            else:
                notes.append(sentence)
        self.notes = " ".join(notes)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.) +(?=[A-Z]|[a-z_0-9, ]+: )", text.strip())


def table(kind: type[Any], described: Iterable[Field[Any]]) -> str:
    """Fields of a fact."""
    said = Said(kind).fields
    return rows((each.name, str(each.type), _default(each), said.get(each.name, "")) for each in described)


def rows(described: Iterable[tuple[str, str, str, str]]) -> str:
    """Name, type as written, default and meaning of each field, as a table."""
    lines = ["| Field | Type | Unit | Left out | Meaning |", "|---|---|---|---|---|"]
    for name, type_, default, meaning in described:
        lines.append(f"| `{name}` | {_type(type_)} | {UNITS.get(name, '')} | {default} | {meaning} |")
    return "\n".join(lines)


def _default(described: Field[Any]) -> str:
    """What it means to leave a field out; nothing where it may not be."""
    if described.default is MISSING and described.default_factory is MISSING:
        return ""
    default = described.default_factory() if described.default_factory is not MISSING else described.default
    if default is None or default in ((), {}):
        return "none"
    return "`false`" if default is False else f"`{default}`"


def _type(text: str) -> str:
    """A type as readers say it."""
    one = text.removesuffix(" | None")
    if listed := re.fullmatch(r"tuple\[(.+), \.\.\.\]", one):
        said = f"list of {_type(listed[1])}"
    elif one in STRUCTS or hasattr(vocabulary, one):
        said = f"[{one}](#{one.lower()})"
    else:
        said = WORDS[one]
    return said if one == text else f"{said}, or null"


def written(kind: Any) -> str:
    """An annotation as it stands in the source, where the module has kept the type itself."""
    if isinstance(kind, str):
        return kind
    if get_origin(kind) is not None or get_args(kind):
        return str(kind)
    return str(kind.__name__)
