"""Retrying safely: a key makes a command count once, a version makes it meet what its sender read."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Timer
from typing import Any

import psycopg
import pytest
from werkzeug.test import TestResponse

from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk


def test_the_same_key_gets_the_first_answer_again(planned: Desk):
    first = planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
    again = planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert [first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]] == [None, "true"]
    assert [again.headers[name] for name in ("ETag", "Jalon-Position")] == ['"2"', str(first.json["position"])]
    assert planned.ledger.operation("ANZ-CARPEAUX").version == 2


def test_the_order_and_the_form_of_a_body_do_not_count(planned: Desk):
    planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
    again = planned.post(f"{CARPEAUX}/commitments", dict(reversed(GRANT.items())), Idempotency_Key="k-1")
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_for_something_else_is_refused(planned: Desk):
    planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
    other = planned.post(f"{CARPEAUX}/commitments", GRANT | {"amount_cents": 1}, Idempotency_Key="k-1")
    elsewhere = planned.post(f"{CARPEAUX}/allocations", GRANT, Idempotency_Key="k-1")
    assert [(each.status_code, each.json["code"]) for each in (other, elsewhere)] == [
        (422, "idempotency-key-reused")
    ] * 2


def test_another_holder_may_use_the_same_key(desk: Desk):
    desk.post("/v1/operations", PLAN, Idempotency_Key="k-1")
    other = desk.post("/v1/operations", PLAN | {"reference": "SIGH-1"}, by="landlord", Idempotency_Key="k-1")
    assert (other.status_code, other.headers.get("Idempotent-Replayed")) == (201, None)


def test_a_refusal_is_not_kept_under_the_key(planned: Desk):
    refused = planned.post(f"{CARPEAUX}/start", {"on": "2008-11"}, Idempotency_Key="k-1")
    planned.record(f"{CARPEAUX}/commitments", GRANT)
    accepted = planned.post(f"{CARPEAUX}/start", {"on": "2008-11"}, Idempotency_Key="k-1")
    assert (refused.status_code, accepted.status_code) == (409, 201)


def test_no_copy_is_refused_because_of_another_copy(planned: Desk):
    """The second start of an operation is refused, unless it is the first one sent again."""

    def send(_: int) -> int:
        start = {"on": "2008-11", "reason": "Urgence"}
        return planned.post(f"{CARPEAUX}/start", start, Idempotency_Key="k-1", If_Match='"1"').status_code

    with ThreadPoolExecutor(4) as senders:
        assert set(senders.map(send, range(20))) == {201}


@pytest.mark.parametrize("key", ["", "a b", "é", "k" * 256])
def test_a_key_is_visible_and_not_too_long(planned: Desk, key):
    response = planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key=key)
    assert (response.status_code, list(response.json["errors"])) == (422, ["Idempotency-Key"])


def test_twenty_copies_of_one_request_make_one_effect(planned: Desk):
    def send(_: int) -> tuple[int, bytes]:
        response = planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
        return response.status_code, response.data

    with ThreadPoolExecutor(4) as senders:
        answers = set(senders.map(send, range(20)))
    assert len(answers) == 1
    assert planned.ledger.operation("ANZ-CARPEAUX").version == 2


@pytest.fixture
def holder(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody who holds the ledger up: whoever appends waits, until `rollback`."""
    with psycopg.connect(database_url) as holder:
        holder.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        yield holder


@pytest.fixture
def first(planned: Desk, holder: psycopg.Connection[Any]) -> Iterator[Future[TestResponse]]:
    """A keyed command that is under way."""
    with ThreadPoolExecutor(1) as meanwhile:
        first = meanwhile.submit(planned.post, f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
        waiting = "SELECT FROM pg_locks WHERE relation = 'stored_events'::regclass AND NOT granted"
        while not holder.execute(waiting).rowcount:
            assert not first.done(), first.result().text
        yield first


def test_a_copy_of_a_command_that_is_under_way_is_told_so(planned: Desk, holder, first):
    copy = planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
    assert (copy.status_code, copy.json["code"]) == (409, "idempotency-in-flight")
    assert copy.headers["Retry-After"] == "1"
    holder.rollback()
    assert first.result().status_code == 201
    again = planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.result().data, "true")


def test_a_copy_gets_the_answer_of_the_first_when_it_comes_in_time(planned: Desk, holder, first):
    soon = Timer(0.2, holder.rollback)
    soon.start()
    copy = planned.post(f"{CARPEAUX}/commitments", GRANT, Idempotency_Key="k-1")
    soon.join()
    assert (first.result().status_code, first.result().headers.get("Idempotent-Replayed")) == (201, None)
    assert (copy.status_code, copy.data, copy.headers["Idempotent-Replayed"]) == (201, first.result().data, "true")
    assert planned.ledger.operation("ANZ-CARPEAUX").version == 2


def test_the_version_that_was_read_is_met(planned: Desk):
    assert planned.post(f"{CARPEAUX}/commitments", GRANT, If_Match='"1"').status_code == 201


@pytest.mark.parametrize("sent", ['"1"', '"3"', 'W/"2"', "*", '"2", "3"', '"two"', '"02"', "nothing"])
def test_any_other_version_is_refused_with_the_present_one(funded: Desk, sent):
    response = funded.post(f"{CARPEAUX}/start", {"on": "2008-11"}, If_Match=sent)
    assert (response.status_code, response.json["code"]) == (412, "version-conflict")
    assert (response.json["values"]["current"], response.headers["ETag"]) == (2, '"2"')
    assert funded.ledger.operation("ANZ-CARPEAUX").version == 2


def test_the_tag_of_a_document_is_not_a_version(funded: Desk):
    tag = funded.get(f"{CARPEAUX}/timeline").headers["ETag"]
    assert funded.post(f"{CARPEAUX}/start", {"on": "2008-11"}, If_Match=tag).status_code == 412


def test_the_key_comes_before_the_version(planned: Desk):
    sent = {"Idempotency_Key": "k-1", "If_Match": '"1"'}
    planned.post(f"{CARPEAUX}/commitments", GRANT, **sent)
    assert planned.post(f"{CARPEAUX}/commitments", GRANT, **sent).headers["Idempotent-Replayed"] == "true"


def test_what_does_not_exist_yet_meets_no_version(desk: Desk):
    assert desk.post("/v1/operations", PLAN, If_Match='"1"').status_code == 412
