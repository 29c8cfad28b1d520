"""Writes golden files: `.venv/bin/python -m tests.domain.write_golden`. It adds what none says yet, and no more."""

import json
from pathlib import Path
from typing import Any

from domain.event import Event
from domain.ledger.mapper import PlainMapper
from domain.shape import as_stored, field_types
from tests.domain.golden_stories import stories

GOLDEN = Path(__file__).parent / "golden"


def written(event: Event) -> dict[str, Any]:
    """An event as its golden file has it: as stored, and all that it says, what is left out included."""
    stored = PlainMapper().to_stored_event(event)
    said = {name: as_stored(getattr(event, name)) for name in field_types(type(event))}
    return {"id": str(event.originator_id), "version": event.version, "stored": stored.state.decode(), "says": said}


def golden(topic: str) -> list[dict[str, Any]]:
    """The entries that are kept of a topic."""
    path = GOLDEN / f"{topic}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def said(entries: list[dict[str, Any]]) -> set[str]:
    """The names that some stored form holds."""
    return {name for entry in entries for name in json.loads(entry["stored"])}


def added(topic: str, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The kept entries, with those that say something new; the shortest too, beside a first one."""
    kept = golden(topic)
    first_time = not kept
    told = sorted(told, key=lambda each: len(each["stored"]), reverse=True)
    for each in told:
        if not said([each]) <= said(kept):
            kept.append(each)
    return [*kept, told[-1]] if first_time and told[-1] not in kept else kept


def write() -> None:
    """Write what is new."""
    told: dict[str, list[dict[str, Any]]] = {}
    for event in stories():
        told.setdefault(event.TOPIC, []).append(written(event))
    GOLDEN.mkdir(exist_ok=True)
    for topic, entries in told.items():
        text = json.dumps(added(topic, entries), ensure_ascii=False, indent=2)
        (GOLDEN / f"{topic}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
