"""The ledger: finds records, and runs a command until what it recorded is appended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment, EnvType

from domain.access import Token
from domain.account import Account
from domain.agreement import Agreement
from domain.errors import (
    ReferenceTaken,
    TooManyWriters,
    UnknownAccount,
    UnknownAgreement,
    UnknownOperation,
    UnknownPartner,
    UnknownToken,
)
from domain.event import Event
from domain.ledger.datastore import LedgerDatastore
from domain.ledger.factory import LedgerFactory, refuse_forbidden
from domain.ledger.histories import Histories
from domain.ledger.mapper import PlainMapper
from domain.ledger.once import Command, Once, Recorded, StoreUnavailable, store
from domain.ledger.recorder import LedgerRecorder
from domain.operation import Operation
from domain.partner import Partner
from domain.record import Record
from domain.shape import plain

R = TypeVar("R", bound=Record)

RELOADS = 3


class Done:
    """The records that a command touched, the one that the answer is about first, and what it answers besides."""

    def __init__(self, *records: Record, **answer: Any) -> None:
        self.records = records
        named = {"reference": records[0].reference, "version": records[0].version} if records else {}
        self.answer: dict[str, Any] = plain(named | answer)


class Ledger(Application[UUID]):
    """The record of one authority. The tables are there already: see `create_tables`.

    authority: partner code of the body that keeps this record; the ids of aggregates depend on it.
    """

    def __init__(self, database_url: str, *, authority: str, pool_size: int = 2) -> None:
        self.authority = authority
        self._datastore = LedgerDatastore(database_url, pool_size=pool_size)
        self._partners: set[str] = set()
        self._histories = Histories()
        super().__init__()
        self._once = Once(cast(LedgerRecorder, self.recorder))

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

    def account(self, account: str) -> Account:
        """Raises UnknownAccount."""
        if found := self.find(Account, account):
            return found
        raise UnknownAccount(account=account)

    def token(self, token: str) -> Token:
        """Raises UnknownToken."""
        if found := self.find(Token, token):
            return found
        raise UnknownToken(token=token)

    def find(self, cls: type[R], reference: str) -> R | None:
        """The record of that name as it stands now. Raises StoreUnavailable."""
        id = cls.identity(self.authority, reference)
        with store():
            return cast("R | None", self._histories.get(id, lambda version: self._entries(id, version)))

    def _entries(self, id: UUID, version: int) -> list[Event]:
        """The entries of a record from a version on."""
        return list(cast("Iterator[Event]", self.events.get(id, gt=version - 1)))

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
        with store():
            return self.recorder.max_notification_id() or 0

    def run(self, command: Command, act: Callable[[], Done]) -> Recorded:
        """Do what a command asks, once, all or nothing.

        act: loads records, commands them, says what it touched, and leaves it alone from then on; called again when
        others recorded meanwhile, and for a copy of a command too, whose append then meets the row of the first one: to
        ask for that row first would cost every command a round trip.
        Raises CommandInFlight, KeyReused, ReferenceTaken, TooManyWriters, StoreUnavailable, and whatever `act` refuses.
        """
        for _ in range(1 + RELOADS):
            try:
                done = act()
            except StoreUnavailable:
                raise
            except Exception:
                # What refuses a copy may be the first copy itself, recorded meanwhile: its answer is the answer.
                if command.keyed and (answered := self._once.answered(command)):
                    return answered
                raise
            stored = [self.mapper.to_stored_event(event) for record in done.records for event in record.pending_events]
            if not stored:
                return (command.keyed and self._once.answered(command)) or Recorded(self.head(), done.answer)
            if recorded := self._once.append(stored, command, done.answer):
                for record in done.records:
                    record.pending_events.clear()
                if not recorded.replayed:
                    self._histories.give_back(done.records)
                return recorded
            self._refuse_taken(done)
        raise TooManyWriters(reference=done.records[0].reference)

    def _refuse_taken(self, done: Done) -> None:
        """Refuse to begin a record that has begun already: loading again would not help."""
        for record in done.records:
            if record.pending_events and record.pending_events[0].originator_version == 1:
                with store():
                    if self.recorder.select_events(record.id, limit=1):
                        raise ReferenceTaken(reference=record.reference)
