"""Tokens over HTTP: they count from the moment they are answered for, are shown once, and end on their last day."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from api.app import Services, create_app
from api.bearer import Bearer
from api.http.access import authenticated
from api.http.turn import present
from domain.account import Account
from projections.follower import Follower
from tests.api.desk import Desk
from tests.api.granting import WHY, asked, done, granted, id_of, listed, opened, stored
from tests.story import AUTHORITY, NOW, entry

# In force


def test_a_token_works_from_the_moment_it_is_handed_out(followed: Desk):
    for _ in range(5):
        token = granted(followed, opened(followed))
        assert asked(followed, token).status_code == 200


def test_a_revoked_token_is_refused_from_the_moment_of_the_answer(followed: Desk):
    account = opened(followed)
    for _ in range(5):
        token = granted(followed, account)
        done(followed.post(f"/v1/tokens/{id_of(token)}/revoke", {}, by="admin"))
        assert asked(followed, token).status_code == 401
        assert listed(followed, token)["state"] == "revoked"


def test_a_closed_account_opens_nothing_from_the_moment_of_the_answer(followed: Desk):
    account = opened(followed)
    tokens = [granted(followed, account) for _ in range(2)]
    done(followed.post(f"/v1/accounts/{account}/close", WHY, by="admin"))
    assert [asked(followed, token).status_code for token in tokens] == [401, 401]
    again = followed.post(f"/v1/accounts/{account}/tokens", {}, by="admin")
    assert (again.status_code, again.json["code"]) == (409, "account-closed")


def test_a_token_follows_its_account(followed: Desk):
    account = opened(followed)
    token = granted(followed, account, organisations=["anru"])
    assert asked(followed, token, "/v1/partners/anru/commitments").status_code == 200
    assert asked(followed, token, "/v1/partners/region/commitments").status_code == 404
    done(followed.post(f"/v1/accounts/{account}/change", WHY | {"role": "auditor"}, by="admin"))
    assert asked(followed, token, "/v1/partners/region/commitments").status_code == 200
    assert asked(followed, token, "/v1/tokens").status_code == 200
    done(followed.post(f"/v1/accounts/{account}/change", WHY | {"organisations": ["region"]}, by="admin"))
    assert (asked(followed, token).status_code, listed(followed, token)["state"]) == (401, "no_organisation")


def test_without_a_follower_no_token_is_made_that_would_not_work(desk: Desk):
    desk.save(Account.open(authority=AUTHORITY, account="u-1", role="team", organisations=("cavm",), **entry("2026")))
    head = desk.ledger.head()
    response = desk.post("/v1/accounts/u-1/tokens", {}, by="admin", Idempotency_Key="k-1")
    assert (response.status_code, response.json["code"]) == (503, "not-in-force-yet")
    assert (response.headers["Retry-After"], desk.ledger.head()) == ("1", head)


def test_what_is_recorded_and_not_yet_in_force_is_said_and_may_be_sent_again(desk: Desk, database_url: str):
    first = desk.post("/v1/tokens/lea/revoke", {}, by="admin", Idempotency_Key="k-1")
    assert (first.status_code, first.json["code"], first.headers["Retry-After"]) == (503, "not-in-force-yet", "1")
    assert desk.ledger.token("lea").revoked
    assert desk.get("/v1/partners", by="lea").status_code == 200
    Follower(database_url).catch_up()
    again = desk.post("/v1/tokens/lea/revoke", {}, by="admin", Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert desk.get("/v1/partners", by="lea").status_code == 401
    assert desk.ledger.token("lea").version == 2


def test_a_frozen_projection_is_not_waited_for(followed: Desk, database_url: str):
    with psycopg.connect(database_url) as db:
        db.execute("UPDATE projection SET error = 'position 9' WHERE name = 'access'")
    head = followed.ledger.head()
    response = followed.post("/v1/tokens/lea/revoke", {}, by="admin")
    assert (response.status_code, response.json["code"], followed.ledger.head()) == (503, "not-in-force-yet", head + 1)


# The secret


def test_a_token_is_shown_once(followed: Desk):
    path = f"/v1/accounts/{opened(followed)}/tokens"
    first = followed.post(path, {}, by="admin", Idempotency_Key="k-1")
    again = followed.post(path, {}, by="admin", Idempotency_Key="k-1")
    assert done(first).keys() == done(again).keys() == {"reference", "version", "position", "token"}
    assert asked(followed, first.json["token"]).status_code == 200
    assert again.json == first.json | {"token": None}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.headers["Cache-Control"] == "no-store"


def test_of_parallel_copies_one_at_the_most_shows_a_token_and_it_works(followed: Desk):
    path = f"/v1/accounts/{opened(followed)}/tokens"

    def send(_: int) -> dict[str, Any]:
        return done(followed.post(path, {}, by="admin", Idempotency_Key="k-1"))

    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(send, range(12)))
    (shown,) = {each["token"] for each in answers} - {None}
    assert len({each["reference"] for each in answers}) == 1
    assert asked(followed, shown).status_code == 200


def test_no_secret_is_kept_anywhere(followed: Desk, database_url: str):
    path = f"/v1/accounts/{opened(followed)}/tokens"
    bearer = Bearer.read(followed.post(path, {}, by="admin", Idempotency_Key="k-1").json["token"])
    assert bearer is not None
    held = stored(database_url)
    assert bearer.id in held
    assert bearer.sha256 in held
    assert bearer.secret not in held
    assert bearer.secret not in repr(bearer)
    assert bearer.secret not in followed.get("/v1/tokens", by="admin").get_data(as_text=True)


# The last day


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC), 200),
        (datetime(2027, 1, 31, 23, 0, tzinfo=UTC), 401),
    ],
)
def test_a_token_works_until_midnight_in_paris(followed: Desk, services: Services, at, status):
    token = granted(followed, opened(followed), expires_on="2027-01-31")
    then = dataclasses.replace(followed, app=create_app(dataclasses.replace(services, clock=lambda: at)))
    assert asked(then, token).status_code == status
    assert listed(then, token)["state"] == ("valid" if status == 200 else "expired")


# The last use


def test_the_last_use_of_a_token_is_told(followed: Desk):
    token = granted(followed, opened(followed))
    asked(followed, token)
    assert listed(followed, token)["last_used_at"] == "2026-11-22T10:00:00Z"


def test_a_wrong_secret_is_no_use(followed: Desk):
    token = granted(followed, opened(followed))
    assert asked(followed, f"jal_{id_of(token)}_wrong").status_code == 401
    assert listed(followed, token)["last_used_at"] is None


def test_a_busy_token_costs_one_row_a_minute(followed: Desk, services: Services, database_url: str):
    token = granted(followed, opened(followed))
    now = [NOW]
    then = dataclasses.replace(followed, app=create_app(dataclasses.replace(services, clock=lambda: now[0])))
    noted = []
    for seconds in (0, 59, 60):
        now[0] = NOW + timedelta(seconds=seconds)
        asked(then, token)
        noted.append(listed(followed, token)["last_used_at"])
    assert noted == ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z", "2026-11-22T10:01:00Z"]


def test_a_last_use_that_cannot_be_written_fails_no_read(followed: Desk, database_url: str):
    token = granted(followed, opened(followed))
    with psycopg.connect(database_url) as db:
        db.execute("SET LOCAL idle_in_transaction_session_timeout = '3s'")
        db.execute("LOCK TABLE token_use IN ACCESS EXCLUSIVE MODE")
        assert asked(followed, token).status_code == 200
    assert listed(followed, token)["last_used_at"] is None


def test_to_know_who_asks_costs_one_query(followed: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch):
    token = granted(followed, opened(followed))
    asked(followed, token)
    queries = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *args: Any, **options: Any) -> Any:
        queries.append(query)
        return execute(cursor, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    with app.test_request_context(headers={"Authorization": f"Bearer {token}"}):
        assert authenticated(present()).organisations == {"region", "anru"}
    assert len(queries) == 1
