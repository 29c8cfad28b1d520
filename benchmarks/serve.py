"""Serves a made-up record, and says where a load tool finds it.

    python -m benchmarks.serve --scale agglo|national --home FOLDER [--port 8000]

FOLDER keeps the servers' data: the record is loaded once. FOLDER/load.env holds what the tool needs: tokens, the files
with the process ids of the web server and of PostgreSQL, how many operations, partners and people there are.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import click
import psycopg
import redis

import domain.ledger
from api.run import tokens
from api.run.servers import LocalServers
from api.run.settings import Settings, hand_down, read_settings
from api.run.wiring import open_ledger, prepare
from benchmarks.histories import Scale
from benchmarks.seed import SCALES, name_people, sow
from domain.ledger import head

# Those of the peer's own PostgreSQL, so that the two differ in nothing but the program.
POSTGRESQL = {
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "2GB",
}
PATIENCE = 60.0

# Who measures writes lets the record grow, and whoever measures it again then measures another one.
GROWN = (
    "Operations of this record have {more} entries more than were loaded. "
    "For figures to be compared with others, name a folder that was never used."
)


@contextmanager
def serving(home: Path, scale: Scale, port: int) -> Iterator[dict[str, str]]:
    """A served record for as long as the context lasts; what a load tool needs, as environment variables."""
    with LocalServers(home, **POSTGRESQL) as servers:
        settings = replace(read_settings(), home=home, port=port, rate_limit=None)
        fill(settings, servers.database_url, scale)
        # A child would otherwise start the embedded pair of its own home.
        hand_down(settings, database_url=servers.database_url, redis_url=servers.redis_url)
        with open_ledger(settings, servers.database_url) as ledger:
            team, auditor = (
                tokens.create(ledger, servers.database_url, name=role, role=role, organisations=(settings.authority,))
                for role in ("team", "auditor")
            )
        command = [sys.executable, "-m", "api.run.cli", "serve", "--port", str(port)]
        # A line of the log is written for each request, as everywhere.
        with (home / "serve.log").open("ab") as log, subprocess.Popen(command, stderr=log) as web:
            try:
                until_it_answers(web, f"http://127.0.0.1:{port}/healthz")
                pids = home / "server.pid"
                # Redis works for every request too: what it spends is counted.
                pids.write_text(f"{web.pid} {redis_pid(servers.redis_url)}\n")
                yield {
                    "JALON_PORT": str(port),
                    "JALON_TOKEN": team,
                    "JALON_AUDIT_TOKEN": auditor,
                    "JALON_PID_FILE": str(pids),
                    "JALON_DB_PID_FILE": str(servers.data / "postmaster.pid"),
                    "OPERATIONS": str(scale.operations),
                    "PARTNERS": str(scale.partners),
                    "USERS": str(scale.people),
                }
            finally:
                web.terminate()


def fill(settings: Settings, database_url: str, scale: Scale) -> None:
    """Load the record, unless an earlier run has."""
    domain.ledger.create_tables(database_url)
    with psycopg.connect(database_url) as db:
        empty = not head(db.cursor())
    if empty:
        sow(database_url, scale)
        name_people(database_url, scale)
    prepare(settings, database_url)
    with psycopg.connect(database_url, autocommit=True) as db:
        if empty:
            db.execute("VACUUM ANALYZE")
        elif more := grown(db, scale):
            click.echo(GROWN.format(more=more), err=True)


def grown(db: psycopg.Connection[Any], scale: Scale) -> int:
    """How many entries operations have beyond those that were loaded."""
    row = db.execute("SELECT count(*) FROM stored_events WHERE topic LIKE 'operation.%'").fetchone()
    return (row[0] if row else 0) - scale.operations * scale.changes


def until_it_answers(process: subprocess.Popen[bytes], url: str, patience: float = PATIENCE) -> None:
    """Wait for a server, so many seconds. Raises ClickException when it ends instead, or takes too long."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(url, timeout=5).close()
            return
        except HTTPError:
            return  # To refuse is to answer.
        except OSError:
            time.sleep(0.1)
    raise click.ClickException(f"Nothing answers at {url}.")


def redis_pid(url: str) -> int:
    """The process id of a Redis on this machine."""
    with redis.Redis.from_url(url) as connection:
        return int(connection.info("server")["process_id"])


def exports(variables: dict[str, str]) -> str:
    """Environment variables as a shell reads them."""
    return "".join(f"export {name}='{value}'\n" for name, value in variables.items())


@click.command(help=__doc__)
@click.option("--scale", "name", type=click.Choice(list(SCALES)), default="agglo", show_default=True)
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--port", default=8000, show_default=True)
def main(name: str, home: Path, port: int) -> None:
    """Serve until Ctrl-C, or until told to end."""
    # A shell lets what it starts in the background ignore Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with serving(home.resolve(), SCALES[name], port) as variables:
        file = home / "load.env"
        file.touch(mode=0o600)
        file.write_text(exports(variables))
        click.echo(f"For a load tool: . {file}")
        try:
            while True:
                time.sleep(3_600)
        except KeyboardInterrupt:
            os.write(1, b"\n")


if __name__ == "__main__":
    main()
