"""Tokens open the record to their holder, until they are revoked."""

from datetime import date

from domain.access import Token
from domain.errors import AlreadyRevoked
from domain.events import TokenGranted, TokenRevoked
from domain.ledger.mapper import PlainMapper
from tests.story import AUTHORITY, entry, given, knowledge, new_events, refused, replayed


def granted(**facts):
    return Token.grant(
        authority=AUTHORITY,
        token="t-1",
        holder="u-17",
        role="partner",
        organisations=("region", "departement"),
        sha256="a" * 64,
        **facts,
        **entry("2026-11-22"),
    )


def test_a_token_speaks_for_organisations_in_one_role():
    token = granted()
    assert (token.reference, token.holder, token.role) == ("t-1", "u-17", "partner")
    assert (token.organisations, token.sha256, token.revoked) == (("region", "departement"), "a" * 64, False)
    assert token.expires_on is None
    assert [type(event) for event in new_events(token)] == [TokenGranted]


def test_a_token_has_a_last_day_where_one_is_given():
    token = granted(expires_on=date(2027, 1, 31))
    assert token.expires_on == date(2027, 1, 31)
    assert knowledge(replayed(token)) == knowledge(token)


def test_a_token_of_the_time_before_accounts_is_read_as_it_was_stored():
    """Nothing in it says when it ends, and no account bears the name of its holder."""
    token = replayed(granted())
    assert b"expires_on" not in PlainMapper().to_stored_event(token.entries[0]).state
    assert (token.role, token.organisations, token.expires_on) == ("partner", ("region", "departement"), None)


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
