"""Tokens as the API looks them up."""

from datetime import timedelta

from domain.access import Token
from projections import access
from tests.story import AUTHORITY, NOW, entry


def token(name: str = "t1") -> Token:
    return Token.grant(
        authority=AUTHORITY,
        token=name,
        holder="u-7",
        role="partner",
        organisations=("anru", "anah"),
        sha256="a" * 64,
        **entry("2026-11-22"),
    )


def test_a_token_is_found_by_its_id(told, cursor):
    position = told(token())
    row = access.token(cursor, "t1")
    assert row is not None
    assert (row.holder, row.role, row.organisations, row.sha256) == ("u-7", "partner", ["anru", "anah"], "a" * 64)
    assert (row.revoked, row.granted_at, row.revoked_at, row.position) == (False, NOW, None, position)
    assert access.token(cursor, "t2") is None


def test_a_revoked_token_says_so(told, cursor):
    granted = token()
    told(granted)
    granted.revoke(**entry("2026-11-22", at=NOW + timedelta(hours=1)))
    told(granted, token("t2"))
    assert [(row.token, row.revoked, row.revoked_at) for row in access.tokens(cursor)] == [
        ("t1", True, NOW + timedelta(hours=1)),
        ("t2", False, None),
    ]
