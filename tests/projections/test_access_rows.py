"""Accounts and tokens as the API looks them up."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import Token
from domain.account import Account
from projections import access
from tests.story import AUTHORITY, NOW, entry

TODAY = NOW.date()
LATER = NOW + timedelta(hours=1)
WHY = entry("2026-11-22", reason="Départ", at=LATER)


def account(name: str = "u-7", **facts: Any) -> Account:
    known: dict[str, Any] = {"role": "partner", "organisations": ("anru", "anah")} | facts
    return Account.open(authority=AUTHORITY, account=name, **known, **entry("2026-11-22"))


def granted(by: Account, name: str = "t1", **facts: Any) -> Token:
    return by.grant(authority=AUTHORITY, token=name, sha256="a" * 64, **facts, **entry("2026-11-22"))


def old(name: str = "t1", organisations: tuple[str, ...] = ("anru", "anah")) -> Token:
    """A token of the time before accounts."""
    return Token.grant(
        authority=AUTHORITY,
        token=name,
        holder="u-7",
        role="partner",
        organisations=organisations,
        sha256="a" * 64,
        **entry("2026-11-22"),
    )


def read(cursor: Any, name: str = "t1") -> access.TokenRow:
    row = access.token(cursor, name)
    assert row is not None
    return row


def test_a_token_is_found_by_its_id(told, cursor):
    position = told(account(), granted(account(), expires_on=date(2027, 1, 31)))
    row = read(cursor)
    assert (row.holder, row.role, row.organisations, row.sha256) == ("u-7", "partner", ["anru", "anah"], "a" * 64)
    assert (row.granted_at, row.revoked_at, row.expires_on, row.position) == (NOW, None, date(2027, 1, 31), position)
    assert row.state(TODAY) == "valid"
    assert access.token(cursor, "t2") is None


def test_a_revoked_token_says_so(told, cursor):
    token = granted(account())
    told(account(), token)
    token.revoke(**entry("2026-11-22", at=LATER))
    told(token, granted(account(), "t2"))
    assert [(row.token, row.state(TODAY), row.revoked_at) for row in access.tokens(cursor)] == [
        ("t1", "revoked", LATER),
        ("t2", "valid", None),
    ]


def test_a_token_works_until_the_end_of_its_last_day(told, cursor):
    told(account(), granted(account(), expires_on=date(2026, 11, 22)))
    assert read(cursor).state(date(2026, 11, 22)) == "valid"
    assert read(cursor).state(date(2026, 11, 23)) == "expired"


def test_a_token_speaks_in_the_present_role_of_its_account(told, cursor):
    holder = account()
    told(holder, granted(holder))
    holder.change(role="auditor", **WHY)
    told(holder)
    assert read(cursor).role == "auditor"


def test_a_token_keeps_those_of_its_organisations_that_its_account_still_has(told, cursor):
    holder = account(organisations=("anru", "anah", "region"))
    told(holder, granted(holder, organisations=("region", "anah")))
    holder.change(organisations=("anah", "etat", "region"), **WHY)
    told(holder)
    assert read(cursor).organisations == ["region", "anah"]
    holder.change(organisations=("etat", "anah"), **WHY)
    told(holder)
    assert read(cursor).organisations == ["anah"]
    holder.change(organisations=("etat",), **WHY)
    position = told(holder)
    assert (read(cursor).organisations, read(cursor).state(TODAY)) == ([], "no_organisation")
    assert read(cursor).position == position
    holder.change(organisations=("anah",), **WHY)
    told(holder)
    assert (read(cursor).organisations, read(cursor).state(TODAY)) == (["anah"], "valid")


def test_no_token_of_a_closed_account_opens_anything(told, cursor):
    holder = account()
    told(holder, granted(holder), granted(holder, "t2"))
    holder.close(**WHY)
    told(holder)
    assert {row.state(TODAY) for row in access.tokens(cursor)} == {"account_closed"}
    (row,) = access.accounts(cursor)
    assert (row.closed, row.closed_at, row.version) == (True, LATER, 2)


@pytest.mark.parametrize("organisations", [("anru", "anah"), ()])
def test_a_token_of_the_time_before_accounts_keeps_what_it_was_granted(told, cursor, organisations):
    told(old(organisations=organisations), account("u-8"))
    row = read(cursor)
    assert (row.role, tuple(row.organisations), row.state(TODAY)) == ("partner", organisations, "valid")


def test_it_makes_no_difference_whether_the_account_or_the_token_is_told_first(told, cursor):
    holder = account(role="team")
    told(granted(holder))
    told(holder)
    assert (read(cursor).role, read(cursor).has_account) == ("team", True)


def test_accounts_and_tokens_come_page_by_page(told, cursor):
    accounts = [account(name) for name in ("u-2", "u-1", "u-3")]
    tokens = [granted(by, f"{name}{by.reference[-1]}") for by in accounts for name in "ba"]
    told(*accounts, *tokens)
    assert [row.account for row in access.accounts(cursor, limit=2)] == ["u-1", "u-2"]
    assert [row.account for row in access.accounts(cursor, after="u-2")] == ["u-3"]
    first = access.tokens(cursor, limit=3)
    assert [(row.holder, row.token) for row in first] == [("u-1", "a1"), ("u-1", "b1"), ("u-2", "a2")]
    rest = access.tokens(cursor, after=access.TokenKey(first[-1].holder, first[-1].token))
    assert [row.token for row in rest] == ["b2", "a3", "b3"]
