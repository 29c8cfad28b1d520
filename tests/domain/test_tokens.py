"""Tokens open the record to their holder, until they are revoked."""

from domain.access import Token
from domain.errors import AlreadyRevoked
from domain.events import TokenGranted, TokenRevoked
from tests.story import AUTHORITY, entry, given, knowledge, new_events, refused, replayed


def granted():
    return Token.grant(
        authority=AUTHORITY,
        token="t-1",
        holder="u-17",
        role="partner",
        organisations=("region", "departement"),
        sha256="a" * 64,
        **entry("2026-11-22"),
    )


def test_a_token_speaks_for_organisations_in_one_role():
    token = granted()
    assert (token.reference, token.holder, token.role) == ("t-1", "u-17", "partner")
    assert (token.organisations, token.sha256, token.revoked) == (("region", "departement"), "a" * 64, False)
    assert [type(event) for event in new_events(token)] == [TokenGranted]


def test_a_token_is_taken_back():
    token = given(granted())
    token.revoke(**entry("2026-11-22"))
    assert token.revoked
    assert [type(event) for event in new_events(token)] == [TokenRevoked]
    assert knowledge(replayed(token)) == knowledge(token)


def test_a_token_is_not_taken_back_twice():
    token = granted()
    token.revoke(**entry("2026-11-22"))
    with refused(AlreadyRevoked, given(token)):
        token.revoke(**entry("2026-11-22"))
