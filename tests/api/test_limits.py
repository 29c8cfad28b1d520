"""How much is let through: so much for each token, and little from where tokens are refused; whatever Redis does."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
from flask.testing import FlaskClient

from api.app import Services, create_app
from api.counting import Counters
from api.run.valkey import EmbeddedValkey
from api.run.web import behind
from tests.api.crashing import until
from tests.api.desk import CARPEAUX, PLAN, SECRET, Desk

NOWHERE = "redis://127.0.0.1:1"
LIMIT = 3

Limited = Callable[..., FlaskClient]


@pytest.fixture
def redis_url(servers: Any) -> str:
    """A Redis that has counted nothing yet."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushdb()
    return str(servers.redis_url)


@pytest.fixture
def limited(desk: Desk, services: Services, redis_url: str) -> Limited:
    """Makes the application of one process, with the usual tokens, that lets three requests through a minute."""

    def make(url: str = redis_url, **limits: int | None) -> FlaskClient:
        given = {"rate_limit": LIMIT, "refused_tokens": LIMIT} | limits
        return create_app(replace(services, counters=Counters(url), **given)).test_client()

    return make


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A Redis of the test's own, to be hurt."""
    server = EmbeddedValkey(tmp_path)
    server.ensure()
    yield server
    server.stop()


def ask(client: FlaskClient, by: str = "lea", path: str = "/v1/operations", secret: str = SECRET, **more: Any) -> Any:
    return client.get(path, headers={"Authorization": f"Bearer jal_{by}_{secret}", **more.pop("headers", {})}, **more)


def statuses(client: FlaskClient, times: int, **request: Any) -> list[int]:
    return [ask(client, **request).status_code for _ in range(times)]


# One token


def test_a_token_asks_as_often_as_the_limit_says(limited: Limited):
    client = limited()
    assert statuses(client, LIMIT + 2) == [200] * LIMIT + [429] * 2


def test_whoever_asks_too_often_is_told_when_to_come_back(limited: Limited):
    client = limited(rate_limit=1)
    ask(client)
    response = ask(client)
    assert (response.status_code, response.content_type) == (429, "application/problem+json")
    assert (response.json["code"], response.json["type"]) == ("rate-limited", "/problems/rate-limited")
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_every_answer_says_how_much_is_left(limited: Limited):
    client = limited()
    told = [ask(client).headers for _ in range(LIMIT + 1)]
    assert {headers["X-RateLimit-Limit"] for headers in told} == {"3"}
    assert [headers["X-RateLimit-Remaining"] for headers in told] == ["2", "1", "0", "0"]
    assert all(0 < int(headers["X-RateLimit-Reset"]) - time.time() < 62 for headers in told)
    assert ["Retry-After" in headers for headers in told] == [False] * LIMIT + [True]


def test_another_token_has_a_limit_of_its_own(limited: Limited):
    client = limited(rate_limit=1)
    assert statuses(client, 2) == [200, 429]
    assert statuses(client, 2, by="auditor") == [200, 429]


def test_refusals_count_too(limited: Limited):
    client = limited()
    answers = [client.post("/v1/operations", headers={"Authorization": f"Bearer jal_anru_{SECRET}"}, json=PLAN)]
    answers += [ask(client, by="anru", path="/v1/operations/NULLE-PART") for _ in range(LIMIT)]
    assert [answer.status_code for answer in answers] == [403, 404, 404, 429]


def test_all_processes_count_together(limited: Limited):
    one, other = limited(), limited()
    assert statuses(one, 2) + statuses(other, 2) == [200, 200, 200, 429]


