"""The log: one line for each request, in one form for all who write to it, without anything that the request held."""

import io
import json
import logging
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, Response

from api.http import journal
from api.http.turn import present
from api.run import logs
from api.services import EXTENSION

Lines = Callable[[], list[dict[str, Any]]]

SCRIPT = "import logging, sys, warnings; from api.run import logs; logs.configure({form!r}); "


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is written to the log meanwhile, as JSON."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    root.addHandler(handler)
    logging.getLogger("api").setLevel(logging.INFO)
    yield stream
    logging.getLogger("api").setLevel(logging.NOTSET)
    root.removeHandler(handler)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in stream.getvalue().split("\n") if line]


def end(response: Response) -> Response:
    journal.end(present(), response)
    return response


@pytest.fixture
def app() -> Flask:
    """A small application with our journal."""
    app = journal.Journalled("small", static_folder=None)
    app.extensions[EXTENSION] = None
    app.before_request(lambda: journal.begin(present()))
    app.after_request(end)
    app.teardown_request(journal.forget)

    @app.get("/v1/things/<name>")
    def thing(name: str) -> str:
        logging.getLogger("api.things").info("Un détail")
        return "voilà"

    @app.get("/v1/broken/<name>")
    def broken(name: str) -> str:
        password = f"secret of {name}"
        raise ValueError(password)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def said(form: str | None, script: str, **options: Any) -> str:
    """What a process of its own writes to its log."""
    command = [sys.executable, "-c", SCRIPT.format(form=form) + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options).stderr


# One line for each request


def test_a_request_is_one_line_that_names_the_route_and_not_the_address(app: Flask, lines: Lines):
    app.test_client().get("/v1/things/secret?token=planted")
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/things/<name>", 200)
    assert (line["bytes"], line["token"], line["role"], line["level"]) == (len("voilà".encode()), None, None, "info")
    assert 0 <= line["duration_ms"] < 60_000
    assert "secret" not in str(lines())
    assert "planted" not in str(lines())


def test_every_line_about_a_request_bears_its_number(app: Flask, lines: Lines):
    app.test_client().get("/v1/things/one")
    first = {line["request_id"] for line in lines()}
    app.test_client().get("/v1/things/two")
    logging.getLogger("api").warning("Of nobody's request")
    told = lines()
    assert len(first) == 1
    assert len(told) == 5
    assert len({line.get("request_id") for line in told}) == 3
    assert "request_id" not in told[-1]


def test_a_number_is_given_once_and_comes_after_those_of_a_moment_before():
    numbers = [journal.new_number() for _ in range(10_000)]
    assert len(set(numbers)) == 10_000
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in numbers)
    time.sleep(0.002)
    assert journal.new_number() > max(numbers)


def test_processes_that_were_forked_from_one_give_numbers_of_their_own():
    script = (
        "import os; from api.http import journal; os.fork(); os.write(1, (journal.new_number()[12:] + ' ').encode())"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert len(set(said.stdout.split())) == 2


def test_what_was_not_found_is_told_without_its_name(app: Flask, lines: Lines):
    app.test_client().get("/secret/secret")
    (line,) = lines()
    assert (line["route"], line["status"]) == (None, 404)


def test_a_method_that_nobody_knows_is_not_repeated(app: Flask, lines: Lines):
    app.test_client().open("/v1/things/one", method="SECRET")
    (line,) = lines()
    assert (line["method"], line["status"]) == (None, 405)


def test_whoever_watches_leaves_no_line(app: Flask, lines: Lines):
    app.test_client().get("/healthz")
    assert lines() == []


def test_a_fault_is_told_by_its_places_without_any_value(app: Flask, lines: Lines, stream: io.StringIO):
    assert app.test_client().get("/v1/broken/secret").status_code == 500
    fault, request = lines()
    assert fault["request_id"] == request["request_id"]
    assert (request["status"], request["level"], fault["level"]) == (500, "error", "error")
    assert fault["fault"][0] == "ValueError"
    assert fault["fault"][-1].endswith(" broken")
    assert "secret" not in stream.getvalue()


# One form for all


def test_outside_of_requests_a_fault_says_what_is_wrong(lines: Lines):
    try:
        int("douze")
    except ValueError:
        logging.getLogger("projections.follower").exception("Arrêt")
    (line,) = lines()
    assert line["fault"][0] == "ValueError: invalid literal for int() with base 10: 'douze'"


def test_letters_stay_as_they_are(stream: io.StringIO):
    logging.getLogger("api").info("Hérin, Préseau — 12 €")
    assert "Hérin, Préseau — 12 €" in stream.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\x0b", "\x1e", "\x1b[2J", "\x9b2J"])
def test_no_value_begins_another_line_or_speaks_to_the_terminal(stream: io.StringIO, lines: Lines, end: str):
    value = f'one{end}{{"event": "forged"}}'
    logging.getLogger("api").info(value)
    assert len(stream.getvalue().splitlines()) == 1
    assert end[0] not in stream.getvalue()[:-1]
    assert [line["event"] for line in lines()] == [value]


def test_a_value_that_is_no_text_is_written_all_the_same():
    line = said("json", r"logging.getLogger('api').info('lone \udc80 surrogate')", env=os.environ | {"LC_ALL": "C"})
    assert json.loads(line)["event"] == "lone \udc80 surrogate"


def test_libraries_and_warnings_are_told_in_the_same_form():
    told = said("json", "logging.getLogger('psycopg.pool').warning('lost'); warnings.warn('old', stacklevel=1)")
    assert [json.loads(line)["logger"] for line in told.splitlines()] == ["psycopg.pool", "py.warnings"]


def test_what_libraries_tell_of_every_step_is_left_out():
    assert said("json", "logging.getLogger('psycopg.pool').info('connection requested')") == ""


@pytest.mark.parametrize(
    "script", ["int('douze')", "import threading; threading.Thread(target=int, args=['douze']).start()"]
)
def test_what_nobody_caught_is_a_line_too(script: str):
    (line,) = map(json.loads, said("json", script).splitlines())
    assert (line["level"], "douze" in line["fault"][0]) == ("critical", True)


def test_unless_told_otherwise_a_file_gets_json_and_a_terminal_text():
    script = "logging.getLogger('api').warning('Attention')"
    assert json.loads(said(None, script))["event"] == "Attention"
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", SCRIPT.format(form=None) + script], stderr=theirs, check=True, timeout=60)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "Attention" in shown
    assert "{" not in shown


def test_a_person_reads_a_request_in_one_short_line(app: Flask):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Text(colors=False))
    logging.getLogger("api").addHandler(handler)
    logging.getLogger("api").setLevel(logging.INFO)
    try:
        app.test_client().get("/v1/things/one")
        journal.number.set("r")
        logging.getLogger("api").warning("two\nlines\x1b[2J")
    finally:
        journal.forget()
        logging.getLogger("api").removeHandler(handler)
        logging.getLogger("api").setLevel(logging.NOTSET)
    detail, request, warning = stream.getvalue().splitlines()
    assert "Un détail" in detail
    assert " GET /v1/things/<name> 200 " in request
    assert r"two\u000alines\u001b[2J" in warning
