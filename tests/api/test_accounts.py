"""Accounts over HTTP: who may have one, what is kept of its holder's name, and what is told of it."""

import inspect
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from api.v1 import schemas
from domain.access import Token
from domain.account import Account
from domain.event import Entry
from tests.api.desk import Desk
from tests.api.granting import NAME, PERSON, WHY, done, granted, id_of, listed, opened, stored

# Names


def test_a_name_is_kept_beside_the_record_alone(followed: Desk, database_url: str, caplog: pytest.LogCaptureFixture):
    with caplog.at_level("DEBUG"):
        account = done(followed.post("/v1/accounts", PERSON, by="admin", Idempotency_Key="k-1"))["reference"]
        refused = followed.post("/v1/accounts", PERSON | {"role": "boss"}, by="admin", Idempotency_Key="k-2")
    assert (refused.status_code, "Durand" in refused.get_data(as_text=True)) == (422, False)
    assert account in stored(database_url)
    assert "Durand" not in stored(database_url)
    assert "Durand" not in caplog.text
    (told,) = followed.read("/v1/accounts", by="admin")["items"]
    assert (told["account"], told["name"], told["state"]) == (account, NAME, "open")


def test_a_refused_account_leaves_no_name_behind(followed: Desk, database_url: str):
    response = followed.post("/v1/accounts", PERSON | {"organisations": ["nowhere"]}, by="admin")
    assert (response.status_code, list(response.json["errors"])) == (422, ["organisations"])
    with psycopg.connect(database_url) as db:
        assert db.execute("SELECT count(*) FROM person").fetchone() == (0,)


def test_copies_of_one_request_open_one_account_with_one_name(followed: Desk, database_url: str):
    def send(_: int) -> str:
        return str(done(followed.post("/v1/accounts", PERSON, by="admin", Idempotency_Key="k-1"))["reference"])

    with ThreadPoolExecutor(4) as senders:
        assert len(set(senders.map(send, range(12)))) == 1
    with psycopg.connect(database_url) as db:
        assert db.execute("SELECT name FROM person").fetchall() == [(NAME,)]


def test_an_erased_name_stays_erased_when_its_command_is_sent_again(followed: Desk, database_url: str):
    done(followed.post("/v1/accounts", PERSON, by="admin", Idempotency_Key="k-1"))
    with psycopg.connect(database_url) as db:
        db.execute("UPDATE person SET name = NULL")
    done(followed.post("/v1/accounts", PERSON, by="admin", Idempotency_Key="k-1"))
    assert [each["name"] for each in followed.read("/v1/accounts", by="admin")["items"]] == [None]


def test_a_name_cannot_be_guessed_from_what_is_kept_of_its_command(followed: Desk, database_url: str):
    """The digest of what was asked has the key in it, which is kept nowhere."""
    for key in ("k-1", "k-2"):
        done(followed.post("/v1/accounts", PERSON, by="admin", Idempotency_Key=key))
    with psycopg.connect(database_url) as db:
        first, second = db.execute("SELECT fingerprint FROM command WHERE fingerprint <> ''").fetchall()
    assert first != second


def test_a_key_does_not_serve_for_another_name(followed: Desk):
    done(followed.post("/v1/accounts", PERSON, by="admin", Idempotency_Key="k-1"))
    other = followed.post("/v1/accounts", PERSON | {"name": "X"}, by="admin", Idempotency_Key="k-1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")


# Refusals


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expires_on": "2026-11-21"}, "expires_on"),
        ({"expires_on": "2027-02-29"}, "expires_on"),
        ({"expires_on": "2027-01"}, "expires_on"),
        ({"expires_on": "2027-01-31\n"}, "expires_on"),
        ({"expires_on": 2027}, "expires_on"),
        ({"organisations": []}, "organisations"),
        ({"organisations": ["sigh"]}, "organisations"),
        ({"organisations": ["anru", "anru"]}, "organisations"),
        ({"role": "admin"}, "role"),
        ({"description": "Laptop"}, "description"),
    ],
)
def test_a_token_that_cannot_be_is_refused_by_the_name_of_the_field(followed: Desk, body, field):
    response = followed.post(f"/v1/accounts/{opened(followed)}/tokens", body, by="admin")
    assert (response.status_code, list(response.json["errors"])) == (422, [field])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"role": "team"}, 422, "reason-missing"),
        (WHY, 422, "nothing-to-change"),
        (WHY | {"role": "partner"}, 422, "nothing-to-change"),
        (WHY | {"organisations": []}, 422, "no-organisation"),
        (WHY | {"organisations": ["nowhere"]}, 422, "unknown-partner"),
        (WHY | {"role": "boss"}, 422, "validation"),
        (WHY | {"name": "X"}, 422, "validation"),
    ],
)
def test_a_change_that_cannot_be_is_refused(followed: Desk, body, status, code):
    account = opened(followed)
    response = followed.post(f"/v1/accounts/{account}/change", body, by="admin")
    assert (response.status_code, response.json["code"]) == (status, code)
    assert followed.ledger.account(account).version == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/accounts/u-999999/change", "unknown-account"),
        ("/v1/accounts/u-999999/close", "unknown-account"),
        ("/v1/accounts/u-999999/tokens", "unknown-account"),
        ("/v1/tokens/nobody/revoke", "unknown-token"),
        ("/v1/accounts/anru/close", "not-found"),
        ("/v1/tokens/NOBODY/revoke", "not-found"),
    ],
)
def test_what_does_not_exist_is_not_found(followed: Desk, path, code):
    response = followed.post(path, WHY, by="admin")
    assert (response.status_code, response.json["code"]) == (404, code)


