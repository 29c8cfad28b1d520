"""Who may speak to the record: accounts and their tokens, as the API looks them up at every request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from psycopg import Cursor

from domain.access import Token
from domain.account import Account
from domain.event import Event
from domain.events import AccountClosed, TokenRevoked
from domain.record import Record
from domain.vocabulary import Role
from projections.projection import Projection, Told, columns, first_column, only, select

State = Literal["valid", "revoked", "expired", "account_closed", "no_organisation"]
STATES: Final[dict[State, str]] = {
    "valid": "valable",
    "revoked": "révoqué",
    "expired": "expiré",
    "account_closed": "compte clos",
    # Its account has lost all the organisations that it was granted.
    "no_organisation": "sans organisation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account, named by its opaque id. organisations: partner codes. version, position: of its last entry."""

    account: str
    role: Role
    organisations: Sequence[str]
    closed: bool
    opened_at: datetime
    closed_at: datetime | None
    version: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A token, as it was granted. holder: its account. sha256: of the secret, 64 hex digits. expires_on: in Paris."""

    token: str
    holder: str
    role: Role
    organisations: Sequence[str]
    sha256: str
    expires_on: date | None
    revoked: bool
    granted_at: datetime
    revoked_at: datetime | None
    version: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow(Granted):
    """A token, as it counts: in the role of its account, for the organisations that the account still has.

    has_account: False for a token of the time before accounts, which keeps what it was granted.
    """

    has_account: bool
    account_closed: bool

    def state(self, today: date) -> State:
        """Whether it opens anything, and if not, why. today: the day in Paris."""
        if self.revoked:
            return "revoked"
        if self.account_closed:
            return "account_closed"
        if self.has_account and not self.organisations:
            return "no_organisation"
        return "expired" if self.expires_on is not None and self.expires_on < today else "valid"


class TokenKey(NamedTuple):
    """Where a token stands in a list: those of an account side by side."""

    holder: str
    token: str


class Access(Projection):
    """Accounts and tokens, and whether they still open anything."""

    name = "access"
    version = 2
    tables = """
        CREATE TABLE {schema}.account (
            account text COLLATE "C" PRIMARY KEY,
            role text NOT NULL,
            organisations text[] NOT NULL,
            closed boolean NOT NULL,
            opened_at timestamptz NOT NULL,
            closed_at timestamptz,
            version bigint NOT NULL,
            position bigint NOT NULL
        );
        CREATE TABLE {schema}.token (
            token text COLLATE "C" PRIMARY KEY,
            holder text COLLATE "C" NOT NULL,
            role text NOT NULL,
            organisations text[] NOT NULL,
            sha256 text NOT NULL,
            expires_on date,
            revoked boolean NOT NULL,
            granted_at timestamptz NOT NULL,
            revoked_at timestamptz,
            version bigint NOT NULL,
            position bigint NOT NULL
        );
        CREATE INDEX ON {schema}.token (holder, token)
    """

    def clear(self) -> None:
        self._accounts: dict[str, AccountRow] = {}
        self._tokens: dict[str, Granted] = {}

    def fold(self, told: Told) -> None:
        record = told.record
        # Of every entry: `isinstance` asks the metaclass of aggregates, which takes ten times as long.
        if type(record) is Token:
            self._tokens[record.reference] = granted(record, told.position)
        elif type(record) is Account:
            self._accounts[record.reference] = opened(record, told.position)

    def flush(self, cursor: Cursor[Any]) -> None:
        self.write(cursor, "account", self._accounts.values(), key=["account"])
        self.write(cursor, "token", self._tokens.values(), key=["token"])


def opened(account: Account, position: int) -> AccountRow:
    """An account as its last entry left it."""
    return AccountRow(
        account=account.reference,
        role=account.role,
        organisations=account.organisations,
        closed=account.closed,
        opened_at=account.entries[0].timestamp,
        closed_at=recorded_at(account, AccountClosed),
        version=account.version,
        position=position,
    )


def granted(token: Token, position: int) -> Granted:
    """A token as its last entry left it."""
    return Granted(
        token=token.reference,
        holder=token.holder,
        role=token.role,
        organisations=token.organisations,
        sha256=token.sha256,
        expires_on=token.expires_on,
        revoked=token.revoked,
        granted_at=token.entries[0].timestamp,
        revoked_at=recorded_at(token, TokenRevoked),
        version=token.version,
        position=position,
    )


def recorded_at(record: Record, kind: type[Event]) -> datetime | None:
    """When the first entry of a kind was recorded."""
    return next((entry.timestamp for entry in record.entries if isinstance(entry, kind)), None)


ACCOUNTS = f"""
    SELECT {columns(AccountRow, "a")} FROM access.account AS a WHERE a.account > %s ORDER BY a.account LIMIT %s
"""

# One query for whoever asks: account and token side by side.
READ = """
    SELECT t.token, t.holder, coalesce(a.role, t.role) AS role,
        CASE WHEN a.account IS NULL THEN t.organisations ELSE ARRAY(
            SELECT g.code FROM unnest(t.organisations) WITH ORDINALITY AS g (code, place)
            WHERE g.code = ANY(a.organisations) ORDER BY g.place
        ) END AS organisations,
        t.sha256, t.expires_on, t.revoked, t.granted_at, t.revoked_at, t.version,
        greatest(t.position, a.position) AS position,
        a.account IS NOT NULL AS has_account, coalesce(a.closed, false) AS account_closed
    FROM access.token AS t LEFT JOIN access.account AS a ON a.account = t.holder
"""
TOKEN = READ + "WHERE t.token = %s"
SOME = READ + "WHERE t.token = ANY(%s)"
TOKENS = READ + "WHERE (t.holder, t.token) > (%s, %s) ORDER BY t.holder, t.token LIMIT %s"

FIRST = TokenKey("", "")


def accounts(cursor: Cursor[Any], *, after: str | None = None, limit: int = 50) -> list[AccountRow]:
    """Accounts by their ids. after: the last one seen."""
    return select(cursor, AccountRow, ACCOUNTS, (after or "", limit))


def token(cursor: Cursor[Any], id: str) -> TokenRow | None:
    """A token by its public id."""
    return only(select(cursor, TokenRow, TOKEN, (id,)))


def known(cursor: Cursor[Any], ids: Sequence[str]) -> dict[str, TokenRow]:
    """Some tokens by their public ids; unknown ones are left out."""
    return {row.token: row for row in select(cursor, TokenRow, SOME, (list(ids),))}


def tokens(cursor: Cursor[Any], *, after: TokenKey | None = None, limit: int = 50) -> list[TokenRow]:
    """Tokens by account and id. after: the last one seen."""
    return select(cursor, TokenRow, TOKENS, (*(after or FIRST), limit))


# The tokens that entries after a position touched: what an entry on an account changes counts for each of its tokens.
TOUCHED = """
    SELECT t.token FROM access.token AS t WHERE t.position > %(after)s
    UNION
    SELECT t.token FROM access.account AS a JOIN access.token AS t ON t.holder = a.account WHERE a.position > %(after)s
    ORDER BY token LIMIT %(limit)s
"""
NAMES = "SELECT t.token FROM access.token AS t WHERE t.token > %s ORDER BY t.token LIMIT %s"


def names(cursor: Cursor[Any], after: str, limit: int) -> list[str]:
    """Tokens by id, after one of them."""
    return first_column(cursor, NAMES, (after, limit))
