"""What does not answer is left alone, and is asked again once it was found back."""

import logging
import threading

import pytest

from api import breaker
from api.breaker import Breaker
from tests.api.crashing import until


class Away(Exception):
    """It does not answer."""


class Server:
    """Something that may be away; it counts who knocks."""

    def __init__(self) -> None:
        self.away, self.knocks = True, 0

    def knock(self) -> None:
        self.knocks += 1
        if self.away:
            raise Away


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(breaker, "PAUSE", 0.01)
    return Server()


def before(server: Server) -> Breaker:
    return Breaker("The server", "nothing is lost", server.knock)


def test_what_answers_is_asked(server: Server):
    assert before(server).lets_through()
    assert server.knocks == 0


def test_what_is_away_is_left_alone_until_it_is_back(server: Server):
    made = before(server)
    made.failed(Away())
    until(lambda: server.knocks > 2)
    assert not made.lets_through()
    server.away = False
    until(made.lets_through)
    knocks = server.knocks
    assert made.lets_through()
    assert server.knocks == knocks


def test_one_thread_knocks_however_many_were_disappointed(server: Server):
    made, others = before(server), set(threading.enumerate())
    for _ in range(20):
        made.failed(Away())
    (knocking,) = set(threading.enumerate()) - others
    made.close()
    until(lambda: not knocking.is_alive())


def test_it_is_said_once_that_something_is_away_and_once_that_it_is_back(
    server: Server, caplog: pytest.LogCaptureFixture
):
    made = before(server)
    for _ in range(3):
        made.failed(Away())
    server.away = False
    until(made.lets_through)
    assert caplog.messages == ["The server is away (Away): nothing is lost", "The server is back"]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_a_system_without_a_thread_to_spare_knocks_later(server: Server, monkeypatch: pytest.MonkeyPatch):
    server.away, made = False, before(server)

    def exhausted(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as context:
        context.setattr(threading.Thread, "start", exhausted)
        made.failed(Away())
        assert not made.lets_through()
    until(made.lets_through)
