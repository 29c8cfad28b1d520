"""A command counts once, whatever is lost on its way to PostgreSQL, and however many copies of it are sent."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, StoredEvent

from domain.errors import CommandInFlight, KeyReused
from domain.ledger.datastore import NOTHING_TO_ASK
from domain.ledger.recorder import CommandRow, LedgerRecorder, UnderWay
from domain.shape import encode

# Seconds between the questions of a copy that waits for the first one's answer, about one in all. It holds no
# connection meanwhile: a few copies would otherwise keep everybody else out of the pool. Nothing comes after the last
# question, so that what it found still holds when it is told.
PAUSES = (0.005, 0.01, 0.02, 0.04, 0.08, *[0.1] * 8, 0.0)


class StoreUnavailable(Exception):
    """PostgreSQL is away, or too slow. A command may be sent again with the same id: it counts once."""


@dataclass(frozen=True)
class Command:
    """What identifies a wish, so that it counts once however often it is sent.

    fingerprint: digest of all that was asked, so that the id cannot serve for something else.
    keyed: the caller chose the id, so that it may have run before: it is looked up first.
    """

    id: UUID
    fingerprint: bytes = b""
    keyed: bool = False


@dataclass(frozen=True)
class Recorded:
    """The answer to a command. position: of its last entry in the ledger. replayed: it had been answered before."""

    position: int
    answer: dict[str, Any]
    replayed: bool = False


@contextmanager
def store() -> Iterator[None]:
    """PostgreSQL's absence, said in one word."""
    try:
        yield
    except (InterfaceError, OperationalError) as error:
        raise StoreUnavailable(str(error)) from error


class Once:
    """Appends what commands recorded, each with the row that answers its copies."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        self._recorder = recorder

    def answered(self, command: Command) -> Recorded | None:
        """The first answer to this command. Raises KeyReused when something else was asked then."""
        with store():
            found = self._recorder.find_command(command.id)
        if found is None:
            return None
        if found.fingerprint != command.fingerprint:
            raise KeyReused
        return Recorded(found.position, found.answer, replayed=True)

    def append(self, stored: Sequence[StoredEvent], command: Command, answer: dict[str, Any]) -> Recorded | None:
        """Append with the command's row; None when others were there before us.

        Without an acknowledgement the command is looked up. When it is not there the same append is tried once more:
        should the first one arrive after all, the command's id lets only one of the two through.
        Raises CommandInFlight, KeyReused, StoreUnavailable.
        """
        ours = False
        for _ in range(2):
            try:
                recorded = self._in_turn(stored, command, answer)
                return recorded and replace(recorded, replayed=recorded.replayed and not ours)
            except (InterfaceError, OperationalError) as error:
                if isinstance(error.__cause__, NOTHING_TO_ASK):
                    raise StoreUnavailable(str(error)) from error
                ours = True
                if answered := self.answered(command):
                    return replace(answered, replayed=False)
        raise StoreUnavailable("PostgreSQL gave no answer, twice")

    def _in_turn(self, stored: Sequence[StoredEvent], command: Command, answer: dict[str, Any]) -> Recorded | None:
        """Append as soon as no copy is being appended, or return the answer of the copy that was."""
        row = CommandRow(command.id, command.fingerprint, encode(answer).decode())
        for pause in PAUSES:
            try:
                return Recorded(self._recorder.insert_events(stored, command=row)[-1], answer)
            except IntegrityError:
                return self.answered(command)
            except UnderWay:
                time.sleep(pause)
            if answered := self.answered(command):
                return answered
        # Who sent no key has sent no copy: what is under way is our own append, whose connection was lost.
        raise CommandInFlight if command.keyed else StoreUnavailable("PostgreSQL does not end an append")
