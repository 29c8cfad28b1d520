"""Who may speak to the record: the tokens, as the API looks them up at every request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Cursor

from domain.access import Token
from domain.events import TokenRevoked
from domain.vocabulary import Role
from projections.projection import Projection, Told, columns, only, select


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """A token. holder: opaque id. organisations: partner codes. sha256: of the secret, 64 hex digits."""

    token: str
    holder: str
    role: Role
    organisations: Sequence[str]
    sha256: str
    revoked: bool
    granted_at: datetime
    revoked_at: datetime | None
    position: int


class Access(Projection):
    """The tokens and whether they still open anything."""

    name = "access"
    tables = """
        CREATE TABLE {schema}.token (
            token text COLLATE "C" PRIMARY KEY,
            holder text NOT NULL,
            role text NOT NULL,
            organisations text[] NOT NULL,
            sha256 text NOT NULL,
            revoked boolean NOT NULL,
            granted_at timestamptz NOT NULL,
            revoked_at timestamptz,
            position bigint NOT NULL
        )
    """

    def clear(self) -> None:
        self._tokens: dict[str, TokenRow] = {}

    def fold(self, told: Told) -> None:
        if isinstance(token := told.record, Token):
            self._tokens[token.reference] = row(token, told.position)

    def flush(self, cursor: Cursor[Any]) -> None:
        self.write(cursor, "token", self._tokens.values(), key=["token"])


def row(token: Token, position: int) -> TokenRow:
    """A token as its last entry left it."""
    revoked_at = next((entry.timestamp for entry in token.entries if isinstance(entry, TokenRevoked)), None)
    return TokenRow(
        token=token.reference,
        holder=token.holder,
        role=token.role,
        organisations=token.organisations,
        sha256=token.sha256,
        revoked=token.revoked,
        granted_at=token.entries[0].timestamp,
        revoked_at=revoked_at,
        position=position,
    )


TOKEN = f"SELECT {columns(TokenRow, 't')} FROM access.token AS t WHERE t.token = %s"
TOKENS = f"SELECT {columns(TokenRow, 't')} FROM access.token AS t ORDER BY t.granted_at, t.token LIMIT %s"


def token(cursor: Cursor[Any], id: str) -> TokenRow | None:
    """A token by its public id."""
    return only(select(cursor, TokenRow, TOKEN, (id,)))


def tokens(cursor: Cursor[Any], *, limit: int = 10_000) -> list[TokenRow]:
    """All of them, the oldest first."""
    return select(cursor, TokenRow, TOKENS, (limit,))
