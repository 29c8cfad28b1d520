"""The log of a web process: answered requests are told of together, a little later; everything else at once."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from api.run import patient
from api.run.patient import Patient
from tests.api.crashing import until

SCRIPT = """
import logging, os, signal, sys
from api.run import logs
logs.configure("json")
log = logging.getLogger("api.http.journal")
for status in (200, {status}):
    log.info("request", extra={{"status": status}})
{end}
"""
KILLED, ENDED = "os.kill(os.getpid(), signal.SIGKILL)", "sys.exit()"


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """Whose lines wait for ever, unless something is told at once."""
    monkeypatch.setattr(patient, "PAUSE", 3_600)
    log, handler = logging.getLogger("patient"), Patient(stream)
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    yield log
    log.removeHandler(handler)


def answered(log: logging.Logger, status: int, message: str = "request") -> None:
    log.info(message, extra={"status": status})


def statuses(script: str) -> list[int]:
    """What a process of its own told, up to its end."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    return [json.loads(line)["status"] for line in done.stderr.splitlines()]


def test_an_answered_request_is_told_of_with_the_next_ones(log: logging.Logger, stream: io.StringIO):
    answered(log, 200, "first")
    answered(log, 304, "second")
    assert stream.getvalue() == ""
    log.warning("third")
    assert stream.getvalue().split() == ["first", "second", "third"]


@pytest.mark.parametrize("status", [400, 404, 503])
def test_a_refused_request_is_told_of_at_once(log: logging.Logger, stream: io.StringIO, status: int):
    answered(log, status)
    assert stream.getvalue().split() == ["request"]


def test_what_is_about_no_request_is_told_at_once(log: logging.Logger, stream: io.StringIO):
    log.info("The publisher leads")
    assert stream.getvalue() == "The publisher leads\n"


def test_no_more_than_so_many_wait(log: logging.Logger, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patient, "MOST", 3)
    for number in range(7):
        answered(log, 200, str(number))
    assert stream.getvalue().split() == ["0", "1", "2", "3", "4", "5"]


def test_nobody_needs_to_ask_again_for_a_request_to_be_told_of(stream: io.StringIO):
    log, handler = logging.getLogger("patient.soon"), Patient(stream)
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    for message in ("first", "second"):
        answered(log, 200, message)
        until(lambda message=message: message in stream.getvalue())
    log.removeHandler(handler)


def test_a_process_that_is_about_to_end_keeps_nothing_back(log: logging.Logger, stream: io.StringIO):
    root = logging.getLogger()
    root.addHandler(log.handlers[0])
    try:
        answered(log, 200, "before")
        patient.hurry()
        assert "before" in stream.getvalue()
        answered(log, 200, "after")
        assert "after" in stream.getvalue()
    finally:
        root.removeHandler(log.handlers[0])


def test_a_process_that_ends_has_told_everything():
    assert statuses(SCRIPT.format(status=200, end=ENDED)) == [200, 200]


def test_a_refusal_is_told_even_by_a_process_that_is_killed_then():
    assert statuses(SCRIPT.format(status=403, end=KILLED)) == [200, 403]
