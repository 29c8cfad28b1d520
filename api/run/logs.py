"""The log of a process that serves, on stderr: JSON lines for programs, or text for people at a terminal.

Every line goes the same way, ours and those of the libraries. Lines about a request carry its number.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from types import TracebackType
from typing import Any, Final, TextIO

import msgspec
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.tracebacks import Stack, extract
from structlog.typing import EventDict, Processor

from api.http.journal import FIELDS, number
from api.run.patient import Patient

# Libraries tell of every connection that they lend at the level at which we tell of requests.
OURS: Final = ("api", "projections", "domain")

# What a terminal would obey, or a program take for the end of a line.
CONTROLS: Final = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")

# Granian configures logging itself, in each of its processes: all that it has to say is passed on to us.
GRANIAN: Final[dict[str, Any]] = {
    "handlers": {},
    "formatters": {},
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")},
}

log = logging.getLogger(__name__)


def configure(form: str | None = None, stream: TextIO | None = None) -> None:
    """Log from here on. form: `json` or `text`; None for text at a terminal and JSON elsewhere."""
    stream = stream or sys.stderr
    if isinstance(stream, TextIOWrapper):
        # Whatever the shell's own letters are, and even for what is no letter at all.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    text = (form or ("text" if stream.isatty() else "json")) == "text"
    handler = Patient(stream)
    handler.setFormatter(Text(colors=stream.isatty()) if text else Json())
    leave_out_what_no_line_tells()
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = uncaught
    threading.excepthook = lambda args: uncaught(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)


def leave_out_what_no_line_tells() -> None:
    """As the manual of `logging` advises: a line would look for its thread, its process and the place it comes from."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None


class Json(logging.Formatter):
    """One line of JSON, in which no value can begin another.

    Written out instead of a chain of steps, because each request pays for a line.
    """

    def format(self, record: logging.LogRecord) -> str:
        told = record.__dict__
        event: EventDict = {
            "event": record.getMessage(),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        event.update({name: told[name] for name in FIELDS if name in told})
        tell_number(None, "", event)
        if record.exc_info:
            event["exc_info"] = record.exc_info
            tell_fault(None, "", event)
        return str(printable(encoded(event)))


class Text(ProcessorFormatter):
    """A short text for people."""

    def __init__(self, *, colors: bool) -> None:
        super().__init__(
            foreign_pre_chain=[
                TimeStamper(fmt="iso", utc=True, key="time"),
                add_log_level,
                add_logger_name,
                ExtraAdder(FIELDS),
                tell_number,
                tell_fault,
            ],
            processors=[ProcessorFormatter.remove_processors_meta, *for_people(colors=colors)],
        )


def tell_number(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """The request that a line is about, if any."""
    if found := number.get():
        event["request_id"] = found
    return event


def tell_fault(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """A fault as its classes and the places that it came through; of a request, without any value.

    The message of an exception may quote what the request brought: a name, a secret, a row that PostgreSQL refused.
    """
    if any(found := event.pop("exc_info", None) or ()):
        messages = "request_id" not in event
        event["fault"] = [line for stack in extract(*found).stacks for line in lines(stack, messages)]
    return event


def lines(stack: Stack, messages: bool) -> Iterator[str]:
    """One exception, then where it came from, innermost place last."""
    yield f"{stack.exc_type}: {stack.exc_value}" if messages else stack.exc_type
    for frame in stack.frames:
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    for inner in stack.exceptions:
        for each in inner.stacks:
            yield from lines(each, messages)


def encoded(event: EventDict) -> str:
    """As JSON, letters as they are."""
    try:
        return msgspec.json.encode(event, enc_hook=str).decode()
    except UnicodeEncodeError:
        # Half a surrogate pair is no character, but may have been sent.
        return json.dumps(event, ensure_ascii=False, default=str)


def for_people(*, colors: bool) -> list[Processor]:
    """The steps that make a short text."""
    render = ConsoleRenderer(
        colors=colors,
        timestamp_key="time",
        pad_event_to=0,
        pad_level=False,
        sort_keys=False,
        exception_formatter=plain_traceback,
    )
    return [shorten, render]


def shorten(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """What a person looks for in a line: the local time, what happened, how long it took."""
    event["time"] = f"{datetime.fromisoformat(event['time']).astimezone():%H:%M:%S}"
    if event["event"] == "request":
        event["event"] = f"{event.pop('method')} {event.pop('route') or '?'} {event.pop('status')}"
    del event["logger"]
    fault = event.pop("fault", ())
    told = {name: printable(value) for name, value in event.items() if value is not None}
    return told | ({"exception": "\n".join(map(printable, fault))} if fault else {})


def printable(value: Any) -> Any:
    """A text whose control characters are written out."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", value)


def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught, and ends a process or a thread, is logged like everything else."""
    if not issubclass(kind, (KeyboardInterrupt, SystemExit)):
        log.critical("This process or thread ends by a fault", exc_info=(kind, error, trace))
