"""When the fact of an entry happened and what money it moves, and what a correction changes about earlier entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from domain.dates import paris_day
from domain.event import Event
from domain.events.correcting import Correction, EntryCorrected, EntryVoided, standing
from domain.money import Movement

Fact = dict[str, Any]


def fact(event: Event, record: Any, moving: Mapping[int, Movement] | None = None) -> Fact:
    """When it happened, and what money it moves. A correction tells the fact as it puts it right.

    The day of a voiding says when it was decided; what it undoes counts from its own day.
    moving: the record's movements by the version of their entry, for whoever asks about many entries.
    """
    if isinstance(event, EntryVoided):
        undone = undone_by(event, record.entries)
        return {"on": event.on.text, "true_from": counted(undone), "partner": None, "amount_cents": None}
    if isinstance(event, EntryCorrected):
        event = record.put_right[event.target]
    movement = moved_by(event.version, record.money.movements) if moving is None else moving.get(event.version)
    return {
        "on": event.on.text,
        "true_from": counted(event),
        "partner": movement.partner if movement else None,
        "amount_cents": movement.amount_cents if movement else None,
    }


def moved_by(version: int, movements: Sequence[Movement]) -> Movement | None:
    """The money that an entry moves. movements: in the order of the ledger."""
    for movement in reversed(movements):
        if movement.version <= version:
            return movement if movement.version == version else None
    return None


def counted(event: Event) -> date:
    """The day that a fact counts from."""
    return event.on.latest if event.on.known else paris_day(event.timestamp)


def undone_by(voiding: EntryVoided, entries: Sequence[Event]) -> Event:
    """The fact that a voiding undoes, as it stood before; that of a correction is the one which it put right."""
    # Versions are places: the entry of version 1 is the first.
    earlier, target = entries[: voiding.version - 1], entries[voiding.target - 1]
    return standing(earlier, target.target if isinstance(target, EntryCorrected) else target.version)


def amends(event: Correction, record: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """What a correction or a voiding changes about the rows of earlier entries: (version, changes)."""
    before, after = voided_by(record.entries[:-1]), voided_by(record.entries)
    moving = {movement.version: movement for movement in record.money.movements}
    # Versions are places.
    for version, entry in enumerate(record.entries[:-1], 1):
        changes: dict[str, Any] = {}
        if before.get(version) != after.get(version):
            changes["voided_by"] = after.get(version)
        if version not in after and (version in moving or isinstance(entry, EntryCorrected)):
            # What stands is told anew: putting one entry right may change the money that others move.
            changes |= fact(entry, record, moving)
        if changes:
            yield version, changes


def voided_by(entries: Sequence[Event]) -> Mapping[int, int]:
    """The entries that do not stand, each with the one that corrected or voided it last."""
    voids = {entry.target: entry.version for entry in entries if isinstance(entry, EntryVoided)}
    latest = {
        entry.target: entry.version
        for entry in entries
        if isinstance(entry, EntryCorrected) and entry.version not in voids
    }
    found = latest | voids
    for entry in entries:
        if isinstance(entry, EntryCorrected) and entry.version not in voids:
            last = found[entry.target]
            if last != entry.version:
                found[entry.version] = last
    return found
