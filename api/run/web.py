"""The web application of one process, and the server that runs several of them."""

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from psycopg_pool import ConnectionPool

from api.app import Services, create_app
from api.run.author import now
from api.run.settings import Settings, read_settings
from domain.ledger import Ledger


def services(settings: Settings, database_url: str) -> Services:
    """What the web application works with; built inside each process that serves."""
    reads = ConnectionPool(
        database_url,
        min_size=1,
        max_size=settings.threads + 1,
        timeout=1,
        kwargs={"autocommit": True, "options": "-c statement_timeout=5000"},
        open=True,
    )
    ledger = Ledger(database_url, authority=settings.authority)
    return Services(ledger=ledger, reads=reads, authority=settings.authority, clock=now, threads=settings.threads)


def application() -> Flask:
    """The application; the web server calls this inside each of its workers, which are told where the servers are."""
    settings = read_settings()
    assert settings.database_url is not None
    return create_app(services(settings, settings.database_url))


def run(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or SIGINT. Workers read their settings from the environment: see `hand_down`."""
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
    ).serve()
