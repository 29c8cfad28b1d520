"""The shelf in Redis: what the leading publisher puts there is found; what somebody else would put there is not."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from api.published.shelf import LIFE_OF_A_BEAT, Away, Document, Fenced, Key, Shelf
from api.run.valkey import EmbeddedValkey

TIMELINE = Key("timeline", "ANZ-CARPEAUX")
SHAPE = "1"


@pytest.fixture
def shelf(servers):
    name = uuid4().hex
    shelf = Shelf(servers.redis_url, lambda: name, patience=2)
    yield shelf
    shelf.close()


@pytest.fixture
def open_shelf(shelf):
    """Led by leadership 1, at position 10."""
    assert shelf.begin(1, SHAPE) is None
    shelf.renew(1, SHAPE, 10)
    return shelf


def document(body: str = "first", key: Key = TIMELINE) -> Document:
    return Document(key, f"tag-{body}", ["anru", "region"], body.encode())


def body(shelf: Shelf, known: str = "") -> bytes | None:
    found = shelf.find("lea", TIMELINE, known)
    return found and found.body


def test_an_empty_shelf_holds_nothing(shelf):
    assert shelf.find("lea", TIMELINE) is None
    assert shelf.after(0, 10) is None


def test_a_document_is_found_with_its_tag_its_readers_and_the_position(open_shelf):
    open_shelf.put(1, 12, documents=[document()])
    open_shelf.beat(1)
    found = open_shelf.find("lea", TIMELINE)
    assert (found.position, found.fresh, found.tag, found.body) == (12, True, "tag-first", b"first")
    assert (found.readers, found.token) == ({"anru", "region"}, None)


def test_a_token_is_found_in_the_same_round_trip(open_shelf):
    open_shelf.put(1, 12, documents=[Document(Key("token", "lea"), "tag", [], b"{}")])
    assert open_shelf.find("lea", TIMELINE).token == b"{}"
    assert open_shelf.find("leo", TIMELINE).token is None


def test_a_reader_who_has_a_document_is_not_sent_it_again(open_shelf):
    open_shelf.put(1, 12, documents=[document()])
    assert body(open_shelf, '"other", "tag-first"') is None
    assert body(open_shelf, '"other"') == b"first"


def test_nothing_is_trusted_without_a_beat(open_shelf):
    open_shelf.put(1, 12, documents=[document()])
    assert not open_shelf.find("lea", TIMELINE).fresh
    open_shelf.beat(1)
    open_shelf.hush(1)
    assert not open_shelf.find("lea", TIMELINE).fresh


def test_what_was_true_too_long_ago_is_not_trusted(open_shelf):
    open_shelf.beat(1, time.monotonic() - LIFE_OF_A_BEAT / 1000 - 1)
    assert not open_shelf.find("lea", TIMELINE).fresh
    open_shelf.beat(1, time.monotonic() - LIFE_OF_A_BEAT / 2000)
    assert open_shelf.find("lea", TIMELINE).fresh


def test_a_younger_leadership_goes_on_where_the_older_one_was(open_shelf):
    open_shelf.put(1, 12, documents=[document()])
    assert open_shelf.begin(2, SHAPE) == 12
    assert body(open_shelf) == b"first"


@pytest.mark.parametrize("write", ["begin", "renew", "put", "beat"])
def test_an_older_leadership_changes_nothing_any_more(open_shelf, write):
    open_shelf.put(1, 12, documents=[document()])
    open_shelf.begin(2, SHAPE)
    with pytest.raises(Fenced):
        {
            "begin": lambda: open_shelf.begin(1, SHAPE),
            "renew": lambda: open_shelf.renew(1, SHAPE, 20),
            "put": lambda: open_shelf.put(1, 20, documents=[document("late")]),
            "beat": lambda: open_shelf.beat(1),
        }[write]()
    found = open_shelf.find("lea", TIMELINE)
    assert (found.body, found.position, found.fresh) == (b"first", 12, False)


def test_an_older_leadership_does_not_silence_a_younger_one(open_shelf):
    open_shelf.begin(2, SHAPE)
    open_shelf.beat(2)
    open_shelf.hush(1)
    assert open_shelf.find("lea", TIMELINE).fresh


def test_an_older_position_is_refused(open_shelf):
    open_shelf.put(1, 12, documents=[document()])
    with pytest.raises(Fenced):
        open_shelf.put(1, 11, documents=[document("older")])
    assert body(open_shelf) == b"first"


def test_after_a_flush_nothing_is_put_before_beginning_again(open_shelf, servers):
    import redis

    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    for write in (lambda: open_shelf.put(1, 20, documents=[document()]), lambda: open_shelf.beat(1)):
        with pytest.raises(Fenced):
            write()
    assert open_shelf.begin(1, SHAPE) is None


def test_documents_of_other_tables_are_begun_anew(open_shelf):
    assert open_shelf.begin(2, "other tables") is None


def test_a_renewal_lets_all_documents_disappear(open_shelf):
    open_shelf.put(1, 12, documents=[document()])
    open_shelf.renew(1, SHAPE, 20)
    found = open_shelf.find("lea", TIMELINE)
    assert (found.position, found.tag, found.body) == (20, None, None)
    open_shelf.put(1, 20, documents=[document("second")])
    assert body(open_shelf) == b"second"


def test_what_is_missing_is_named(open_shelf):
    other = Key("commitments", "anru")
    open_shelf.put(1, 12, documents=[document()])
    assert open_shelf.missing([TIMELINE, other]) == [other]
    assert open_shelf.missing([]) == []
    open_shelf.renew(1, SHAPE, 20)
    assert open_shelf.missing([TIMELINE, other]) == [TIMELINE, other]


def test_the_feed_goes_on_from_any_position_that_it_reaches_back_to(open_shelf):
    open_shelf.beat(1)
    open_shelf.put(1, 14, feed=[(11, b"a"), (13, b"b")])
    open_shelf.put(1, 20, feed=[(13, b"b"), (15, b"c")])
    assert open_shelf.after(9, 10) is None
    assert open_shelf.after(10, 10) == (20, [b"a", b"b", b"c"])
    assert open_shelf.after(12, 1) == (20, [b"b"])
    assert open_shelf.after(15, 10) == (20, [])


def test_a_feed_that_redis_lost_is_not_taken_for_an_empty_one(open_shelf, servers):
    import redis

    open_shelf.beat(1)
    open_shelf.put(1, 14, feed=[(11, b"a")])
    with redis.Redis.from_url(servers.redis_url) as client:
        client.delete(open_shelf._feed)
    assert open_shelf.after(10, 10) is None
    assert open_shelf.after(11, 10) == (14, [])


def test_two_ledgers_share_a_redis(servers, open_shelf):
    other = Shelf(servers.redis_url, lambda: "another", patience=2)
    open_shelf.put(1, 12, documents=[document()])
    assert other.find("lea", TIMELINE) is None
    other.close()


def test_a_redis_that_hangs_is_waited_for_once(tmp_path):
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(tmp_path / "hung.sock"))
        hung.listen()
        shelf = Shelf(f"unix://{tmp_path}/hung.sock", lambda: "ledger", patience=1)
        taken = []
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(Away):
                shelf.begin(1, SHAPE)
            taken.append(time.monotonic() - began)
        shelf.close()
    first, again = taken
    assert again < first / 2


def test_a_redis_that_was_started_anew_is_asked_as_if_nothing_had_been(tmp_path):
    server = EmbeddedValkey(tmp_path)
    server.ensure()
    shelf = Shelf(server.url, lambda: "ledger", patience=2)
    for _ in range(2):
        shelf.begin(1, SHAPE)
        shelf.renew(1, SHAPE, 10)
        assert body(shelf) is None
        shelf.put(1, 10, documents=[document()])
        assert body(shelf) == b"first"
        server.stop()
        server.ensure()
    server.stop()
    shelf.close()


def test_every_thread_asks_for_itself(open_shelf):
    open_shelf.put(1, 11, documents=[document()])
    with ThreadPoolExecutor(8) as threads:
        assert {*threads.map(lambda _: body(open_shelf), range(200))} == {b"first"}
