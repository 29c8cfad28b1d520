"""What history freezes: every fact says who, when, why and from where, and its stored form never changes."""

import json
from dataclasses import MISSING, fields
from datetime import UTC, date
from itertools import chain
from pathlib import Path
from typing import Any, get_args, get_origin
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import events, vocabulary
from domain.dates import UNKNOWN, PartialDate
from domain.event import METADATA, Author, Document, Event
from domain.ledger.mapper import PlainMapper
from domain.money import Instalment, PlannedShare
from domain.outputs import Outputs
from domain.shape import HEAD, field_types
from domain.territory import Population

# Written by hand, since a stored fact is read for ever: a new event adds its topic here. `?`: may be left out, as every
# field that is added later must; any other change of a field asks for a new `class_version` and an upcast.
GOLDEN = json.loads((Path(__file__).parent / "golden_topics.json").read_text(encoding="utf-8"))
STRUCTS = (Author, Document, Instalment, Outputs, PlannedShare, Population)
MAPPER = PlainMapper()
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(PartialDate.of)


def kinds_of(cls):
    """Every event class that can be stored, under this one."""
    own = [cls] if "TOPIC" in cls.__dict__ else []
    return own + list(chain.from_iterable(map(kinds_of, cls.__subclasses__())))


KINDS = [kind for kind in kinds_of(Event) if kind.__module__.startswith("domain.")]


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a stored type, as the rules let them in."""
    if kind is PartialDate:
        return DAYS
    if kind is int:
        return st.integers(-(2**63), 2**63 - 1)
    if kind is str:
        return TEXTS
    if kind is Any:
        return st.none() | st.booleans() | st.integers(-9, 9) | TEXTS | st.lists(st.integers(0, 9), max_size=2)
    if kind is UUID:
        return st.uuids()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.builds(kind, **{each.name: values(each.type) for each in msgspec.structs.fields(kind)})
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0]), max_size=2).map(tuple)
    if get_origin(kind) is dict:
        return st.dictionaries(TEXTS, values(get_args(kind)[1]), max_size=2)
    if str(get_origin(kind)) == "typing.Literal":
        return st.sampled_from(get_args(kind))
    if get_args(kind):
        return st.one_of(map(values, get_args(kind)))
    return st.from_type(kind)


def told(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Facts of this kind, whatever they say."""
    stated = {name: values(each) for name, each in field_types(kind).items()}
    stated["on"] |= st.just(UNKNOWN)
    stated["timestamp"] = st.datetimes(timezones=st.just(UTC))
    return st.builds(kind, originator_id=st.uuids(), originator_version=st.integers(1, 9), **stated)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TOPIC)
def test_every_fact_carries_who_when_why_and_on_what_evidence(kind):
    assert METADATA | {"on", "reason"} <= {each.name for each in fields(kind)}
    assert [field_types(kind)[name] for name in ("on", "by")] == [PartialDate, Author]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TOPIC)
def test_every_kind_of_fact_has_a_french_label_and_says_what_it_is(kind):
    assert kind.label[:1].isupper()
    assert kind.__dict__["__doc__"].split("\n")[0].rstrip().endswith(".")


def test_an_author_says_in_which_capacity_and_by_which_command():
    assert {each.name for each in msgspec.structs.fields(Author)} == {
        *(
            "actor",
            "organisation",
            "role",
            "credential",
            "on_behalf_of",
            "source",
            "command",
            "correlation",
            "causation",
        )
    }


def test_every_kind_of_fact_is_exported_once_under_its_own_topic():
    assert sorted(kind.__name__ for kind in KINDS) == sorted(events.__all__)
    assert len({kind.TOPIC for kind in KINDS}) == len(KINDS)


def facts_of(kind):
    """Name to type of what is stored of a kind of fact."""
    optional = {each.name for each in fields(kind) if (each.default, each.default_factory) != (MISSING, MISSING)}
    return {each.name + "?" * (each.name in optional): str(each.type) for each in fields(kind) if each.name not in HEAD}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TOPIC)
def test_the_fields_of_a_topic_are_those_that_were_written_down(kind):
    assert facts_of(kind) == GOLDEN["every topic"] | GOLDEN["topics"][kind.TOPIC]


def test_no_topic_is_ever_taken_away():
    assert set(GOLDEN["topics"]) <= {kind.TOPIC for kind in KINDS}


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_what_facts_are_made_of_is_what_was_written_down(struct):
    made_of = {
        each.name + "?" * (not each.required): getattr(each.type, "__name__", None) or str(each.type)
        for each in msgspec.structs.fields(struct)
    }
    assert made_of == GOLDEN["structs"][struct.__name__]


@pytest.mark.parametrize("name", GOLDEN["codes"])
def test_a_code_that_facts_may_hold_is_never_taken_away(name):
    assert set(GOLDEN["codes"][name]) <= set(get_args(getattr(vocabulary, name)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TOPIC)
def test_a_fact_survives_storage(kind):
    @settings(max_examples=12, database=None, deadline=None)
    @given(told(kind))
    def survives(event):
        stored = MAPPER.to_stored_event(event)
        assert MAPPER.to_domain_event(stored) == event
        assert stored.topic == kind.TOPIC

    survives()
