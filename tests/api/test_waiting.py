"""Waiting for what comes: nobody asks PostgreSQL meanwhile, and there is always room for those who do not wait."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from api.app import Services, create_app
from api.http import reading, waiting
from projections.rebuild import rebuild
from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk
from tests.story import entry

OTHER = PLAN | {"reference": "OTHER"}
PATIENCE = 15.0


def types(page: Any) -> list[str]:
    return [item["type"].removeprefix("jalon.") for item in page["items"]]


@pytest.fixture
def office(planned: Desk, services: Services) -> Iterator[Desk]:
    """The desk in a process of its own, as it were: with room and a watcher that no other test uses."""
    own = replace(services)
    yield replace(planned, app=create_app(own))
    own.waiting.stop()


@contextmanager
def readers(desk: Desk, *paths: str, by: str = "lea") -> Iterator[list[Future[Any]]]:
    """Readers who wait, each in its place already."""
    room = desk.app.extensions["jalon"].waiting
    with ThreadPoolExecutor(len(paths)) as threads:
        asked = [threads.submit(desk.get, path, by) for path in paths]
        until(lambda: room.count == len(paths))
        yield asked


def until(what: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)


def wait_after(desk: Desk, seconds: int = 20) -> str:
    return f"/v1/feed?after={desk.ledger.head()}&wait={seconds}"


def watchers(database_url: str) -> set[int]:
    """The connections of all watchers; those of tests that are over end by and by."""
    with psycopg.connect(database_url) as db:
        asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'jalon-watcher'"
        return {pid for (pid,) in db.execute(asked)}


def test_a_reader_waits_for_what_comes(office: Desk):
    with readers(office, wait_after(office)) as (reader,):
        office.record(f"{CARPEAUX}/commitments", GRANT)
        answer = reader.result(PATIENCE)
    assert types(answer.json) == ["operation.funding_committed"]
    assert "Retry-After" not in answer.headers


def test_a_reader_is_woken_and_does_not_merely_look_again(office: Desk, monkeypatch):
    monkeypatch.setattr(waiting, "POLL", 2 * PATIENCE)
    with readers(office, wait_after(office, seconds=20)) as (reader,):
        time.sleep(0.3)
        office.record(f"{CARPEAUX}/commitments", GRANT)
        assert types(reader.result(PATIENCE).json) == ["operation.funding_committed"]


def test_what_is_there_already_is_not_waited_for(office: Desk):
    assert types(office.read("/v1/feed?wait=20&limit=1")) == ["partner.registered"]


def test_a_wait_ends_in_time(office: Desk):
    began = time.monotonic()
    answer = office.get(wait_after(office, seconds=1))
    assert time.monotonic() - began > 0.9
    assert (answer.json["items"], answer.json["next"]) == ([], office.ledger.head())
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("wait", ["21", "-1", "1.5", "x"])
def test_a_wait_is_bounded(planned: Desk, wait):
    answer = planned.get(f"/v1/feed?wait={wait}")
    assert (answer.status_code, [*answer.json["errors"]]) == (422, ["wait"])


def test_no_more_than_half_of_the_threads_wait(office: Desk):
    """Four threads: two readers wait, a third is answered at once and told when to come back."""
    path, after = wait_after(office), office.ledger.head()
    with readers(office, path, path) as asked:
        answer = office.get(path)
        assert answer.json["items"] == []
        assert 1 <= int(answer.headers["Retry-After"]) <= 10
        assert office.get(f"{CARPEAUX}?min_position={after + 1}").status_code == 503
        assert not any(each.done() for each in asked)
        assert types(office.read(f"/v1/feed?after={after - 1}&wait=20")) == ["operation.planned"]
        office.record("/v1/operations", OTHER)
        assert [types(each.result(PATIENCE).json) for each in asked] == [["operation.planned"]] * 2


def test_not_all_who_find_no_room_are_told_to_come_back_at_the_same_time(office: Desk):
    path = wait_after(office)
    with readers(office, path, path):
        assert len({office.get(path).headers["Retry-After"] for _ in range(40)}) > 1
        office.record("/v1/operations", OTHER)


def test_who_does_not_wish_to_wait_is_not_told_when_to_come_back(office: Desk):
    assert "Retry-After" not in office.get(wait_after(office, seconds=0)).headers


def test_waiting_asks_nothing_and_holds_no_connection(office: Desk):
    reads, path = office.app.extensions["jalon"].reads, wait_after(office)
    with readers(office, path, path) as asked:
        until(lambda: reads.get_stats()["pool_available"] == reads.get_stats()["pool_size"])
        before = reads.get_stats()["requests_num"]
        time.sleep(0.7)
        assert reads.get_stats()["requests_num"] == before
        assert not any(each.done() for each in asked)
        office.record("/v1/operations", OTHER)


def test_one_watcher_looks_for_all_who_wait(office: Desk, database_url: str):
    others, path = watchers(database_url), wait_after(office)
    assert types(office.read("/v1/feed?limit=1")) == ["partner.registered"]
    assert watchers(database_url) <= others
    with readers(office, path, path):
        until(lambda: watchers(database_url) - others)
        time.sleep(0.1)
        assert len(watchers(database_url) - others) == 1
        office.record("/v1/operations", OTHER)


def test_a_partner_waits_on_while_it_is_told_of_nothing(office: Desk):
    after = office.ledger.head()
    with readers(office, f"/v1/feed?after={after}&wait=20", by="anru") as (reader,):
        office.record("/v1/operations", OTHER)
        time.sleep(0.3)
        assert not reader.done()
        position = office.record(f"{CARPEAUX}/commitments", GRANT)["position"]
        page = reader.result(PATIENCE).json
    assert (types(page), page["next"]) == (["operation.funding_committed"], position)


def test_what_a_partner_waited_through_is_behind_it(office: Desk):
    after = office.ledger.head()
    with readers(office, f"/v1/feed?after={after}&wait=2", by="anru") as (reader,):
        position = office.record("/v1/operations", OTHER)["position"]
        assert reader.result(PATIENCE).json == {"items": [], "next": position, "more": False}


def test_a_watcher_that_lost_its_connection_listens_again(office: Desk, database_url: str):
    others = watchers(database_url)
    with readers(office, wait_after(office)) as (reader,):
        until(lambda: watchers(database_url) - others)
        (lost,) = watchers(database_url) - others
        with psycopg.connect(database_url) as db:
            db.execute("SELECT pg_terminate_backend(%s)", (lost,))
        until(lambda: lost not in watchers(database_url))
        office.record("/v1/operations", OTHER)
        assert types(reader.result(PATIENCE).json) == ["operation.planned"]


def test_what_nobody_announces_is_noticed_all_the_same(office: Desk, database_url: str):
    with readers(office, wait_after(office)) as (reader,):
        office.post("/v1/operations", OTHER)
        rebuild(database_url)
        assert types(reader.result(PATIENCE).json) == ["operation.planned"]


def test_a_token_that_is_revoked_meanwhile_is_told_nothing_more(office: Desk):
    with readers(office, wait_after(office)) as (reader,):
        token = office.ledger.token("lea")
        token.revoke(**entry("2026-11-22"))
        office.save(token)
        office.record("/v1/operations", OTHER, by="landlord")
        assert reader.result(PATIENCE).status_code == 401


def test_all_who_wait_are_answered_when_the_process_stops(office: Desk):
    path, room = wait_after(office), office.app.extensions["jalon"].waiting
    with readers(office, path, path) as asked:
        room.stop()
        answers = [each.result(PATIENCE) for each in asked]
    assert [(each.status_code, each.json["items"]) for each in answers] == [(200, [])] * 2
    assert all("Retry-After" in each.headers for each in answers)
    assert "Retry-After" in office.get(path).headers


# A position


def test_a_reader_waits_for_what_it_has_just_recorded(office: Desk):
    position = office.post(f"{CARPEAUX}/commitments", GRANT).json["position"]
    with readers(office, f"{CARPEAUX}/timeline?min_position={position}") as (reader,):
        office.follower.catch_up()
        assert len(reader.result(PATIENCE).json["entries"]) == 2


def test_a_position_that_is_not_reached_in_time_is_a_problem(office: Desk):
    answer = office.get(f"{CARPEAUX}?min_position={office.ledger.head() + 1}")
    assert (answer.status_code, answer.json["code"]) == (503, "position-not-reached")
    assert answer.headers["Retry-After"] == "1"


def test_a_frozen_projection_is_not_waited_for(office: Desk, database_url: str, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_WAIT", 10 * PATIENCE)
    with psycopg.connect(database_url) as db:
        db.execute("UPDATE projection SET error = 'position 7' WHERE name = 'portfolio'")
    with ThreadPoolExecutor(1) as reader:
        asked = reader.submit(office.get, f"{CARPEAUX}?min_position={office.ledger.head() + 1}")
        assert asked.result(PATIENCE).json["code"] == "position-not-reached"
