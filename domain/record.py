"""The base of every aggregate: it keeps its entries, asks the rules, then records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import BaseAggregate

from domain.errors import Refusal
from domain.event import Event, FirstEvent


class Record(BaseAggregate[UUID]):
    """An aggregate of this house.

    put_right: by version, the facts that corrections restated, as they stand now; None for those that were voided.
    counts: what corrections put right counts at once; not while a history is read, see `folded`.
    """

    TOPIC = "record"

    if TYPE_CHECKING:
        reference: str  # The name that people use for this aggregate.

    def __init__(self) -> None:
        self.entries: list[Event] = []
        self.put_right: dict[int, Event | None] = {}
        self.counts = True
        self.clear()

    def clear(self) -> None:
        """Forget all that the entries said; the aggregate is blank again."""

    def admits(self, event: Event) -> Iterator[Refusal]:
        """The refusals that any fact whatever meets here, before the rules of its own; pure."""
        return iter(())

    @classmethod
    def identity(cls, authority: str, reference: str) -> UUID:
        """The aggregate's id: the same reference is the same id, so the event store itself refuses a second one."""
        return uuid5(uuid5(NAMESPACE_URL, f"jalon:{authority}"), f"{cls.TOPIC}/{reference}")

    @classmethod
    def blank(cls, first: Event) -> Self:
        """The aggregate that a first fact brings into being, before that fact says anything."""
        record = cls.__new__(cls)
        record.__base_init__(first.originator_id, first.originator_version, first.timestamp)
        record.__init__()  # type: ignore[misc]
        return record

    @classmethod
    def begin(cls, event_class: type[FirstEvent], *, authority: str, named: str, at: datetime, **facts: Any) -> Self:
        """Record the first fact of a new aggregate."""
        event = event_class(originator_id=cls.identity(authority, named), originator_version=1, timestamp=at, **facts)
        asked(event, cls.blank(event))
        record = cast(Self, event.mutate(None))
        record.pending_events.append(event)
        return record

    def record(self, event_class: type[Event], *, at: datetime, **facts: Any) -> None:
        """Check, then apply: the one way in which a fact enters the history."""
        event = asked(
            event_class(originator_id=self.id, originator_version=self.version + 1, timestamp=at, **facts), self
        )
        event.mutate(self)
        self.pending_events.append(event)

    @property
    def facts(self) -> Iterator[Event]:
        """The entries as corrections left them, these left out: what the record adds up to."""
        for entry in self.entries:
            if not entry.puts_right and (fact := self.put_right.get(entry.version, entry)):
                yield fact

    def refold(self, entries: Iterable[Event]) -> None:
        """Start again from blank with these entries."""
        self.clear()
        for entry in entries:
            entry.apply(self)


def folded(history: Iterable[Event]) -> Record | None:
    """The record that a history adds up to; None when it is empty.

    What is put right counts once, at the end: in a history of thousands with hundreds of corrections, to begin again at
    each of them would take seconds.
    """
    record: Record | None = None
    for event in history:
        record = event.mutate(record)
        record.counts = False
    if record is not None:
        record.counts = True
        if record.put_right:
            record.refold(record.facts)
    return record


def refusals(event: Event, record: Record) -> Iterator[Refusal]:
    """Every rule that a fact would break here, one after the other; nothing is recorded."""
    yield from event.check_entry()
    yield from record.admits(event)
    yield from event.check(record)


def asked(event: Event, record: Record) -> Event:
    """The event, once every rule has been asked. Raises the first refusal.

    Imported history is held to the structural rules only; the codes of the others are kept in `waived`.
    """
    waived: dict[str, None] = {}
    for refusal in refusals(event, record):
        if refusal.structural or not event.by.imports:
            raise refusal
        waived[refusal.code] = None
    if waived:
        object.__setattr__(event, "waived", tuple(waived))
    return event


def violations(entries: Iterable[Event], record: Record) -> dict[tuple[int, str], Refusal]:
    """Every rule that these entries break when told to a blank aggregate, by version and code."""
    found: dict[tuple[int, str], Refusal] = {}
    for entry in entries:
        for refusal in (*record.admits(entry), *entry.check(record)):
            found.setdefault((entry.version, refusal.code), refusal)
        entry.apply(record)
    return found
