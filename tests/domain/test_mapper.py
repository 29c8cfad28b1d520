"""Events as they are stored: JSON that anybody can read, refused when it could not be read again."""

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent

from domain import events
from domain.dates import PartialDate
from domain.event import Document, Event
from domain.ledger.mapper import PlainMapper
from domain.operation import Operation
from tests.story import AUTHORITY, COMMAND, LEA, NOW, entry, new_events, planned

MAPPER = PlainMapper()
CARPEAUX = Operation.identity(AUTHORITY, "ANZ-CARPEAUX")
BY = (
    b'"by":{"actor":"u-1","organisation":"cavm","role":"team","source":"api",'
    b'"command":"00000000-0000-4000-8000-000000000001","correlation":"00000000-0000-4000-8000-000000000001"}'
)


class SiteVisited(Event):
    """A fact of the tests alone; its first version named the visitor `who`."""

    TOPIC = "test.site_visited"
    label = "Visite"
    class_version: ClassVar[int] = 2

    visitor: str

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["visitor"] = state.pop("who")


def visited(visitor: str = "u-1") -> SiteVisited:
    return SiteVisited(
        originator_id=CARPEAUX,
        originator_version=2,
        timestamp=NOW,
        on=PartialDate.parse("2009"),
        by=LEA,
        visitor=visitor,
    )


def stored(event: Event) -> StoredEvent:
    return MAPPER.to_stored_event(event)


def first_event(**facts: object) -> Event:
    return new_events(planned(**facts))[0]


def with_state(event: Event, state: bytes) -> StoredEvent:
    return replace(stored(event), state=state)


def test_these_bytes_are_what_is_stored_for_ever():
    assert stored(first_event()) == StoredEvent(
        originator_id=UUID("ad8e0ab2-1971-5ca5-a27f-3c14a1187a0f"),
        originator_version=1,
        topic="operation.planned",
        state=b'{"timestamp":"2026-11-22T10:00:00Z","on":"2008-02",' + BY + b',"reference":"ANZ-CARPEAUX",'
        b'"title":"Anzin : Carpeaux","communes":["59014"],"theme":"social_housing"}',
    )


def test_an_event_comes_back_as_it_was():
    operation = planned(on=None, by=msgspec.structs.replace(LEA, source="import:x/1"))
    proof = Document(title="Délibération", ref="2009-12", sha256="a" * 64)
    operation.commit(
        partner="anru", instrument="grant", amount_cents=1, **entry("2009-03-31") | {"documents": (proof,)}
    )
    for event in new_events(operation):
        again = MAPPER.to_domain_event(stored(event))
        assert again == event
        assert vars(again) == vars(event)


def test_what_a_person_writes_needs_no_ascii():
    assert (
        "Délibération n° 12 — « œuvre »".encode() in stored(first_event(title="Délibération n° 12 — « œuvre »")).state
    )


@pytest.mark.parametrize(
    "wrong",
    [{"title": 12}, {"cost_cents": 1.5}, {"starts_on": 2008}, {"theme": "castles"}, {"communes": ("59014", 1)}],
)
def test_a_value_of_the_wrong_type_is_refused_before_it_is_stored(wrong):
    with pytest.raises((msgspec.ValidationError, TypeError)):
        stored(replace(first_event(), **wrong))


def test_a_nul_that_no_text_column_could_hold_is_refused_before_it_is_stored():
    with pytest.raises(msgspec.ValidationError, match="NUL"):
        stored(replace(first_event(), title="Anzin\0"))
    with pytest.raises(msgspec.ValidationError, match="NUL"):
        stored(replace(first_event(), reason="Anzin\\\0"))


def test_a_backslash_that_a_person_wrote_is_not_a_nul():
    event = first_event(title="C:\\u0000")
    assert MAPPER.to_domain_event(stored(event)) == event


def test_a_key_that_this_code_does_not_know_is_refused_loudly():
    event = first_event()
    with pytest.raises(MapperDeserialisationError, match=rf"entry 1 of {CARPEAUX} \(operation.planned\).*`colour`"):
        MAPPER.to_domain_event(
            with_state(event, stored(event).state.replace(b'{"timestamp"', b'{"colour":1,"timestamp"'))
        )


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"\xff", b'{"timestamp":"yesterday"}'])
def test_bytes_that_are_no_such_event_are_refused_loudly(state):
    with pytest.raises(MapperDeserialisationError, match=r"operation\.planned"):
        MAPPER.to_domain_event(with_state(first_event(), state))


def test_a_fact_whose_class_is_gone_is_refused_loudly():
    with pytest.raises(MapperDeserialisationError, match=r"operation\.gone"):
        MAPPER.to_domain_event(replace(stored(first_event()), topic="operation.gone"))


def test_the_version_of_a_class_is_stored_from_the_second_on():
    assert stored(visited()).state.startswith(b'{"class_version":2,"timestamp"')
    assert b"class_version" not in stored(first_event()).state


def test_an_event_of_an_earlier_version_is_brought_up_to_date():
    earlier = b'{"timestamp":"2026-11-22T10:00:00Z","on":"2009",' + BY + b',"who":"u-1"}'
    assert MAPPER.to_domain_event(with_state(visited(), earlier)) == visited()
    assert MAPPER.to_domain_event(stored(visited())) == visited()


def test_a_brought_up_event_is_held_to_its_types_too():
    earlier = b'{"timestamp":"2026-11-22T10:00:00Z","on":"2009",' + BY + b',"who":17}'
    with pytest.raises(MapperDeserialisationError, match="visitor"):
        MAPPER.to_domain_event(with_state(visited(), earlier))


def test_an_event_of_a_later_version_is_not_guessed_at():
    later = stored(visited()).state.replace(b'"class_version":2', b'"class_version":3')
    with pytest.raises(MapperDeserialisationError, match="version 3, this code knows 2"):
        MAPPER.to_domain_event(with_state(visited(), later))


def test_every_fact_of_the_house_has_a_topic_of_its_own():
    topics = [getattr(events, name).TOPIC for name in events.__all__]
    assert len(set(topics)) == len(topics)


def test_the_command_stays_in_the_event_for_ever():
    assert str(COMMAND).encode() in stored(first_event()).state
