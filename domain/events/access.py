"""Access: who may speak to the record, in which role and for which organisation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from domain.dates import paris_day
from domain.errors import AlreadyRevoked, ClosedAccount, ExpiryPast, NoOrganisation, NothingToChange, Refusal
from domain.event import Event, FirstEvent
from domain.events.planning import repeated
from domain.vocabulary import Role

if TYPE_CHECKING:
    from domain.access import Token
    from domain.account import Account


class AccountOpened(FirstEvent):
    """A person or a program may speak to the record; its tokens come one by one.

    account: opaque id (`u-17`), its name for ever; the name of the person is kept apart.
    organisations: codes of the partners that it speaks for; its entries are of the authority where it is among them,
    else of the first.
    """

    TOPIC = "account.opened"
    RECORD = "account"
    label = "Compte ouvert"

    account: str
    role: Role
    organisations: tuple[str, ...]

    def check(self, account: Account) -> Iterator[Refusal]:
        if not self.organisations:
            yield NoOrganisation(field="organisations")
        yield from repeated(self.organisations, "organisations")

    def apply(self, account: Account) -> None:
        account.reference, account.role, account.organisations = self.account, self.role, self.organisations


class AccountChanged(Event):
    """An account gets another role or other organisations, and all its tokens with it. What is left out stays.

    organisations: codes of all the partners that it speaks for from now on.
    """

    TOPIC = "account.changed"
    label = "Compte modifié"
    needs_reason = True

    role: Role | None = None
    organisations: tuple[str, ...] | None = None

    def check(self, account: Account) -> Iterator[Refusal]:
        if account.closed:
            yield ClosedAccount(account=account.reference)
        if self.organisations == ():
            yield NoOrganisation(field="organisations")
        yield from repeated(self.organisations or (), "organisations")
        wanted = self.role or account.role, self.organisations or account.organisations
        if wanted == (account.role, account.organisations):
            yield NothingToChange(field="organisations" if self.organisations else "role")

    def apply(self, account: Account) -> None:
        account.role = self.role or account.role
        account.organisations = self.organisations or account.organisations


class AccountClosed(Event):
    """An account is closed for ever; none of its tokens opens anything any more."""

    TOPIC = "account.closed"
    label = "Compte clos"
    needs_reason = True

    def check(self, account: Account) -> Iterator[Refusal]:
        if account.closed:
            yield ClosedAccount(account=account.reference)

    def apply(self, account: Account) -> None:
        account.closed = True


class TokenGranted(FirstEvent):
    """A token is handed out. sha256: of the secret, 64 hex digits; the secret itself is kept nowhere.

    holder: the account that it belongs to (`u-17`). role: that of the account on that day; the present one counts.
    organisations: partner codes that it speaks for, as far as the account does. expires_on: the last day on which it
    works, in Europe/Paris.
    A holder without account is of the time before there were any: its tokens keep the role and organisations of here.
    """

    TOPIC = "token.granted"
    RECORD = "token"
    label = "Jeton accordé"

    token: str
    holder: str
    role: Role
    organisations: tuple[str, ...]
    sha256: str
    expires_on: date | None = None

    def check(self, token: Token) -> Iterator[Refusal]:
        yield from repeated(self.organisations, "organisations")
        today = paris_day(self.timestamp)
        if self.expires_on is not None and self.expires_on < today:
            yield ExpiryPast(field="expires_on", expires_on=self.expires_on, today=today)

    def apply(self, token: Token) -> None:
        token.reference, token.holder, token.role = self.token, self.holder, self.role
        token.organisations, token.sha256, token.expires_on = self.organisations, self.sha256, self.expires_on


class TokenRevoked(Event):
    """A token is taken back; it opens nothing any more."""

    TOPIC = "token.revoked"
    label = "Jeton révoqué"

    def check(self, token: Token) -> Iterator[Refusal]:
        if token.revoked:
            yield AlreadyRevoked(token=token.reference)

    def apply(self, token: Token) -> None:
        token.revoked = True
