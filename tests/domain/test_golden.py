"""What was ever stored can be read for ever: entries of every topic, kept as the bytes that were written.

A new fact, or a new field, gets its example by `.venv/bin/python -m tests.domain.write_golden`, once a story of
`golden_stories.py` tells it. An example that fails here is not to be changed: it stands for history, and the code has
to go on reading it.
"""

import json
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from domain import events
from domain.dates import PartialDate
from domain.event import Event
from domain.ledger.mapper import PlainMapper, class_version
from domain.shape import as_stored, field_types
from tests.domain.write_golden import GOLDEN, golden, said

MAPPER = PlainMapper()
# Inherited, and said by no command: nothing is found for an agreement.
NEVER_SAID = {"agreement.entry_voided": {"found_again"}}
KINDS = {getattr(events, name).TOPIC: getattr(events, name) for name in events.__all__}
ENTRIES = [
    pytest.param(path.stem, entry, id=f"{path.stem}-{place}")
    for path in sorted(GOLDEN.glob("*.json"))
    for place, entry in enumerate(golden(path.stem))
]


def stored(topic: str, entry: dict[str, Any]) -> StoredEvent:
    return StoredEvent(UUID(entry["id"]), entry["version"], topic, entry["stored"].encode())


def written_as(event: Event) -> int:
    """The version of the class that an entry is written by today."""
    return class_version(type(event))


def test_every_fact_has_a_golden_file():
    lacking = KINDS.keys() - {path.stem for path in GOLDEN.glob("*.json")}
    if lacking:
        pytest.fail(f"{sorted(lacking)}: run .venv/bin/python -m tests.domain.write_golden", pytrace=False)


def test_no_golden_file_is_of_a_fact_that_is_gone():
    assert {path.stem for path in GOLDEN.glob("*.json")} <= KINDS.keys()


@pytest.mark.parametrize(("topic", "entry"), ENTRIES)
def test_what_was_stored_is_read_as_what_was_said(topic, entry):
    event = MAPPER.to_domain_event(stored(topic, entry))
    assert (type(event), str(event.originator_id), event.version) == (KINDS[topic], entry["id"], entry["version"])
    if json.loads(entry["stored"]).get("class_version", 1) == written_as(event):
        assert {name: as_stored(getattr(event, name)) for name in entry["says"]} == entry["says"]
    assert isinstance(event.on, PartialDate)


@pytest.mark.parametrize(("topic", "entry"), ENTRIES)
def test_what_was_read_is_stored_as_the_same_bytes(topic, entry):
    event = MAPPER.to_domain_event(stored(topic, entry))
    again = MAPPER.to_stored_event(event)
    if json.loads(entry["stored"]).get("class_version", 1) == written_as(event):
        assert again == stored(topic, entry)
    assert MAPPER.to_domain_event(again) == event


@pytest.mark.parametrize("topic", KINDS)
def test_every_field_of_a_fact_is_said_in_its_golden_file(topic):
    unsaid = (
        field_types(KINDS[topic]).keys()
        - field_types(Event).keys()
        - said(golden(topic))
        - NEVER_SAID.get(topic, set())
    )
    if unsaid:
        pytest.fail(f"{sorted(unsaid)}: run .venv/bin/python -m tests.domain.write_golden", pytrace=False)
