"""Every fact that the record can hold, as a document for who reads or imports it: `docs/events.md`.

Written from the classes alone. To write it again: `.venv/bin/python -m domain.describing > docs/events.md`.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import groupby
from types import ModuleType
from typing import get_args

import msgspec

from domain import errors, events, vocabulary
from domain.describing.rules import admission, refusals
from domain.describing.tables import STRUCTS, Said, rows, table, written
from domain.errors import Refusal
from domain.event import Event
from domain.operation import Operation
from domain.shape import HEAD

# The order of a life: the files of `domain/events/`.
SUBJECTS = (
    *("planning", "frame", "funding", "lines", "payments", "works", "milestones", "people"),
    *("agreements", "amendments", "partners", "access", "statements", "correcting"),
)
AGGREGATES = {
    "operation": "Operations",
    "agreement": "Agreements",
    "partner": "Partners",
    "account": "Accounts",
    "token": "Tokens",
    "statement": "Statements",
}
COMMON = ("timestamp", "on", "by", "reason", "documents", "waived")
HEADER = """# Facts

Written from the classes of `domain/events/` by `.venv/bin/python -m domain.describing > docs/events.md`; a test keeps
it true. A fact is stored under its topic, as plain JSON, and never edited; a field equal to its default is left out.
"""
RULES = """Its rules are asked when it is recorded, and the first that it breaks refuses it with its code, see
[Refusals](#refusals). Corrections and voidings are refused, besides, for the rules that the amended history would
break."""
IMPORTS = """`{name}` stands for one of the values that explain it. Imported archives are not held to the rules marked
waived: their codes are kept in the entry."""


def events_document() -> str:
    """The whole document, in Markdown."""
    kinds = [getattr(events, name) for name in events.__all__]
    parts = [HEADER, *_common(), *_aggregates(kinds), *_structs(), *_codes(), *_refusals()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _common() -> Iterator[str]:
    yield "## What every fact carries"
    known = {each.name: each for each in fields(Event)}
    yield table(Event, [known[name] for name in COMMON])
    always = _listed(refusals(Event, start="check_entry"))
    alive = _listed(admission(Operation))
    yield RULES
    yield f"- Any fact: {always}\n- Any fact about an operation, corrections and voidings apart: {alive}"


def _aggregates(kinds: Iterable[type[Event]]) -> Iterator[str]:
    """One chapter per aggregate, in it one section per file of `domain/events/`."""
    ordered = sorted(kinds, key=_place)
    for aggregate, of_aggregate in groupby(ordered, _aggregate):
        yield f"## {AGGREGATES[aggregate]}"
        for module, of_subject in groupby(of_aggregate, lambda kind: kind.__module__):
            yield f"### {_first_line(sys.modules[module])}"
            for kind in of_subject:
                yield from _event(kind)


def _event(kind: type[Event]) -> Iterator[str]:
    said = Said(kind)
    yield f"#### `{kind.TOPIC}`: {kind.label}"
    yield f"{said.sentence} {said.notes}".strip()
    own = [each for each in fields(kind) if each.name not in HEAD and each.name not in COMMON]
    if own:
        yield table(kind, own)
    points = {
        "Reason": "needed" if kind.needs_reason else "",
        "Not correctable": ", ".join(f"`{name}`" for name in sorted(kind.fixed)),
        "Refusals": _listed(refusals(kind)),
        "Source": said.source,
    }
    if any(points.values()):
        yield "\n".join(f"- {name}: {text}" for name, text in points.items() if text)


def _structs() -> Iterator[str]:
    yield "## What facts are made of"
    for name, struct in STRUCTS.items():
        said = Said(struct)
        yield f"### {name}"
        yield f"{said.sentence} {said.notes}".strip()
        described = zip(msgspec.structs.fields(struct), inspect.get_annotations(struct).values(), strict=True)
        yield rows(
            (each.name, written(type_), "" if each.required else "none", said.fields.get(each.name, ""))
            for each, type_ in described
        )


def _codes() -> Iterator[str]:
    yield "## Closed lists"
    used = [name for name in vars(vocabulary) if re.search(rf"\b{name}\b", _annotations())]
    labels = {tuple(each): each for each in vars(vocabulary).values() if isinstance(each, dict)}
    for name in used:
        codes = get_args(getattr(vocabulary, name))
        yield f"### {name}"
        yield "\n".join(["| Code | Label |", "|---|---|", *(f"| `{code}` | {labels[codes][code]} |" for code in codes)])


def _annotations() -> str:
    """All types that facts and their parts are made of, as they are written."""
    kinds = [getattr(events, name) for name in events.__all__]
    facts = [str(each.type) for kind in kinds for each in fields(kind)]
    parts = [written(each) for struct in STRUCTS.values() for each in inspect.get_annotations(struct).values()]
    return " ".join(facts + parts)


def families() -> dict[str, tuple[str, int]]:
    """Meaning and HTTP status of each family of refusals, as the tree in `domain/errors` draws them."""
    drawn = re.findall(r"── (\w+) +(\S.*?) +(\d{3})$", errors.__doc__ or "", re.MULTILINE)
    return {name: (meaning, int(status)) for name, meaning, status in drawn}


def _refusals() -> Iterator[str]:
    yield "## Refusals"
    yield IMPORTS
    for name, (meaning, status) in families().items():
        family = getattr(errors, name)
        kinds = sorted(_leaves(family), key=lambda kind: kind.code)
        yield f"### {status}: {meaning}"
        lines = [f"| `{each.code}` | {each.sentence} | {'' if each.structural else 'waived'} |" for each in kinds]
        yield "\n".join(["| Code | Sentence | Archives |", "|---|---|---|", *lines])


def _leaves(family: type[Refusal]) -> Iterator[type[Refusal]]:
    below = [each for each in family.__subclasses__() if each.__module__.startswith("domain.")]
    return (leaf for each in below for leaf in _leaves(each)) if below else iter([family])


def _listed(kinds: Iterable[type[Refusal]]) -> str:
    return ", ".join(f"`{kind.code}`" for kind in kinds)


def _aggregate(kind: type[Event]) -> str:
    return kind.TOPIC.partition(".")[0]


def _place(kind: type[Event]) -> tuple[int, int, int]:
    """Where a fact stands: by aggregate, by subject, then in the order of its file."""
    subject = kind.__module__.rpartition(".")[2]
    line = inspect.getsourcelines(kind)[1]
    return list(AGGREGATES).index(_aggregate(kind)), SUBJECTS.index(subject), line


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").split("\n")[0].rstrip(".")
