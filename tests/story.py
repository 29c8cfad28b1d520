"""People, days and partners that the tests tell their stories with, and the words given / when / then.

operation = given(planned())                            what has been recorded before
with refused(NotFunded, operation):                     the command is refused and has changed nothing
    operation.start(**entry("2008-11-20"))
assert new_events(operation) == []                      what was recorded since
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import pytest

from domain.agreement import Agreement
from domain.dates import UNKNOWN, PartialDate
from domain.errors import Refusal
from domain.event import Author, Entry, Event
from domain.ledger.mapper import PlainMapper
from domain.operation import Operation
from domain.record import Record

AUTHORITY = "cavm"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
COMMAND = UUID("00000000-0000-4000-8000-000000000001")

LEA = Author(actor="u-1", organisation="cavm", role="team", source="api", command=COMMAND, correlation=COMMAND)
ARCHIVE = Author(
    actor="cli", organisation="cavm", role="team", source=f"import:{'a' * 64}/2", command=COMMAND, correlation=COMMAND
)

# Communes, by INSEE code: members, members on both sides of 5,000 inhabitants, and neighbours.
ANZIN, BRUAY, VALENCIENNES = "59014", "59112", "59606"
FAMARS, PETITE_FORET = "59221", "59459"
ESCAUTPONT, LA_SENTINELLE = "59207", "59564"

R = TypeVar("R", bound=Record)


def day(text: str) -> PartialDate:
    """A day, a month or a year."""
    return PartialDate.parse(text)


def entry(on: str | None, *, by: Author = LEA, at: datetime = NOW, reason: str | None = None) -> Entry:
    """What every command takes: the day it happened, and who records it when."""
    return Entry(on=PartialDate.parse(on) if on else UNKNOWN, at=at, by=by, reason=reason)


def planned(
    reference: str = "ANZ-CARPEAUX",
    *,
    on: str | None = "2008-02",
    by: Author = LEA,
    reason: str | None = None,
    **facts: Any,
) -> Operation:
    """An operation in Anzin, programmed in February 2008 unless told otherwise."""
    known = {"title": "Anzin : Carpeaux", "communes": (ANZIN,), "theme": "social_housing"} | facts
    return Operation.plan(authority=AUTHORITY, reference=reference, **known, **entry(on, by=by, reason=reason))


def signed(reference: str = "PNRU-2008", *, on: str | None = "2008-06", by: Author = LEA, **facts: Any) -> Agreement:
    """A convention that the authority leads, signed in June 2008 unless told otherwise."""
    known = {"title": "Corridor minier", "kind": "convention", "leader": AUTHORITY} | facts
    return Agreement.sign(authority=AUTHORITY, reference=reference, **known, **entry(on, by=by))


def allocated(
    operation: Operation, amount_cents: int = 100_00, *, on: str | None = "2008-03", by: Author = LEA, **facts: Any
) -> str:
    """ANRU sets money aside by a grant, unless told otherwise; the name of the line."""
    known = {"partner": "anru", "instrument": "grant"} | facts
    return operation.allocate(amount_cents=amount_cents, **known, **entry(on, by=by))


def committed(
    operation: Operation, amount_cents: int = 100_00, *, on: str | None = "2008-03", by: Author = LEA, **facts: Any
) -> str:
    """ANRU commits a grant, unless told otherwise; the name of the line."""
    known = {"partner": "anru", "instrument": "grant"} | facts
    return operation.commit(amount_cents=amount_cents, **known, **entry(on, by=by))


def funded(**facts: Any) -> Operation:
    """A planned operation with one commitment of 100 €."""
    operation = planned(**facts)
    committed(operation)
    return operation


def started(on: str | None = "2008-11-20", **facts: Any) -> Operation:
    """A funded operation whose works began in November 2008, unless told otherwise. Three entries."""
    operation = funded(**facts)
    operation.start(**entry(on, by=LEA if on else ARCHIVE))
    return operation


def delivered(on: str = "2013-06-30", **facts: Any) -> Operation:
    """A started operation, delivered in June 2013 unless told otherwise. Four entries."""
    operation = started(**facts)
    operation.deliver(**entry(on))
    return operation


def abandoned(on: str = "2010-05", **facts: Any) -> Operation:
    """A funded operation, given up in May 2010 unless told otherwise. Three entries."""
    operation = funded(**facts)
    operation.abandon(**entry(on, reason="Le propriétaire ne vend pas"))
    return operation


def suspended(on: str = "2010-05", **facts: Any) -> Operation:
    """A funded operation, suspended in May 2010 unless told otherwise. Three entries."""
    operation = funded(**facts)
    operation.suspend(**entry(on, reason="Fouilles archéologiques"))
    return operation


def given(record: R) -> R:
    """A record whose history is already saved."""
    record.collect_events()
    return record


@contextmanager
def refused(refusal: type[Refusal], record: Record | None = None, *, field: str | None = None) -> Iterator[Any]:
    """The command within is refused for this very reason, about this field, and the record is as it was before."""
    before = deepcopy(state(record))
    with pytest.raises(refusal) as caught:
        yield caught
    assert type(caught.value) is refusal
    assert state(record) == before
    if field:
        assert getattr(caught.value, "field", None) == field


def new_events(record: Record) -> list[Event]:
    """The facts that a record has taken in since it was last saved."""
    return list(record.pending_events)  # type: ignore[arg-type]


def state(record: Record | None) -> dict[str, Any]:
    """All that a record knows, what is still to be saved included."""
    return dict(vars(record)) if record else {}


def knowledge(record: Record) -> dict[str, Any]:
    """All that a record knows, saved or not."""
    return {name: value for name, value in state(record).items() if name != "_pending_events"}


def replayed(record: R) -> R:
    """The record once more, from the stored form of its history."""
    mapper, again = PlainMapper(), None
    for event in record.entries:
        again = mapper.to_domain_event(mapper.to_stored_event(event)).mutate(again)
    assert isinstance(again, type(record))
    return again
