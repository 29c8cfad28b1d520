"""Answering with what lies ready: the same bytes as PostgreSQL gives, for the same readers, even when it is away."""

import pytest
from psycopg import OperationalError
from werkzeug.test import EnvironBuilder

from api.http import reading
from tests.api.desk import CARPEAUX, GRANT, PAYMENT, SECRET, Desk
from tests.published.conftest import House

TIMELINE, COMMITMENTS = f"{CARPEAUX}/timeline", "/v1/partners/anru/commitments"


@pytest.fixture
def no_look(monkeypatch):
    """From here on, no route looks at PostgreSQL."""

    def away():
        raise OperationalError("PostgreSQL is away")

    monkeypatch.setattr(reading, "snapshot", away)


@pytest.fixture
def without_postgresql(ready: Desk, monkeypatch):
    """From here on, nobody reaches PostgreSQL."""

    class Away:
        def connection(self, **_):
            raise OperationalError("PostgreSQL is away")

    def leave():
        services = ready.app.extensions["jalon"]
        object.__setattr__(services, "reads", Away())

    return leave


@pytest.mark.parametrize("path", [TIMELINE, COMMITMENTS])
def test_what_lies_ready_is_answered_as_postgresql_would(funded: Desk, house: House, ready: Desk, path, no_look):
    house.publish()
    assert ready.get(path).status_code == 200


@pytest.mark.parametrize("path", [TIMELINE, COMMITMENTS])
@pytest.mark.parametrize("by", ["lea", "anru", "auditor", "region", "admin"])
def test_both_answers_are_the_same_for_every_reader(funded: Desk, house: House, ready: Desk, path, by):
    house.publish()
    there, here = funded.get(path, by=by), ready.get(path, by=by)
    assert here.status_code == there.status_code
    if here.status_code == 200:
        assert here.data == there.data
        for name in ("ETag", "Cache-Control", "Vary", "Content-Type", "Content-Length"):
            assert here.headers[name] == there.headers[name]
        assert int(here.headers["Jalon-Position"]) <= int(there.headers["Jalon-Position"])


def test_a_reader_who_has_the_document_is_told_so(funded: Desk, house: House, ready: Desk, no_look):
    house.publish()
    tag = ready.get(TIMELINE).headers["ETag"]
    again = ready.get(TIMELINE, If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert ready.get(TIMELINE, If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize("path", [TIMELINE, "/v1/operations"])
def test_whoever_asks_for_the_head_gets_the_headers_alone(funded: Desk, house: House, ready: Desk, path):
    house.publish()
    whole, head = ready.get(path), ready.ask("HEAD", path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", whole.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(whole.data))


@pytest.mark.parametrize("path", [TIMELINE, "/v1/operations"])
def test_whoever_has_the_document_is_sent_nothing_about_a_body(funded: Desk, house: House, ready: Desk, path):
    house.publish()
    again = ready.get(path, If_None_Match=ready.get(path).headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert not {"Content-Type", "Content-Length"} & set(again.headers.keys())


@pytest.mark.parametrize("path", [TIMELINE, "/openapi.json", "/v1/nowhere"])
def test_the_web_server_is_given_an_answer_whole(funded: Desk, house: House, ready: Desk, path):
    house.publish()
    asked = EnvironBuilder(path, headers={"Authorization": f"Bearer jal_lea_{SECRET}"}).get_environ()
    assert type(ready.app.wsgi_app(asked, lambda *_: None)) is list


def test_a_position_that_what_lies_ready_has_reached_is_answered_from_there(
    funded: Desk, house: House, ready: Desk, no_look
):
    house.publish()
    position = ready.get(TIMELINE).headers["Jalon-Position"]
    assert ready.get(f"{TIMELINE}?min_position={position}").status_code == 200


def test_a_later_position_is_read_from_postgresql(funded: Desk, house: House, ready: Desk):
    house.publish()
    position = funded.record(f"{CARPEAUX}/payments", PAYMENT)["position"]
    assert ready.read(f"{TIMELINE}?min_position={position}")["version"] == 3


def test_nothing_that_lies_ready_is_trusted_when_nobody_publishes(funded: Desk, house: House, ready: Desk):
    house.publish()
    house.publisher.ends()
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    answer = ready.get(TIMELINE)
    assert (answer.json["version"], answer.headers.get("Jalon-Stale")) == (3, None)


def test_a_token_that_is_taken_back_opens_nothing_once_that_is_published(funded: Desk, house: House, ready: Desk):
    house.publish()
    token = funded.ledger.token("anru")
    from tests.story import entry

    token.revoke(**entry("2026-11-22"))
    funded.save(token)
    house.publish()
    assert ready.get(TIMELINE, by="anru").status_code == 401


def test_the_last_document_is_given_when_postgresql_is_away_too(
    funded: Desk, house: House, ready: Desk, without_postgresql
):
    house.publish()
    fresh = ready.get(TIMELINE)
    house.publisher.ends()
    without_postgresql()
    stale = ready.get(TIMELINE)
    assert (stale.status_code, stale.data, stale.headers["Jalon-Stale"]) == (200, fresh.data, "true")
    assert stale.headers["Jalon-Position"] == fresh.headers["Jalon-Position"]


@pytest.mark.parametrize(
    ("path", "by", "status"),
    [(TIMELINE, "region", 503), ("/v1/operations", "lea", 503), (TIMELINE, "admin", 403), (TIMELINE, None, 401)],
)
def test_nobody_reads_more_because_postgresql_is_away(
    funded: Desk, house: House, ready: Desk, without_postgresql, path, by, status
):
    house.publish()
    house.publisher.ends()
    without_postgresql()
    assert ready.get(path, by=by).status_code == status


def test_nothing_is_recorded_for_a_token_that_nobody_can_look_up(
    funded: Desk, house: House, ready: Desk, without_postgresql
):
    house.publish()
    house.publisher.ends()
    without_postgresql()
    assert ready.post(f"{CARPEAUX}/payments", PAYMENT).status_code == 503
    assert funded.ledger.operation("ANZ-CARPEAUX").version == 2


def test_a_redis_that_is_away_is_not_missed(funded: Desk, house: House, ready: Desk):
    house.publish()
    services = ready.app.extensions["jalon"]
    object.__setattr__(services, "shelf", house.shelf.__class__("unix:///nowhere/valkey.sock", lambda: "x"))
    assert ready.get(TIMELINE).status_code == 200


@pytest.mark.parametrize("by", ["lea", "auditor", "admin", "anru"])
def test_the_feed_tells_the_same_from_what_lies_ready(funded: Desk, house: House, ready: Desk, by):
    house.publish()
    after = house.lies("timeline", "ANZ-CARPEAUX").position
    for amount in (100, 200):
        funded.record(f"{CARPEAUX}/commitments", GRANT | {"amount_cents": amount})
        house.publish()
    for asked in (f"after={after}", f"after={after}&limit=1", "after=0", f"after={after + 1000}"):
        here, there = ready.get(f"/v1/feed?{asked}", by=by), funded.get(f"/v1/feed?{asked}", by=by)
        assert (here.status_code, here.data) == (200, there.data)


def test_what_is_new_in_the_feed_needs_no_look_at_postgresql(funded: Desk, house: House, ready: Desk, monkeypatch):
    house.publish()
    after = house.lies("timeline", "ANZ-CARPEAUX").position
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    house.publish()
    monkeypatch.setattr("api.v1.feed.snapshot", lambda: pytest.fail("PostgreSQL was asked"))
    assert [each["type"] for each in ready.read(f"/v1/feed?after={after}")["items"]] == [
        "jalon.operation.payment_recorded"
    ]
