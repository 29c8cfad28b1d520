"""The feed: what comes after a position, told to whoever may know of it, without keeping other readers waiting."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk


def topics(page) -> list[str]:
    return [item["type"] for item in page["items"]]


def test_the_feed_tells_what_came_after_a_position(planned: Desk):
    before = planned.ledger.head()
    position = planned.record(f"{CARPEAUX}/commitments", GRANT)["position"]
    assert planned.read(f"/v1/feed?after={before}") == {
        "items": [
            {
                "position": position,
                "type": "operation.funding_committed",
                "reference": "ANZ-CARPEAUX",
                "version": 2,
                "label": "Financement engagé",
                "on": "2008-03",
                "recorded_at": "2026-11-22T10:00:00Z",
                "recorded_by": "u-lea",
                "organisation": "cavm",
                "source": "api",
            }
        ],
        "next": position,
        "more": False,
    }


def test_the_feed_is_read_to_its_end_page_by_page(funded: Desk):
    seen, after, more = [], 0, True
    while more:
        page = funded.read(f"/v1/feed?after={after}&limit=4", by="admin")
        seen += [item["position"] for item in page["items"]]
        after, more = page["next"], page["more"]
    assert (len(seen), seen) == (13, sorted(set(seen)))
    assert funded.read(f"/v1/feed?after={after}") == {"items": [], "next": after, "more": False}


def test_what_the_projections_do_not_know_yet_is_not_told(planned: Desk):
    before = planned.ledger.head()
    planned.post(f"{CARPEAUX}/commitments", GRANT)
    assert topics(planned.read(f"/v1/feed?after={before}")) == []
    planned.follower.catch_up()
    assert topics(planned.read(f"/v1/feed?after={before}")) == ["operation.funding_committed"]


@pytest.mark.parametrize(("by", "told"), [("admin", 6), ("auditor", 6), ("lea", 0), ("anru", 0)])
def test_tokens_are_told_to_those_who_grant_or_audit_them(desk: Desk, by, told):
    assert topics(desk.read("/v1/feed?limit=200", by=by)).count("token.granted") == told


def test_a_partner_is_told_of_what_it_reads_in_full(funded: Desk):
    agreement = {"reference": "PNRU-2008", "title": "Anzin", "kind": "convention", "leader": "cavm", "on": "2008-02"}
    after = funded.record("/v1/agreements", agreement | {"signatories": ["region"]})["position"] - 1
    assert "operation.planned" in topics(funded.read("/v1/feed", by="anru"))
    assert "operation.planned" not in topics(funded.read("/v1/feed", by="region"))
    assert topics(funded.read(f"/v1/feed?after={after}", by="region")) == ["agreement.signed"]
    hidden = funded.read(f"/v1/feed?after={after}", by="anru")
    assert (topics(hidden), hidden["next"]) == ([], after + 1)


def test_a_reader_waits_for_what_comes(planned: Desk):
    after = planned.ledger.head()
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(planned.read, f"/v1/feed?after={after}&wait=20")
        planned.record(f"{CARPEAUX}/commitments", GRANT)
        assert topics(waiting.result(timeout=5)) == ["operation.funding_committed"]


def test_no_more_than_half_of_the_threads_wait(planned: Desk):
    """Four threads: two readers wait, a third is answered at once, and so is everybody else."""
    after = planned.ledger.head()
    with ThreadPoolExecutor(2) as readers:
        waiting = [readers.submit(planned.read, f"/v1/feed?after={after}&wait=20") for _ in range(2)]
        until_full(planned)
        began = time.monotonic()
        assert topics(planned.read(f"/v1/feed?after={after}&wait=20")) == []
        assert planned.get(f"{CARPEAUX}?min_position={after + 1}").status_code == 503
        assert time.monotonic() - began < 0.5
        planned.record("/v1/operations", PLAN | {"reference": "OTHER"})
        assert [topics(each.result(timeout=5)) for each in waiting] == [["operation.planned"]] * 2


def until_full(desk: Desk) -> None:
    """Wait until all the room for waiting is taken."""
    room = desk.app.extensions["jalon"].waiting
    while room.acquire(blocking=False):
        room.release()
        time.sleep(0.01)


def test_a_wait_ends_in_time(planned: Desk):
    began = time.monotonic()
    assert topics(planned.read(f"/v1/feed?after={planned.ledger.head()}&wait=1")) == []
    assert 0.9 < time.monotonic() - began < 2


def test_a_wait_is_bounded(planned: Desk):
    assert planned.get("/v1/feed?wait=21").status_code == 422
