"""The ledger: runs a command, appends what it recorded with the answer, and answers a repeated command once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import (
    InfrastructureFactory,
    IntegrityError,
    InterfaceError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.utils import Environment, EnvType

from domain.access import Token
from domain.agreement import Agreement
from domain.errors import (
    KeyReused,
    ReferenceTaken,
    TooManyWriters,
    UnknownAgreement,
    UnknownOperation,
    UnknownPartner,
    UnknownToken,
)
from domain.ledger.datastore import NOTHING_DONE, LedgerDatastore
from domain.ledger.factory import LedgerFactory, refuse_forbidden
from domain.ledger.mapper import PlainMapper
from domain.ledger.recorder import CommandRow, LedgerRecorder
from domain.operation import Operation
from domain.partner import Partner
from domain.record import Record
from domain.shape import encode, plain

R = TypeVar("R", bound=Record)

RELOADS = 3


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


class Done:
    """The records that a command touched, the one that the answer is about first, and what it answers besides."""

    def __init__(self, *records: Record, **answer: Any) -> None:
        self.records = records
        named = {"reference": records[0].reference, "version": records[0].version} if records else {}
        self.answer: dict[str, Any] = plain(named | answer)


@dataclass(frozen=True)
class Recorded:
    """The answer to a command. position: of its last entry in the ledger. replayed: it had been answered before."""

    position: int
    answer: dict[str, Any]
    replayed: bool = False


@contextmanager
def _store() -> Iterator[None]:
    """PostgreSQL's absence, said in one word."""
    try:
        yield
    except (InterfaceError, OperationalError) as error:
        raise StoreUnavailable(str(error)) from error


def fold(events: Iterable[Any]) -> Record | None:
    """The record that a history adds up to; None when it is empty."""
    record = None
    for event in events:
        record = event.mutate(record)
    return record


class Ledger(Application[UUID]):
    """The record of one authority. The tables are there already: see `create_tables`.

    authority: partner code of the body that keeps this record; the ids of aggregates depend on it.
    """

    def __init__(self, database_url: str, *, authority: str, pool_size: int = 2) -> None:
        self.authority = authority
        self._datastore = LedgerDatastore(database_url, pool_size=pool_size)
        self._partners: set[str] = set()
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """No settings at all: the library would otherwise take them from the environment."""
        refuse_forbidden(super().construct_env(name, env))
        return Environment(name, {})

    def construct_factory(self, env: Environment) -> InfrastructureFactory:
        return cast(InfrastructureFactory, LedgerFactory(env, self._datastore))

    def construct_mapper(self) -> PlainMapper:
        return PlainMapper()

    def construct_recorder(self) -> LedgerRecorder:
        return LedgerRecorder(self._datastore)

    def operation(self, reference: str) -> Operation:
        """Raises UnknownOperation."""
        if operation := self.find(Operation, reference):
            return operation
        raise UnknownOperation(reference=reference)

    def agreement(self, reference: str) -> Agreement:
        """Raises UnknownAgreement."""
        if agreement := self.find(Agreement, reference):
            return agreement
        raise UnknownAgreement(reference=reference)

    def partner(self, code: str) -> Partner:
        """Raises UnknownPartner."""
        if partner := self.find(Partner, code):
            return partner
        raise UnknownPartner(field="partner", partner=code)

    def token(self, token: str) -> Token:
        """Raises UnknownToken."""
        if found := self.find(Token, token):
            return found
        raise UnknownToken(token=token)

    def find(self, cls: type[R], reference: str) -> R | None:
        """The record of that name as it stands now. Raises StoreUnavailable."""
        with _store():
            return cast("R | None", fold(self.events.get(cls.identity(self.authority, reference))))

    def known_partner(self, code: str, *, field: str = "partner") -> str:
        """The code itself, when it is a partner's. Partners never vanish, so those seen are remembered.

        field: which part of the command names it. Raises UnknownPartner.
        """
        if code not in self._partners:
            if self.find(Partner, code) is None:
                raise UnknownPartner(field=field, partner=code)
            self._partners.add(code)
        return code

    def head(self) -> int:
        """The last position; 0 when the ledger is empty."""
        with _store():
            return self.recorder.max_notification_id() or 0

    def run(self, command: Command, act: Callable[[], Done]) -> Recorded:
        """Do what a command asks, once, all or nothing.

        act: loads records, commands them, says what it touched; called again when others recorded meanwhile.
        Raises KeyReused, ReferenceTaken, TooManyWriters, StoreUnavailable, and whatever `act` refuses.
        """
        if command.keyed and (answered := self._answered(command)):
            return answered
        for _ in range(1 + RELOADS):
            try:
                done = act()
            except Exception:
                # What refuses a copy may be the first copy itself, recorded meanwhile: its answer is the answer.
                if command.keyed and (answered := self._answered(command)):
                    return answered
                raise
            stored = [self.mapper.to_stored_event(event) for record in done.records for event in record.pending_events]
            if not stored:
                return Recorded(self.head(), done.answer)
            if recorded := self._append(stored, command, done.answer):
                for record in done.records:
                    record.pending_events.clear()
                return recorded
            self._refuse_taken(done)
        raise TooManyWriters(reference=done.records[0].reference)

    def _append(self, stored: list[StoredEvent], command: Command, answer: dict[str, Any]) -> Recorded | None:
        """Append with the command's row; None when others were there before us.

        Without an acknowledgement the command is looked up. When it is not there the same append is tried once more:
        should the first one arrive after all, the command's id lets only one of the two through.
        """
        row = CommandRow(command.id, command.fingerprint, encode(answer).decode())
        ours = False
        for _ in range(2):
            try:
                positions = cast(LedgerRecorder, self.recorder).insert_events(stored, command=row)
                return Recorded(positions[-1], answer)
            except IntegrityError:
                answered = self._answered(command)
                return answered and replace(answered, replayed=not ours)
            except (InterfaceError, OperationalError) as error:
                if isinstance(error.__cause__, NOTHING_DONE):
                    raise StoreUnavailable(str(error)) from error
                ours = True
                if answered := self._answered(command):
                    return replace(answered, replayed=False)
        raise StoreUnavailable("PostgreSQL gave no answer, twice")

    def _answered(self, command: Command) -> Recorded | None:
        """The first answer to this command. Raises KeyReused when something else was asked then."""
        with _store():
            found = cast(LedgerRecorder, self.recorder).find_command(command.id)
        if found is None:
            return None
        if found.fingerprint != command.fingerprint:
            raise KeyReused
        return Recorded(found.position, found.answer, replayed=True)

    def _refuse_taken(self, done: Done) -> None:
        """Refuse to begin a record that has begun already: loading again would not help."""
        for record in done.records:
            if record.pending_events and record.pending_events[0].originator_version == 1:
                with _store():
                    if self.recorder.select_events(record.id, limit=1):
                        raise ReferenceTaken(reference=record.reference)