def test_a_token_of_the_time_before_accounts_can_still_be_revoked(followed: Desk):
    done(followed.post("/v1/tokens/landlord/revoke", {}, by="admin"))
    assert followed.get("/v1/partners", by="landlord").status_code == 401
    assert followed.post("/v1/accounts/u-landlord/close", WHY, by="admin").status_code == 404


def test_the_version_that_was_read_is_met(followed: Desk):
    account = opened(followed)
    stale = followed.post(f"/v1/accounts/{account}/close", WHY, by="admin", If_Match='"2"')
    assert (stale.status_code, stale.json["values"]["current"]) == (412, 1)
    assert followed.post(f"/v1/accounts/{account}/close", WHY, by="admin", If_Match='"1"').status_code == 201


def test_granting_and_revoking_say_who_did_it(followed: Desk):
    token = granted(followed, opened(followed))
    done(followed.post(f"/v1/tokens/{id_of(token)}/revoke", WHY, by="admin"))
    entries = followed.ledger.token(id_of(token)).entries
    assert [(each.by.actor, each.by.role, each.by.credential) for each in entries] == [
        ("u-admin", "admin", "admin")
    ] * 2
    assert entries[-1].reason == "Départ"


@pytest.mark.parametrize(
    ("schema", "command", "elsewhere"),
    [
        (schemas.OpenAccount, Account.open, {"account", "name"}),
        (schemas.ChangeAccount, Account.change, set()),
        (schemas.CloseAccount, Account.close, set()),
        (schemas.GrantToken, Account.grant, {"token", "sha256"}),
        (schemas.RevokeToken, Token.revoke, set()),
    ],
)
def test_a_body_says_what_its_command_takes(schema, command, elsewhere):
    """But for the name, which is no fact, and for what is made here."""
    taken = [each for each in inspect.signature(command).parameters.values() if each.kind is each.KEYWORD_ONLY]
    facts = {each.name: each.default is each.empty for each in taken if each.name != "authority"}
    said = {name: field.required for name, field in schema().fields.items() if name not in Entry.__annotations__}
    assert {name: said[name] for name in said.keys() - elsewhere} == {
        name: facts[name] for name in facts.keys() - elsewhere
    }


# Reading


def test_the_lists_say_all_but_the_secret(followed: Desk):
    account = opened(followed)
    token = granted(followed, account, organisations=["anru"], expires_on="2027-01-31")
    assert listed(followed, token) == {
        "token": id_of(token),
        "holder": account,
        "role": "partner",
        "organisations": ["anru"],
        "state": "valid",
        "granted_at": "2026-11-22T10:00:00Z",
        "expires_on": "2027-01-31",
        "revoked_at": None,
        "last_used_at": None,
        "version": 1,
    }
    (told,) = followed.read("/v1/accounts", by="auditor")["items"]
    assert told == {
        "account": account,
        "name": NAME,
        "role": "partner",
        "organisations": ["region", "anru"],
        "state": "open",
        "opened_at": "2026-11-22T10:00:00Z",
        "closed_at": None,
        "version": 1,
    }


def test_lists_come_page_by_page(followed: Desk):
    accounts = [opened(followed) for _ in range(3)]
    tokens = {id_of(granted(followed, account)) for account in accounts}
    assert everything(followed, "/v1/accounts", "account") == sorted(accounts)
    found = everything(followed, "/v1/tokens", "token")
    assert len(found) == len(set(found))
    assert set(found) >= tokens


def everything(followed: Desk, path: str, name: str) -> list[str]:
    """What all pages of a list name, two at a time."""
    found, cursor = [], ""
    while cursor is not None:
        page = followed.read(f"{path}?limit=2" + (f"&cursor={cursor}" if cursor else ""), by="admin")
        found += [each[name] for each in page["items"]]
        cursor = page["next"]
    return found
