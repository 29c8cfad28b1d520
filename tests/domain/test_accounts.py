"""Accounts: somebody speaks in one role for some organisations, until the account is closed."""

from datetime import date

import pytest

from domain.account import Account
from domain.errors import (
    ClosedAccount,
    ExpiryPast,
    NoOrganisation,
    NothingToChange,
    OrganisationNotHeld,
    ReasonMissing,
    RepeatedValue,
)
from domain.events import AccountChanged, AccountClosed, AccountOpened
from tests.story import AUTHORITY, entry, given, knowledge, new_events, refused, replayed

WHY = entry("2026-11-22", reason="Décision du comité")


def opened(**facts):
    known = {"account": "u-17", "role": "partner", "organisations": ("region", "departement")} | facts
    return Account.open(authority=AUTHORITY, **known, **entry("2026-11-22"))


def granted(account, **facts):
    return account.grant(authority=AUTHORITY, token="t-1", sha256="a" * 64, **facts, **entry("2026-11-22"))


def test_an_account_speaks_for_organisations_in_one_role():
    account = opened()
    assert (account.reference, account.role, account.organisations) == ("u-17", "partner", ("region", "departement"))
    assert not account.closed
    assert [type(event) for event in new_events(account)] == [AccountOpened]


def test_an_account_speaks_at_least_for_one_organisation():
    with refused(NoOrganisation, field="organisations"):
        opened(organisations=())
    account = given(opened())
    with refused(NoOrganisation, account, field="organisations"):
        account.change(organisations=(), **WHY)


def test_an_account_names_no_organisation_twice():
    with refused(RepeatedValue, field="organisations"):
        opened(organisations=("region", "region"))
    account = given(opened())
    with refused(RepeatedValue, account, field="organisations"):
        account.change(organisations=("anru", "anru"), **WHY)


def test_what_a_change_leaves_out_stays():
    account = given(opened())
    account.change(role="auditor", **WHY)
    assert (account.role, account.organisations) == ("auditor", ("region", "departement"))
    account.change(organisations=("anru",), **WHY)
    assert (account.role, account.organisations) == ("auditor", ("anru",))
    assert [type(event) for event in new_events(account)] == [AccountChanged] * 2
    assert knowledge(replayed(account)) == knowledge(account)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "role"),
        ({"role": "partner"}, "role"),
        ({"organisations": ("region", "departement")}, "organisations"),
        ({"role": "partner", "organisations": ("region", "departement")}, "organisations"),
    ],
)
def test_a_change_changes_something(said, field):
    account = given(opened())
    with refused(NothingToChange, account, field=field):
        account.change(**said, **WHY)


def test_a_change_and_a_closing_say_why():
    account = given(opened())
    with refused(ReasonMissing, account, field="reason"):
        account.change(role="team", **entry("2026-11-22"))
    with refused(ReasonMissing, account, field="reason"):
        account.close(**entry("2026-11-22"))


def test_a_closed_account_stays_closed():
    account = given(opened())
    account.close(**WHY)
    assert account.closed
    assert [type(event) for event in new_events(account)] == [AccountClosed]
    assert knowledge(replayed(account)) == knowledge(account)
    given(account)
    with refused(ClosedAccount, account):
        account.close(**WHY)
    with refused(ClosedAccount, account):
        account.change(role="team", **WHY)
    with refused(ClosedAccount, account):
        granted(account)


def test_a_token_speaks_for_all_that_its_account_speaks_for_unless_told_otherwise():
    account = given(opened())
    token = granted(account)
    assert (token.holder, token.role, token.organisations) == ("u-17", "partner", ("region", "departement"))
    assert token.expires_on is None
    assert granted(account, organisations=("departement",)).organisations == ("departement",)


def test_a_token_speaks_for_no_more_than_its_account():
    account = given(opened())
    with refused(OrganisationNotHeld, account, field="organisations"):
        granted(account, organisations=("region", "anru"))
    with refused(NoOrganisation, account, field="organisations"):
        granted(account, organisations=())
    with refused(RepeatedValue, account, field="organisations"):
        granted(account, organisations=("region", "region"))


def test_the_last_day_of_a_token_may_be_today_and_no_earlier():
    account = given(opened())
    assert granted(account, expires_on=date(2026, 11, 22)).expires_on == date(2026, 11, 22)
    with refused(ExpiryPast, account, field="expires_on"):
        granted(account, expires_on=date(2026, 11, 21))


def test_whatever_day_is_past_is_refused_in_a_sentence():
    account = given(opened())
    for day in (date.min, date(1899, 12, 31)):
        with refused(ExpiryPast, account, field="expires_on"):
            granted(account, expires_on=day)


def test_today_is_a_day_in_paris():
    """22 November 2026, 23:30 UTC is the 23rd in Paris."""
    late = entry("2026-11-22", at=entry("2026-11-22")["at"].replace(hour=23, minute=30))
    account = given(opened())
    with refused(ExpiryPast, account, field="expires_on"):
        account.grant(authority=AUTHORITY, token="t-1", sha256="a" * 64, expires_on=date(2026, 11, 22), **late)
