"""The command line. Each command imports what it needs itself, so that a small one answers at once."""

from __future__ import annotations

import json
import sys

import click

from api.run.accesses import accesses
from api.run.audit import audit
from api.run.granting import account, token
from api.run.keeping import backup, export, import_, purge, restore
from api.run.person import person
from domain.errors import Refusal


class Jalon(click.Group):
    """A refusal, or a server that does not answer, is shown as one sentence instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except Exception as error:
            if is_away(error):
                raise click.ClickException(f"PostgreSQL does not answer: {str(error).strip()}") from error
            raise


def is_away(error: Exception) -> bool:
    """The error says that PostgreSQL cannot be reached."""
    from psycopg import OperationalError

    from domain.ledger import StoreUnavailable

    return isinstance(error, (OperationalError, StoreUnavailable))


@click.group(cls=Jalon, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="jalon")
def main() -> None:
    """Jalon keeps the record of urban-renewal operations: what was planned, funded, started, delivered."""


@main.command()
@click.option("--no-serve", is_flag=True, help="Stop after printing.")
@click.option("--port", default=8000, show_default=True, help="TCP port on 127.0.0.1.")
def demo(no_serve: bool, port: int) -> None:
    """Import the real register of Valenciennes Métropole into a throw-away record, show it, serve it."""
    from api.run.demo import run

    run(serve=not no_serve, port=port)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="TCP port on 127.0.0.1. [default: JALON_PORT, else 8000]")
@click.option("--workers", type=click.IntRange(1, 256), help="Web processes. [default: JALON_WORKERS, else 2]")
def serve(port: int | None, workers: int | None) -> None:
    """Web and follower on one machine, with embedded servers unless DATABASE_URL and REDIS_URL are given."""
    from api.run.serve import refuse_taken, supervise
    from api.run.settings import read_settings
    from api.run.wiring import ready_to_serve

    settings = read_settings()
    port = port or settings.port
    refuse_taken(port)
    with ready_to_serve(settings) as servers:
        if settings.database_url is None:
            click.echo(f"Data in {settings.home}, for one machine. To back it up while this runs: jalon backup FILE")
        click.echo(f"Jalon on http://127.0.0.1:{port} (Ctrl-C stops it)")
        supervise(settings, servers, port=port, workers=workers or settings.workers)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="TCP port. [default: JALON_PORT, else 8000]")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes. [default: JALON_WORKERS, else 2]")
@click.option("--parent", type=int, hidden=True)
def web(host: str, port: int | None, workers: int | None, parent: int | None) -> None:
    """The API alone."""
    from api.run import logs
    from api.run import web as server
    from api.run.secret import with_secret
    from api.run.settings import hand_down, read_settings
    from api.run.stopping import end_with
    from api.run.wiring import ready, warn_unprotected

    if parent:
        end_with(parent)
    settings = read_settings()
    logs.configure(settings.log)
    settings = with_secret(settings)
    with ready(settings) as servers:
        warn_unprotected(servers)
        hand_down(settings, database_url=servers.database_url, redis_url=servers.redis_url)
        server.run(host, port or settings.port, workers or settings.workers, settings.threads)


@main.command()
@click.option("--parent", type=int, hidden=True)
def follow(parent: int | None) -> None:
    """The follower alone: keeps the projections up to date."""
    from api.run import logs, serve
    from api.run.settings import read_settings
    from api.run.stopping import end_with
    from api.run.wiring import ready, warn_unprotected

    if parent:
        end_with(parent)
    settings = read_settings()
    logs.configure(settings.log)
    with ready(settings) as servers:
        warn_unprotected(servers)
        serve.follow(settings, servers)


@main.command()
def migrate() -> None:
    """Create the tables and register the known partners; once per release, with the owner's rights."""
    from api.run.roles import is_protected
    from api.run.settings import read_settings
    from api.run.wiring import UNPROTECTED, prepared

    with prepared(read_settings()) as servers:
        click.echo("Tables and partners are there.")
        if not is_protected(servers.database_url):
            click.echo(UNPROTECTED, err=True)


@main.command()
def log() -> None:
    """Log what happened on an operation, question by question."""
    from api.run.log import ask
    from api.run.settings import read_settings
    from api.run.wiring import open_ledger, ready

    settings = read_settings()
    with ready(settings) as servers, open_ledger(settings, servers.database_url) as ledger:
        ask(ledger, servers.database_url)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--healthy", is_flag=True, help="Say nothing; exit 0 when a follower runs and nothing is frozen, else 1.")
def status(as_json: bool, healthy: bool) -> None:
    """Positions of the ledger and of each projection."""
    from api.run import status as statuses
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        found = statuses.read(servers)
        if healthy:
            sys.exit(0 if found.healthy else 1)
        click.echo(json.dumps(found.as_dict(), indent=1) if as_json else "\n".join(found.lines()))


@main.command()
def openapi() -> None:
    """The description of the API, OpenAPI 3.1; no server is needed. It is kept as docs/openapi.json."""
    from api.run.openapi import described

    click.echo(described())


@main.command()
@click.argument("name", required=False)
def rebuild(name: str | None) -> None:
    """Build projections again from the ledger beside the live ones, then switch. NAME: one; all if left out."""
    from api.run.settings import read_settings
    from api.run.wiring import ready
    from projections.catalogue import UnknownProjection
    from projections.rebuild import RebuildUnderWay
    from projections.rebuild import rebuild as build
    from projections.replay import NotRebuilt

    with ready(read_settings()) as servers, click.progressbar(length=1, label="Reconstruction") as bar:

        def show(position: int, head: int) -> None:
            bar.length = head
            bar.update(position - bar.pos)

        try:
            build(servers.database_url, name, progress=show)
        except (UnknownProjection, RebuildUnderWay, NotRebuilt) as refusal:
            raise click.ClickException(str(refusal)) from refusal


for command in (accesses, account, audit, token, person, backup, restore, export, import_, purge):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="jalon")
