"""Access: who may speak to the record, in which role and for which organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.errors import AlreadyRevoked, Refusal
from domain.event import Event, FirstEvent
from domain.vocabulary import Role

if TYPE_CHECKING:
    from domain.access import Token


class TokenGranted(FirstEvent):
    """A token is handed out. sha256: of the secret, 64 hex digits; the secret itself is kept nowhere.

    holder: opaque id of the person or program (`u-17`). organisations: partner codes that it speaks for.
    """

    TOPIC = "token.granted"
    RECORD = "token"
    label = "Jeton accordé"

    token: str
    holder: str
    role: Role
    organisations: tuple[str, ...]
    sha256: str

    def apply(self, token: Token) -> None:
        token.reference, token.holder, token.role = self.token, self.holder, self.role
        token.organisations, token.sha256 = self.organisations, self.sha256


class TokenRevoked(Event):
    """A token is taken back; it opens nothing any more."""

    TOPIC = "token.revoked"
    label = "Jeton révoqué"

    def check(self, token: Token) -> Iterator[Refusal]:
        if token.revoked:
            yield AlreadyRevoked(token=token.reference)

    def apply(self, token: Token) -> None:
        token.revoked = True
