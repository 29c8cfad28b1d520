"""Events as plain JSON, typed from the annotations of their class, brought up to date by `class_version`."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, StoredEvent
from eventsourcing.utils import resolve_topic

from domain.event import Event
from domain.shape import HEAD, decoder, encode, read_value, shape

_raw = msgspec.json.Decoder().decode

# The character NUL in JSON, not a backslash that a person wrote before "u0000".
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def class_version(cls: type) -> int:
    """The current version of an event class's stored form, from 1."""
    return getattr(cls, "class_version", 1)


@cache
def _written_by(topic: str) -> type[Event]:
    return cast("type[Event]", resolve_topic(topic))


class PlainMapper(Mapper[UUID]):
    """Turns events into the bytes that are stored, and back.

    The bytes are JSON that anybody can read: `convert_from(state, 'utf8')::jsonb`. No cipher, no compressor.
    """

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The stored form. Raises msgspec.ValidationError for a value that could never be read again."""
        cls = type(domain_event)
        state = encode(shape(cls)(**{name: value for name, value in vars(domain_event).items() if name not in HEAD}))
        decoder(cls)(state)  # Refused here and now rather than at the next reading: events check no types themselves.
        if b"\\u0000" in state and NUL.search(state):
            raise msgspec.ValidationError("PostgreSQL's text holds no NUL: no projection could ever take this in")
        if (version := class_version(cls)) > 1:
            state = b'{"class_version":%d,%b' % (version, state[1:])
        topic = cast("type[Event]", cls).TOPIC
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Event:
        """The event. Raises MapperDeserialisationError, which names topic, id and version."""
        stored = stored_event
        return self.read(cast("UUID", stored.originator_id), stored.originator_version, stored.topic, stored.state)

    def read(self, id: UUID, version: int, topic: str, state: bytes) -> Event:
        """The same, from the columns of a row."""
        try:
            return self._read(id, version, topic, state)
        except Exception as error:
            raise MapperDeserialisationError(f"entry {version} of {id} ({topic}) cannot be read: {error}") from error

    def _read(self, id: UUID, version: int, topic: str, state: bytes) -> Event:
        cls = _written_by(topic)
        current = class_version(cls)
        if current == 1:
            facts = decoder(cls)(state)
        else:
            raw: dict[str, Any] = _raw(state)
            written = raw.pop("class_version", 1)
            if written > current:
                raise ValueError(f"it was written as version {written}, this code knows {current}")
            for form in range(written, current):
                getattr(cls, f"upcast_v{form}_v{form + 1}")(raw)
            facts = read_value(raw, shape(cls))
        told = msgspec.structs.asdict(facts)
        told["originator_id"], told["originator_version"] = id, version
        event: Event = object.__new__(cls)
        object.__setattr__(event, "__dict__", told)
        return event
