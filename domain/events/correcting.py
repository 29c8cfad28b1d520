"""Putting right: an entry is corrected or voided by another entry, and stays in sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any

from domain.dates import paris_day
from domain.errors import (
    AlreadyVoided,
    EntriesInTheWay,
    Invalid,
    NothingToChange,
    NotVoidable,
    Refusal,
    UnknownEntry,
)
from domain.event import Author, Event, FirstEvent
from domain.record import Record, violations


class Correction(Event):
    """What correcting and voiding have in common. target: version of the entry, in the same aggregate.

    The day of the correction says when it was decided; it never counts for what was true when.
    """

    needs_reason = True
    puts_right = True

    target: int

    def check(self, record: Record) -> Iterator[Refusal]:
        """The entry may be put right in this way, and the history that results holds together."""
        target = next((entry for entry in record.entries if entry.version == self.target), None)
        if target is None:
            yield UnknownEntry(field="version", version=self.target)
            return
        refused = next(self.check_target(target, record), None)
        if refused:
            yield refused
        else:
            yield from self.check_history(record)

    def check_target(self, target: Event, record: Record) -> Iterator[Refusal]:
        """May this entry be put right, and in this way?"""
        if any(isinstance(entry, EntryVoided) and entry.target == self.target for entry in record.entries):
            yield AlreadyVoided(version=self.target)

    def check_history(self, record: Record) -> Iterator[Refusal]:
        """The amended history must break no rule that the present one does not break already."""
        before, after = breaches(record.entries), breaches([*record.entries, self])
        added = {place: refusal for place, refusal in after.items() if place not in before}
        for (version, _), refusal in added.items():
            if version == self.target and isinstance(refusal, Invalid):
                yield refusal.about(f"changes.{refusal.field}")
        if added:
            said = [f"n° {place[0]} ({place[1]}) : {str(added[place]).rstrip('.')}" for place in sorted(added)]
            yield EntriesInTheWay(versions=sorted({version for version, _ in added}), blocking=said)

    def apply(self, record: Record) -> None:
        """Only one fact stands otherwise than before: to restate them all each time would make long histories slow."""
        entries, version = [*record.entries, self], self.puts_right_of(record)
        record.put_right[version] = next(iter(amended(concerning(entries, version))), None)
        if record.counts:
            record.refold(record.facts)

    def puts_right_of(self, record: Record) -> int:
        """The version of the fact that stands otherwise; where a correction is voided, of what it was about."""
        # Versions are places: the entry of version 1 is the first.
        target = record.entries[self.target - 1]
        return target.target if isinstance(target, Correction) else self.target


class EntryCorrected(Correction):
    """An entry said something wrong. changes: field name to the right value, as plain JSON.

    They hold too the facts stored beside those that were wrong, found again: see `domain/judging.py`.
    """

    TOPIC = "operation.entry_corrected"
    label = "Rectification"

    changes: dict[str, Any]

    def check_target(self, target: Event, record: Record) -> Iterator[Refusal]:
        yield from super().check_target(target, record)
        if isinstance(target, Correction):
            yield NotVoidable(version=self.target, why="rectifiez l'écriture d'origine")
        present, restated = standing(record.entries, self.target), standing([*record.entries, self], self.target)
        if restated == present:
            yield NothingToChange(field="changes")
        yield from self.check_restated(present, restated)

    def check_restated(self, present: Event, restated: Event) -> Iterator[Refusal]:
        """The rules of every entry, where this correction is what breaks them."""
        today = paris_day(self.timestamp)
        known = {(refusal.code, refusal.field) for refusal in present.check_said(today, self.by)}
        for refusal in restated.check_said(today, self.by):
            if (refusal.code, refusal.field) not in known:
                yield refusal.about(f"changes.{refusal.field}")


class EntryVoided(Correction):
    """An entry should never have been recorded: it counts no more.

    found_again: where a correction is voided, the facts stored beside those that come back.
    amendment: the one that is voided whole, this entry with it.
    """

    TOPIC = "operation.entry_voided"
    label = "Annulation d'écriture"

    found_again: dict[str, Any] = field(default_factory=dict)
    amendment: str | None = None

    def check_target(self, target: Event, record: Record) -> Iterator[Refusal]:
        yield from super().check_target(target, record)
        if isinstance(target, EntryVoided):
            yield NotVoidable(version=self.target, why="c'est elle-même une annulation")
        if isinstance(target, FirstEvent):
            yield NotVoidable(version=self.target, why="toute l'histoire en dépend")
        bound = target.bound_to(record)
        if bound and bound != self.amendment:
            yield NotVoidable(version=self.target, why=f"l'avenant {bound} s'annule en entier")


class AgreementEntryCorrected(EntryCorrected):
    """An entry of an agreement said something wrong."""

    TOPIC = "agreement.entry_corrected"
    label = "Rectification"


class AgreementEntryVoided(EntryVoided):
    """An entry of an agreement should never have been recorded."""

    TOPIC = "agreement.entry_voided"
    label = "Annulation d'écriture"


def amended(entries: Iterable[Event]) -> list[Event]:
    """The history as corrections left it: voided entries gone, corrected ones restated, corrections left out.

    The order stays that of the ledger. A later correction of the same field wins.
    """
    said = {entry.version: entry for entry in entries}
    voided = {entry.target for entry in said.values() if isinstance(entry, EntryVoided)}
    changes: dict[int, dict[str, Any]] = {}
    reason_by: dict[int, Author] = {}
    for entry in said.values():
        if isinstance(entry, EntryCorrected) and entry.version not in voided:
            changes.setdefault(entry.target, {}).update(entry.changes)
            if "reason" in entry.changes:
                reason_by[entry.target] = entry.by
        elif isinstance(entry, EntryVoided) and isinstance(undone := said.get(entry.target), EntryCorrected):
            changes.setdefault(undone.target, {}).update(entry.found_again)
    return [
        entry.restated(changes[version], reason_by=reason_by.get(version)) if version in changes else entry
        for version, entry in said.items()
        if version not in voided and not isinstance(entry, Correction)
    ]


def concerning(entries: Sequence[Event], version: int) -> list[Event]:
    """An entry with all that puts it right, and all that voids that again."""
    corrections = [entry for entry in entries if isinstance(entry, Correction)]
    about = {version} | {each.version for each in corrections if each.target == version}
    wanted = {version} | {each.version for each in corrections if each.target in about}
    return [entry for entry in entries if entry.version in wanted]


def standing(entries: Sequence[Event], version: int) -> Event:
    """An entry as corrections left it."""
    return amended(concerning(entries, version))[0]


def breaches(entries: Iterable[Event]) -> dict[tuple[int, str], Refusal]:
    """The rules that a history breaks once amended, by version and code of the rule."""
    told = amended(entries)
    first = told[0]
    assert isinstance(first, FirstEvent)
    return violations(told, first.blank())