def test_without_a_token_the_address_is_limited(limited: Limited):
    client = limited(rate_limit=1)
    assert [client.get("/openapi.json").status_code for _ in range(2)] == [200, 429]
    assert client.get("/openapi.json", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    assert statuses(client, 1) == [200]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whoever_watches_is_never_limited(limited: Limited, path: str):
    client = limited(rate_limit=1)
    assert {client.get(path).status_code for _ in range(3)} == {200}


def test_the_limit_can_be_turned_off(limited: Limited):
    client = limited(rate_limit=None)
    assert statuses(client, LIMIT + 5) == [200] * (LIMIT + 5)
    assert "X-RateLimit-Limit" not in ask(client).headers


# Redis


def commands(url: str) -> Counter[str]:
    """How often Redis was asked for what so far, apart from what belongs to connecting and to this very question."""
    with redis.Redis.from_url(url) as client:
        told = client.info("commandstats")
    calls = {name.removeprefix("cmdstat_").partition("|")[0]: each["calls"] for name, each in told.items()}
    return Counter({name: number for name, number in calls.items() if name not in ("info", "hello", "client")})


def test_a_request_asks_redis_once(limited: Limited, redis_url: str):
    client = limited(rate_limit=100)
    ask(client)
    before = commands(redis_url)
    ask(client)
    # The script is what was sent; the other two happened within it.
    assert commands(redis_url) - before == {"evalsha": 1, "incr": 1, "pttl": 1}


def test_a_valid_token_costs_nothing_for_those_that_are_refused(limited: Limited, redis_url: str):
    client = limited(rate_limit=None)
    before = commands(redis_url)
    ask(client)
    assert commands(redis_url) == before


def test_while_redis_is_away_each_process_limits_alone(limited: Limited):
    client = limited(NOWHERE)
    assert statuses(client, LIMIT + 1) == [200, 200, 200, 429]
    assert statuses(limited(NOWHERE), 1) == [200]


@contextmanager
def frozen(server: EmbeddedValkey) -> Iterator[None]:
    """The server neither answers nor goes away."""
    with redis.Redis.from_url(server.url) as client:
        pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_redis_that_hangs_holds_nobody_up_and_is_used_again(limited: Limited, valkey: EmbeddedValkey, caplog):
    client = limited(valkey.url, rate_limit=4)
    assert statuses(client, 2) == [200, 200]
    with frozen(valkey):
        began = time.monotonic()
        assert statuses(client, 5) == [200, 200, 200, 200, 429]
        # By itself, the client of Redis would try for three seconds and more each time.
        assert time.monotonic() - began < 10
    until(lambda: "Redis is back" in caplog.text)
    # It has counted the two from before, and then the one that it was asked to count while it hung.
    assert statuses(client, 2) == [200, 429]


def test_a_redis_that_comes_back_is_used_again(limited: Limited, valkey: EmbeddedValkey, caplog):
    client = limited(valkey.url)
    assert statuses(client, 1) == [200]
    valkey.stop()
    assert statuses(client, LIMIT + 1) == [200, 200, 200, 429]
    valkey.ensure()
    until(lambda: "Redis is back" in caplog.text)
    # It has lost everything, and begins to count again.
    assert statuses(client, LIMIT + 1) == [200, 200, 200, 429]


# Tokens that are refused


def test_refused_tokens_are_soon_turned_away(limited: Limited):
    client = limited()
    assert statuses(client, LIMIT + 1, secret="wrong") == [401, 401, 401, 429]
    response = ask(client, secret="wrong")
    assert (response.json["code"], "WWW-Authenticate" in response.headers) == ("rate-limited", False)
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_no_token_at_all_counts_as_one_that_is_refused(limited: Limited):
    client = limited()
    assert [client.get(CARPEAUX).status_code for _ in range(LIMIT + 1)] == [401, 401, 401, 429]


def test_a_valid_token_is_never_stopped_by_what_others_try(limited: Limited):
    client = limited()
    statuses(client, LIMIT + 5, secret="wrong")
    assert statuses(client, 1) == [200]


def test_other_addresses_are_not_stopped(limited: Limited):
    client = limited()
    statuses(client, LIMIT + 1, secret="wrong")
    assert statuses(client, 1, secret="wrong", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}) == [401]


def test_the_many_addresses_of_one_subscriber_count_as_one(limited: Limited):
    client = limited()
    tried = [
        ask(client, secret="wrong", environ_overrides={"REMOTE_ADDR": f"2001:db8:0:1::{number}"}).status_code
        for number in range(LIMIT + 1)
    ]
    assert tried == [401, 401, 401, 429]
    assert statuses(client, 1, secret="wrong", environ_overrides={"REMOTE_ADDR": "2001:db8:0:2::1"}) == [401]


def test_refused_tokens_are_limited_where_requests_are_not(limited: Limited):
    assert statuses(limited(rate_limit=None), LIMIT + 1, secret="wrong")[-1] == 429


def test_refused_tokens_are_limited_while_redis_is_away(limited: Limited):
    assert statuses(limited(NOWHERE), LIMIT + 1, secret="wrong") == [401, 401, 401, 429]


def test_what_nothing_can_count_is_turned_away(limited: Limited, monkeypatch):
    client = limited(NOWHERE, rate_limit=None)

    def exhausted(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    # Counting in memory takes a thread now and then, and the system may have none left.
    monkeypatch.setattr(threading.Timer, "start", exhausted)
    response = ask(client, secret="wrong")
    assert (response.status_code, response.json["code"]) == (429, "rate-limited")
    assert int(response.headers["Retry-After"]) == 60
    assert statuses(client, 1) == [200]


# Behind a web server of one's own


def test_behind_a_proxy_the_address_is_the_one_that_it_tells(limited: Limited):
    client = limited()
    client.application.wsgi_app = behind(client.application.wsgi_app, 1)
    # What the proxy was sent may be forged; the last address is what it saw itself.
    tried = [
        ask(client, secret="wrong", headers={"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"}).status_code
        for number in range(LIMIT + 1)
    ]
    assert tried == [401, 401, 401, 429]
    assert statuses(client, 1, secret="wrong", headers={"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}) == [401]


def test_without_a_proxy_nobody_is_believed_who_names_another_address(limited: Limited):
    client = limited()
    client.application.wsgi_app = behind(client.application.wsgi_app, 0)
    tried = [
        ask(client, secret="wrong", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(LIMIT + 1)
    ]
    assert tried == [401, 401, 401, 429]
