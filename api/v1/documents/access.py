"""Accounts and tokens as those see them who grant or audit them; no secret is known."""

from __future__ import annotations

from datetime import datetime

from marshmallow import Schema, fields

from api.http.routes import Recorded
from api.v1.documents.describing import NEXT, codes, instant, one_of, several, text, whole
from api.v1.documents.parts import Document, utc
from api.v1.schemas import says
from domain.vocabulary import ROLES
from projections.access import STATES, AccountRow, TokenRow

VERSION = "Its version; send it as `If-Match` to record only on what you have read."


def maybe(words: str) -> fields.String:
    """An instant, UTC, or null."""
    return fields.String(required=True, allow_none=True, metadata=says(words, format="date-time"))


class Account(Schema):
    account = text("Opaque id, as the record names it: `u-17`.")
    name = text("Whose it is; null once the name was erased.", allow_none=True)
    role = one_of(ROLES, "In which role its tokens speak.")
    organisations = codes("Partner codes: those that it speaks for.")
    state = one_of(["open", "closed"], "Whether its tokens can open anything.")
    opened_at = instant("When it was opened.")
    closed_at = maybe("When it was closed; null: it is open.")
    version = whole(VERSION)


class Accounts(Schema):
    items = several(Account, "Accounts, by id.")
    next = text(NEXT, allow_none=True)


class Token(Schema):
    token = text("Public id: what stands after `jal_`.")
    holder = text("Opaque id of the account that it belongs to.")
    role = one_of(ROLES, "In which role it speaks: that of its account.")
    organisations = codes("Partner codes that it speaks for: granted to it, and still of its account.")
    state = one_of(STATES, "Whether it opens anything today; if not, why.")
    granted_at = instant("When it was handed out.")
    expires_on = fields.String(
        required=True, allow_none=True, metadata=says("The last day on which it works; null: no end.", format="date")
    )
    revoked_at = maybe("When it was taken back; null: it was not.")
    last_used_at = maybe("When it was last used, to the minute; null: never yet.")
    version = whole(VERSION)


class Tokens(Schema):
    items = several(Token, "Tokens, by account.")
    next = text(NEXT, allow_none=True)


class GrantedToken(Recorded):
    """A token that was handed out."""

    token = fields.String(
        required=True,
        allow_none=True,
        metadata=says("The whole token, `jal_<id>_<secret>`: shown this once, null when the answer is replayed."),
    )


def account(row: AccountRow, name: str | None) -> Document:
    """An account. name: of its person or program."""
    return {
        "account": row.account,
        "name": name,
        "role": row.role,
        "organisations": list(row.organisations),
        "state": "closed" if row.closed else "open",
        "opened_at": utc(row.opened_at),
        "closed_at": row.closed_at and utc(row.closed_at),
        "version": row.version,
    }


def token(row: TokenRow, state: str, used_at: datetime | None) -> Document:
    """A token. state: today's."""
    return {
        "token": row.token,
        "holder": row.holder,
        "role": row.role,
        "organisations": list(row.organisations),
        "state": state,
        "granted_at": utc(row.granted_at),
        "expires_on": row.expires_on and row.expires_on.isoformat(),
        "revoked_at": row.revoked_at and utc(row.revoked_at),
        "last_used_at": used_at and utc(used_at),
        "version": row.version,
    }
