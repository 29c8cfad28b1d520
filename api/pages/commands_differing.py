"""What a correction says: of the facts that its form showed, those that came back otherwise.

They are held against the entry as it stood at the version that the sender has seen. So a form which is sent twice says
the same twice, though the first one has changed the entry.
"""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema

from api.pages import typed
from api.pages.forms import Named, Typed
from api.services import services
from domain.event import Event
from domain.events.correcting import Correction, standing
from domain.events.milestones import StepEvent
from domain.offering import correctable
from domain.shape import as_stored


def stated(entry: Event) -> dict[str, Any]:
    """The facts of an entry that can be corrected, as plain JSON, under the names that the API has for them."""
    return {
        "label" if name == "title" and isinstance(entry, StepEvent) else name: as_stored(getattr(entry, name))
        for name in correctable(entry)
    }


def differing(schema: Schema, form: Typed, named: Named, seen: str | None) -> dict[str, Any]:
    """The body of a correction: of the facts that the form shows, those that are not as they stood when it was made."""
    body = typed.body(schema, form)
    found = services().ledger.operation(named["reference"])
    # A version that no record can have is refused later on.
    entries = found.entries[: int(seen)] if seen and seen.isdecimal() and len(seen) < 10 else found.entries
    if not any(each.version == named["version"] and not isinstance(each, Correction) for each in entries):
        return body
    had = stated(standing(entries, named["version"]))
    said = body.pop("changes", {})
    shown = {name for name in had if any(is_of(each, f"changes.{name}") for each in form)}
    changed = {name: in_their_order(said.get(name, blank(had[name])), had[name]) for name in had if name in shown}
    # What the entry does not have is passed on, so that it is refused by name.
    kept = {name: value for name, value in said.items() if name not in had}
    return body | {"changes": kept | {name: value for name, value in changed.items() if not same(value, had[name])}}


def is_of(name: str, field: str) -> bool:
    """Whether an input belongs to a field."""
    return name == field or name.startswith(f"{field}.")


def blank(had: Any) -> Any:
    """What a field says that was left blank."""
    return [] if isinstance(had, list) else None


def in_their_order(said: Any, had: Any) -> Any:
    """What is chosen from a list keeps the order that it had; what is new comes after."""
    if not isinstance(said, list) or not isinstance(had, list) or not all(isinstance(each, str) for each in said + had):
        return said
    return [each for each in had if each in said] + [each for each in said if each not in had]


def same(said: Any, had: Any) -> bool:
    """Whether something was typed as it stood: lines end as browsers end them, spaces at the ends do not count."""
    if isinstance(said, str) and isinstance(had, str):
        return "\n".join(said.split("\r\n")).strip() == had.strip()
    return bool(said == had) or (said in NOTHING and had in NOTHING)


NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})
