"""The web application of one process, and the server that runs several of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from werkzeug.middleware.proxy_fix import ProxyFix

from api.accesses.writer import Writer
from api.app import Services, create_app
from api.counting import Counters
from api.published import leadership
from api.published.shelf import Shelf
from api.run import logs, patient
from api.run.author import now
from api.run.cycles import look_seldom
from api.run.reads import Reads
from api.run.secret import with_secret
from api.run.settings import Settings, read_settings
from api.run.stopping import end_with, starter, when_ended, when_stopping
from domain.ledger import Ledger

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# A minute, from one address. Secrets of 256 bits are not found by trying: it is the load, and the noise, that end here.
REFUSED_TOKENS = 20


def services(settings: Settings, database_url: str) -> Services:
    """What the web application works with; built inside each process that serves."""
    secret = with_secret(settings).secret
    assert secret is not None
    # Half of the threads may wait, and hold none meanwhile.
    reads = Reads(database_url, size=settings.threads // 2 + 1)
    ledger = Ledger(database_url, authority=settings.authority)
    return Services(
        ledger=ledger,
        reads=reads,
        authority=settings.authority,
        clock=now,
        threads=settings.threads,
        counters=Counters(settings.redis_url),
        rate_limit=settings.rate_limit,
        refused_tokens=REFUSED_TOKENS,
        accesses=Writer(database_url),
        shelf=Shelf(settings.redis_url, ledger_of(reads)) if settings.redis_url else None,
        secret=secret,
    )


def ledger_of(reads: Reads) -> Callable[[], str]:
    """Finds the id of the record when it is asked for: a process may be started while PostgreSQL is away."""

    def find() -> str:
        with reads.connection() as connection, connection.cursor() as cursor:
            return leadership.ledger_id(cursor)

    return find


def application() -> Flask:
    """The application; the web server calls this inside each of its workers, which are told where the servers are."""
    # Killed, the server would leave its workers at the port for ever.
    end_with(starter())
    settings = read_settings()
    logs.configure(settings.log)
    assert settings.database_url is not None
    made = services(settings, settings.database_url)
    when_stopping(lambda: stop(made))
    # Once its last requests have been answered, what they asked for is written down.
    if made.accesses is not None:
        when_ended(made.accesses.close)
    app = create_app(made)
    app.wsgi_app = behind(app.wsgi_app, settings.trusted_proxies)  # type: ignore[assignment]
    look_seldom()
    return app


def stop(made: Services) -> None:
    """The server ends once its requests have been answered, those that wait at once; nothing of it is kept back."""
    patient.hurry()
    made.waiting.stop()


def behind(application: WSGIApplication, proxies: int) -> WSGIApplication:
    """The application as it is reached through that many web servers of our own.

    Each adds the address that it was asked from; what stands before theirs in the header, anybody can have written.
    """
    return ProxyFix(application, x_for=proxies, x_proto=proxies, x_host=0) if proxies else application


def run(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or SIGINT. Workers read their settings from the environment: see `hand_down`."""
    # Granian would warn of many threads for few processors at each start; here half of them do nothing but wait.
    logging.getLogger("_granian").addFilter(lambda line: "Python threads" not in line.getMessage())
    Granian(
        "api.run.web:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=threads,
        # Without these two, one open request keeps a stopping server up for ever, and one killed worker ends them all.
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=logs.GRANIAN,
    ).serve()
