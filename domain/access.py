"""Access: a token opens the record to one holder, in one role, for some organisations."""

from __future__ import annotations

from datetime import date
from typing import Self, Unpack

from domain import events
from domain.event import Entry
from domain.record import Record
from domain.vocabulary import Role


class Token(Record):
    """A bearer token, named by its public id; granting and revoking are in the trail like everything else.

    It belongs to the account that `holder` names, and speaks in the present role of that account: see `account.py`.
    """

    TOPIC = "token"

    def clear(self) -> None:
        """Nothing is known yet."""
        self.reference = ""
        self.holder = ""
        self.role: Role = "partner"
        self.organisations: tuple[str, ...] = ()
        self.sha256 = ""
        self.expires_on: date | None = None
        self.revoked = False

    @classmethod
    def grant(
        cls,
        *,
        authority: str,
        token: str,
        holder: str,
        role: Role,
        organisations: tuple[str, ...],
        sha256: str,
        expires_on: date | None = None,
        **entry: Unpack[Entry],
    ) -> Self:
        """Hand out a token whose secret has this SHA-256. Raises ExpiryPast; `Account.grant` asks the account too."""
        return cls.begin(
            events.TokenGranted,
            authority=authority,
            named=token,
            token=token,
            holder=holder,
            role=role,
            organisations=organisations,
            sha256=sha256,
            expires_on=expires_on,
            **entry,
        )

    def revoke(self, **entry: Unpack[Entry]) -> None:
        """Take the token back."""
        self.record(events.TokenRevoked, **entry)
