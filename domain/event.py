"""What every entry of the ledger carries: who, when, why, on what evidence, and where it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NotRequired, Required, Self, TypedDict
from uuid import UUID

import msgspec
from eventsourcing.domain import AggregateEvent
from eventsourcing.utils import register_topic, resolve_topic

from domain.dates import PartialDate, paris_day
from domain.errors import (
    FutureDate,
    Invalid,
    NotCorrectable,
    ReasonMissing,
    Refusal,
    TextOutOfBounds,
    UndatedFact,
    UnreadableChange,
)
from domain.shape import field_types, read_value

if TYPE_CHECKING:
    from domain.record import Record

METADATA = frozenset({"originator_id", "originator_version", "timestamp", "by", "documents", "waived"})
SHORT_TEXTS = frozenset({"title", "name"})
LONGEST_SHORT_TEXT, LONGEST_TEXT = 300, 4_000


class Document(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A piece of evidence. ref: where it is (address, register number). sha256: 64 hex digits of its bytes."""

    title: str
    ref: str | None = None
    sha256: str | None = None


class Author(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who records, in which capacity, through what and by which command.

    actor: opaque id (`u-17`), never a name. organisation: partner code. role: at that time.
    source: `api`, `page`, `cli`, `reference:<file>` or `import:<sha256 of the file>/<line>`.
    command, correlation, causation: ids of the command, of the whole undertaking, and of what led to it.
    """

    actor: str
    organisation: str
    role: str
    source: str
    command: UUID
    correlation: UUID
    credential: str | None = None
    on_behalf_of: str | None = None
    causation: UUID | None = None

    @property
    def imports(self) -> bool:
        """History taken over from files is recorded as it is told: see `Refusal.structural`."""
        return self.source.startswith("import:")


class Entry(TypedDict, total=False):
    """What every command takes besides its own facts.

    on: the day, month or year it happened or takes effect. at: the instant of recording (UTC).
    """

    on: Required[PartialDate]
    at: Required[datetime]
    by: Required[Author]
    reason: NotRequired[str | None]
    documents: NotRequired[tuple[Document, ...]]


class Event(AggregateEvent):
    """One fact in the ledger: written once, never edited.

    on: when it happened or takes effect, as precisely as the source says. timestamp: when it was recorded (UTC).
    waived: codes of the rules that imported history was not held to.
    fixed: names of the facts that no correction may touch. puts_right: it corrects or voids another entry.
    """

    TOPIC: ClassVar[str]
    label: ClassVar[str]
    needs_reason: ClassVar[bool] = False
    puts_right: ClassVar[bool] = False
    fixed: ClassVar[frozenset[str]] = frozenset()
    reason_by: ClassVar[Author | None] = None  # Who stated the reason, where it was not the author of the entry.

    on: PartialDate = field(kw_only=True)
    by: Author = field(kw_only=True)
    reason: str | None = field(default=None, kw_only=True)
    documents: tuple[Document, ...] = field(default=(), kw_only=True)
    waived: tuple[str, ...] = field(default=(), kw_only=True)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "TOPIC" in cls.__dict__:
            register_topic(cls.TOPIC, cls)

    @property
    def version(self) -> int:
        """Place in its aggregate's history, from 1."""
        return self.originator_version

    @property
    def explained(self) -> bool:
        """A person gave a reason, at once or by a correction.

        What an imported source says stands in `reason` too, but justifies nothing.
        """
        return bool(self.reason) and not (self.reason_by or self.by).imports

    def check(self, record: Any) -> Iterator[Refusal]:
        """The refusals that this fact meets in the given state; pure."""
        return iter(())

    def apply(self, record: Any) -> None:
        """What this fact changes; only assigns, cannot fail: history must always replay."""

    def bound_to(self, record: Any) -> str | None:
        """The amendment without which this fact cannot be voided: half of it would stay. None: it stands alone."""
        return None

    def check_entry(self) -> Iterator[Refusal]:
        """The rules of every entry, asked when it is recorded."""
        return self.check_said(paris_day(self.timestamp), self.by)

    def check_said(self, today: date, by: Author) -> Iterator[Invalid]:
        """The rules of every entry, as of the day on which somebody says it, the first time or by a correction."""
        if self.on.lies_ahead_of(today):
            yield FutureDate(field="on", on=self.on, today=PartialDate.of(today))
        if not self.on.known and not by.imports:
            yield UndatedFact(field="on")
        if self.needs_reason and not self.reason:
            yield ReasonMissing(field="reason")
        for name, value in vars(self).items():
            if isinstance(value, str):
                least, most = (1, LONGEST_SHORT_TEXT) if name in SHORT_TEXTS else (0, LONGEST_TEXT)
                if not least <= len(value) <= most or "\0" in value:
                    yield TextOutOfBounds(field=name, least=least, most=most)

    def mutate(self, aggregate: Record | None) -> Record:  # type: ignore[override]
        """Let the aggregate take this fact into its history."""
        record: Record = super().mutate(aggregate)  # type: ignore[assignment]
        record.entries.append(self)
        return record

    def restated(self, changes: Mapping[str, Any], *, reason_by: Author | None = None) -> Self:
        """This fact with other values, as a correction states them.

        changes: field name to plain JSON value. reason_by: who states the reason, if it is among them.
        Raises NotCorrectable, UnreadableChange.
        """
        types = field_types(type(self))
        values = {}
        for name, value in changes.items():
            if name not in types or name in METADATA or name in self.fixed:
                raise NotCorrectable(field=f"changes.{name}", version=self.version, name=name)
            try:
                values[name] = read_value(value, types[name])
            except (msgspec.ValidationError, ValueError) as error:
                problem = str(error.__cause__ or "ce n'est pas une valeur de ce champ")
                raise UnreadableChange(field=f"changes.{name}", name=name, problem=problem) from error
        restated = dataclasses.replace(self, **values)
        object.__setattr__(restated, "reason_by", reason_by)
        return restated


class FirstEvent(Event):
    """The fact that brings an aggregate into being; `RECORD` is the aggregate's topic."""

    RECORD: ClassVar[str]

    def mutate(self, aggregate: Record | None) -> Record:  # type: ignore[override]
        record = self.blank()
        self.apply(record)
        record.entries.append(self)
        return record

    def blank(self) -> Record:
        """The aggregate before this fact said anything."""
        record: Record = resolve_topic(self.RECORD).blank(self)
        return record
