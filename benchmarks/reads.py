"""What a reader costs this program: the rungs from an empty Flask route to a timeline made from PostgreSQL.

Processor time of one thread of this process, without a web server around it and without PostgreSQL's and Redis's own.
`python -m benchmarks.against_peer` measures the whole, served.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
from flask import Flask

from api.app import create_app
from api.published import leadership
from api.published.publisher import Publisher
from api.published.shelf import Key, Shelf
from api.run import tokens
from api.run.settings import read_settings
from api.run.web import services
from api.run.wiring import create_tables, open_ledger, prepare
from api.services import Services
from benchmarks import Figure
from benchmarks.histories import AGGLO
from benchmarks.seed import sow

OPERATION = "OP-1"
TURNS, CALLS = 15, 100

Act = Callable[[], object]


def measure(servers: Any) -> Iterator[Figure]:
    """One timeline of the agglomeration's record, some forty entries long."""
    url = servers.database_url
    settings = read_settings({"DATABASE_URL": url, "REDIS_URL": servers.redis_url, "JALON_RATE_LIMIT": "off"})
    # The seed comes before the partners of today, or everything would be known since today only.
    create_tables(url)
    sow(url, AGGLO)
    prepare(settings, url)
    with open_ledger(settings, url) as ledger:
        bearer = tokens.create(ledger, url, name="Banc", role="team", organisations=(settings.authority,))
    made = services(settings, url)
    with psycopg.connect(url, autocommit=True) as leading:
        shelf = Shelf(servers.redis_url, lambda: leadership.ledger_id(leading.cursor()), patience=1)
        publisher = Publisher(shelf)
        publisher.leads(leading)
        taken = medians(publisher, leading, rungs(made, shelf, bearer))
    yield from figures(taken)
    shelf.close()


def rungs(made: Services, shelf: Shelf, bearer: str) -> dict[str, Act]:
    """What is measured, the cheapest first."""
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/", "bare", lambda: b"")
    app = create_app(made)
    cold = create_app(replace(made, shelf=None))
    path, speaker = f"/v1/operations/{OPERATION}/timeline", {"HTTP_AUTHORIZATION": f"Bearer {bearer}"}
    tag = dict(asked(cold, path, **speaker)[0][1])["ETag"]
    return {
        "bare": lambda: asked(bare, "/"),
        "redis": lambda: shelf.find(bearer.split("_")[1], Key("timeline", OPERATION)),
        "known": lambda: asked(app, path, HTTP_IF_NONE_MATCH=tag, **speaker),
        "ready": lambda: asked(app, path, **speaker),
        "postgresql": lambda: asked(cold, path, **speaker),
    }


def medians(publisher: Publisher, leading: psycopg.Connection[Any], contenders: dict[str, Act]) -> dict[str, float]:
    """Processor seconds of one call of each; the publisher is heard of before every turn."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(TURNS + 1):
        for name, act in contenders.items():
            while publisher.looked(leading):
                pass
            began = time.thread_time()
            for _ in range(CALLS):
                act()
            if turn:
                taken[name].append((time.thread_time() - began) / CALLS)
    return {name: statistics.median(each) for name, each in taken.items()}


def figures(taken: dict[str, float]) -> Iterator[Figure]:
    """The ratios, with what each rung costs."""
    us = {name: f"{each * 1e6:.0f} us" for name, each in taken.items()}
    yield Figure(
        f"empty Flask routes ({us['bare']}) per round trip to Redis ({us['redis']})", taken["bare"] / taken["redis"], 0
    )
    yield Figure(
        f"reads from PostgreSQL ({us['postgresql']}) per hot read ({us['ready']})",
        taken["postgresql"] / taken["ready"],
        3,
    )
    yield Figure(f"reads from PostgreSQL per 304 ({us['known']})", taken["postgresql"] / taken["known"], 3)


def asked(app: Flask, path: str, **headers: str) -> tuple[tuple[str, list[tuple[str, str]]], bytes]:
    """An answer by WSGI, with no server in between."""
    started: list[Any] = []
    place, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": place,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        **headers,
    }
    body = b"".join(app.wsgi_app(environ, lambda status, given, _=None: started.append((status, given))))
    assert started[0][0][:3] in ("200", "304"), body
    return started[0], body
