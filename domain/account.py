"""Accounts: a person or a program, in one role, for some organisations; tokens speak for it."""

from __future__ import annotations

from datetime import date
from typing import Self, Unpack

from domain import events
from domain.access import Token
from domain.errors import ClosedAccount, NoOrganisation, OrganisationNotHeld
from domain.event import Entry
from domain.record import Record
from domain.vocabulary import Role


class Account(Record):
    """An account, named by its opaque id (`u-17`).

    Its tokens follow it: they speak in its role, for the organisations that they were granted and that it still has,
    and open nothing once it is closed. Tokens came before accounts: where no account bears the name of their holder,
    they keep the role and the organisations that they were granted, so that every history can still be replayed.
    """

    TOPIC = "account"

    def clear(self) -> None:
        """Nothing is known yet."""
        self.reference = ""
        self.role: Role = "partner"
        self.organisations: tuple[str, ...] = ()
        self.closed = False

    @classmethod
    def open(
        cls,
        *,
        authority: str,
        account: str,
        role: Role,
        organisations: tuple[str, ...],
        **entry: Unpack[Entry],
    ) -> Self:
        """Somebody may speak to the record. Raises NoOrganisation, RepeatedValue."""
        return cls.begin(
            events.AccountOpened,
            authority=authority,
            named=account,
            account=account,
            role=role,
            organisations=organisations,
            **entry,
        )

    def change(
        self, *, role: Role | None = None, organisations: tuple[str, ...] | None = None, **entry: Unpack[Entry]
    ) -> None:
        """Another role, or other organisations. Raises ClosedAccount, NoOrganisation, NothingToChange."""
        self.record(events.AccountChanged, role=role, organisations=organisations, **entry)

    def close(self, **entry: Unpack[Entry]) -> None:
        """It opens nothing any more, and neither do its tokens. Raises ClosedAccount."""
        self.record(events.AccountClosed, **entry)

    def grant(
        self,
        *,
        authority: str,
        token: str,
        sha256: str,
        organisations: tuple[str, ...] | None = None,
        expires_on: date | None = None,
        **entry: Unpack[Entry],
    ) -> Token:
        """Hand out a token that speaks for this account. organisations: some of its own; all of them unless said.

        Raises ClosedAccount, NoOrganisation, OrganisationNotHeld, ExpiryPast.
        """
        wanted = self.organisations if organisations is None else organisations
        self.refuse_beyond(wanted)
        return Token.grant(
            authority=authority,
            token=token,
            holder=self.reference,
            role=self.role,
            organisations=wanted,
            sha256=sha256,
            expires_on=expires_on,
            **entry,
        )

    def refuse_beyond(self, organisations: tuple[str, ...]) -> None:
        """A token says no more than its account. Raises ClosedAccount, NoOrganisation, OrganisationNotHeld."""
        if self.closed:
            raise ClosedAccount(account=self.reference)
        if not organisations:
            raise NoOrganisation(field="organisations")
        for organisation in organisations:
            if organisation not in self.organisations:
                raise OrganisationNotHeld(field="organisations", account=self.reference, organisation=organisation)
