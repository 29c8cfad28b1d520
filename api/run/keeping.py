"""The commands that keep a record: archives, files of events, purges. Each imports what it needs, as in cli.py."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from api.run.servers import Servers
    from api.run.settings import Settings

Told = Callable[[int, int], None]

# Entries between two strokes of a bar.
STROKE = 1_000


@contextmanager
def shown(label: str) -> Iterator[Told]:
    """A bar at the terminal, apart from what a command prints."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, of: int) -> None:
            if done % STROKE == 0 or done == of:
                bar.length = of
                bar.update(done - bar.pos)

        yield show


def sign_first(settings: Settings, servers: Servers) -> None:
    """Sign what is about to leave; where that cannot be, say why and go on."""
    from api.run.keys import sign_what_leaves

    if why := sign_what_leaves(servers.database_url, settings.key_file):
        click.echo(f"Not signed: {why}.", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole record into one archive, FILE, while it serves. It holds names: keep it from others' eyes."""
    from api.run.author import now
    from api.run.backup import backup as write
    from api.run.settings import read_settings
    from api.run.wiring import ready

    settings = read_settings()
    with ready(settings) as servers, shown("Archive") as told:
        sign_first(settings, servers)
        made = write(
            servers.database_url,
            settings.authority,
            file,
            at=now(),
            embedded=settings.database_url is None,
            told=told,
        )
    click.echo(f"{file}: {made.entries} entries, up to position {made.position}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make the record of an archive again, in a database that holds none; all of it is checked."""
    from api.run.restoring import restore as read
    from api.run.settings import read_settings
    from api.run.wiring import unprepared

    settings = read_settings()
    with unprepared(settings) as servers, shown("Restauration") as told:
        made = read(servers, settings.authority, file, embedded=settings.database_url is None, told=told)
    click.echo(f"{file} of {made.at:%Y-%m-%d %H:%M} UTC: {made.entries} entries, up to position {made.position}.")


@click.group()
def export() -> None:
    """Write the record into files that outlive this program."""


@export.command("events")
@click.argument("file", type=click.File("wb", atomic=True), default="-")
def export_events(file: IO[bytes]) -> None:
    """Every entry of the ledger as JSON Lines, to FILE or the standard output; no names of people are in it."""
    from api.run.author import now
    from api.run.events import exported
    from api.run.settings import read_settings
    from api.run.wiring import ready

    settings = read_settings()
    with ready(settings) as servers, shown("Export") as told:
        sign_first(settings, servers)
        for line in exported(servers.database_url, settings.authority, now(), told):
            file.write(line)


class Kinds(click.Group):
    """A group whose usual command needs no name: `jalon import FILE` is a register."""

    usual = "register"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else [self.usual, *args])


@click.group("import", cls=Kinds)
def import_() -> None:
    """Take over a register of operations (CSV): `jalon import FILE`; or a ledger: `jalon import events FILE`."""


@import_.command("register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be recorded, record nothing.")
@click.option("--partial", is_flag=True, help="Record the good lines even where others are refused.")
def import_register(file: Path, dry_run: bool, partial: bool) -> None:
    """Take over a register of operations (CSV): every line is recorded, or refused with line, column and reason."""
    from api.imports import render
    from api.run.register import take_over
    from api.run.settings import read_settings
    from api.run.wiring import open_ledger, ready

    settings = read_settings()
    with ready(settings) as servers, open_ledger(settings, servers.database_url) as ledger:
        report = take_over(ledger, servers.database_url, file.read_bytes(), dry_run=dry_run, partial=partial)
    click.echo("\n".join(render(report)))
    sys.exit(report.exit_code)


@import_.command("events")
@click.argument("file", type=click.File("rb"))
def import_events(file: IO[bytes]) -> None:
    """Make the ledger again that `jalon export events` wrote, in a database that holds none: FILE, or `-`."""
    from api.run.filling import import_events as fill
    from api.run.settings import read_settings
    from api.run.wiring import unprepared

    settings = read_settings()
    with unprepared(settings) as servers, shown("Reconstruction") as told:
        made = fill(servers, settings.authority, file, told)
    click.echo(f"{made.entries} entries, up to position {made.position}.")


@click.command()
def purge() -> None:
    """Delete what has served its time: the answers to commands that were sent more than 30 days ago."""
    from api.run.author import now
    from api.run.purging import purge as delete
    from api.run.servers import owner_of
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        click.echo(f"{delete(owner_of(servers), now())} answers to commands deleted.")
