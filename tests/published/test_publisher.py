"""The publisher: what the follower wrote is on the shelf, with the same bytes that PostgreSQL gives."""

import psycopg
import pytest
import redis

from api.published.publisher import Publisher
from api.published.rendering import KINDS
from tests.api.desk import CARPEAUX, GRANT, PAYMENT, PLAN, Desk
from tests.published.conftest import House

SOUND = "UPDATE projection SET error = NULL WHERE name = 'timeline'"
FROZEN = "UPDATE projection SET error = 'entry 7' WHERE name = 'timeline'"


def test_documents_are_the_answers_from_postgresql(funded: Desk, house: House):
    house.publish()
    for kind, name, path in [
        ("timeline", "ANZ-CARPEAUX", f"{CARPEAUX}/timeline"),
        ("commitments", "anru", "/v1/partners/anru/commitments"),
        ("commitments", "region", "/v1/partners/region/commitments"),
    ]:
        answer, found = funded.get(path), house.lies(kind, name)
        assert (found.body, f'"{found.tag}"') == (answer.data, answer.headers["ETag"])


def test_a_document_bears_those_who_read_it(funded: Desk, house: House):
    house.publish()
    assert house.lies("timeline", "ANZ-CARPEAUX").readers == {"anru"}
    assert house.lies("commitments", "region").readers == {"region"}


def test_what_an_entry_touches_is_published_again(funded: Desk, house: House):
    house.publish()
    before = house.lies("commitments", "region")
    position = funded.record(f"{CARPEAUX}/payments", PAYMENT)["position"]
    house.publisher.looked(house.connection)
    for kind, name in [("timeline", "ANZ-CARPEAUX"), ("commitments", "anru")]:
        found = house.lies(kind, name)
        assert (found.position, f'"position":{position}' in found.body.decode()) == (position, True)
    assert house.lies("commitments", "region").body == before.body


def test_what_was_committed_while_nobody_published_is_published_next_time(funded: Desk, house: House):
    house.publish()
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    successor = Publisher(house.shelf)
    successor.leads(house.connection)
    successor.looked(house.connection)
    assert house.lies("timeline", "ANZ-CARPEAUX").body == funded.get(f"{CARPEAUX}/timeline").data


def test_what_redis_lost_is_published_again(funded: Desk, house: House, servers):
    house.publish()
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    assert not house.publisher.looked(house.connection)
    house.publish()
    assert house.lies("timeline", "ANZ-CARPEAUX").body == funded.get(f"{CARPEAUX}/timeline").data
    assert house.lies("token", "lea").body is not None


def test_a_single_document_that_redis_dropped_is_published_again(funded: Desk, house: House, servers):
    house.publish()
    with redis.Redis.from_url(servers.redis_url) as client:
        client.delete(house.shelf._key("timeline", "ANZ-CARPEAUX"))
    assert house.lies("timeline", "ANZ-CARPEAUX").body is None
    house.publisher.looked(house.connection)
    house.publish()
    assert house.lies("timeline", "ANZ-CARPEAUX").body == funded.get(f"{CARPEAUX}/timeline").data


def test_a_redis_that_puts_documents_out_is_filled_again_at_leisure(funded: Desk, house: House, servers):
    house.publish()
    put_back = False
    with redis.Redis.from_url(servers.redis_url) as client:
        for _ in range(8):
            client.delete(house.shelf._key("timeline", "ANZ-CARPEAUX"))
            assert not house.publisher.looked(house.connection)
            put_back |= house.lies("timeline", "ANZ-CARPEAUX").body is not None
    assert put_back


def test_more_than_can_be_rendered_at_once_is_made_again_in_the_background(planned: Desk, house: House, monkeypatch):
    monkeypatch.setattr("api.published.publisher.MANY", 2)
    house.publish()
    for number in range(5):
        planned.record("/v1/operations", PLAN | {"reference": f"OP-{number}"})
    assert house.publisher.looked(house.connection)
    assert house.lies("timeline", "OP-0").body is None
    house.publish()
    assert [house.lies("timeline", f"OP-{number}").body is None for number in range(5)] == [False] * 5


def test_readers_are_not_told_to_trust_what_a_frozen_projection_left(funded: Desk, house: House, database_url):
    house.publish()
    assert house.lies("timeline", "ANZ-CARPEAUX").fresh
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(FROZEN)
        assert not house.publisher.looked(house.connection)
        assert not house.lies("timeline", "ANZ-CARPEAUX").fresh
        db.execute(SOUND)
    house.publish()
    assert house.lies("timeline", "ANZ-CARPEAUX").fresh


def test_a_publisher_whose_successor_leads_publishes_nothing_any_more(funded: Desk, house: House):
    house.publish()
    successor = Publisher(house.shelf)
    successor.leads(house.connection)
    successor.looked(house.connection)
    before = house.lies("timeline", "ANZ-CARPEAUX")
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    assert not house.publisher.looked(house.connection)
    assert house.lies("timeline", "ANZ-CARPEAUX").body == before.body


def test_a_ledger_restored_from_an_older_copy_is_published_anew(planned: Desk, house: House, database_url):
    house.publish()
    house.shelf.put(house.publisher._epoch, 10**9)
    successor = Publisher(house.shelf)
    successor.leads(house.connection)
    while successor.looked(house.connection):
        pass
    found = house.lies("timeline", "ANZ-CARPEAUX")
    assert (found.position, found.body) == (planned.ledger.head(), planned.get(f"{CARPEAUX}/timeline").data)


@pytest.mark.parametrize("grants", [1, 3])
def test_a_partner_is_published_again_when_others_fund_beside_it(funded: Desk, house: House, grants):
    house.publish()
    for _ in range(grants):
        funded.record(f"{CARPEAUX}/commitments", GRANT | {"partner": "region", "amount_cents": 100})
    house.publish()
    assert house.lies("commitments", "anru").body == funded.get("/v1/partners/anru/commitments").data


def test_a_document_that_cannot_be_made_disappears_and_keeps_no_other_one_back(funded: Desk, house: House, monkeypatch):
    house.publish()

    def broken(*_):
        raise LookupError("no such thing")

    monkeypatch.setitem(KINDS, "timeline", KINDS["timeline"]._replace(render=broken))
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    house.publisher.looked(house.connection)
    assert house.lies("timeline", "ANZ-CARPEAUX").body is None
    assert house.lies("commitments", "anru").body == funded.get("/v1/partners/anru/commitments").data
