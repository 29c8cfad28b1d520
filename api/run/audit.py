"""The commands that prove the ledger. Each imports what it needs itself, as in cli.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Prove that the ledger is what it was: checkpoints, their key, and reading it all again."""


@contextmanager
def refusals() -> Iterator[None]:
    """What stands in the way, in one sentence."""
    from api.run.audit_files import NotKept
    from domain.ledger.notes import NotSigned, Unreadable
    from projections.checkpoints import NotSigning

    try:
        yield
    except (NotKept, NotSigned, NotSigning, Unreadable) as refusal:
        raise click.ClickException(f"{refusal}.") from refusal


@contextmanager
def with_key() -> Iterator[tuple[str, Path, str]]:
    """Address of the database, file of the key, authority."""
    from api.run.settings import read_settings
    from api.run.wiring import ready

    settings = read_settings()
    if settings.key_file is None:
        raise click.ClickException("JALON_CHECKPOINT_KEY names no key: nothing can be signed.")
    with ready(settings) as servers, refusals():
        yield servers.database_url, settings.key_file, settings.authority


@audit.command()
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), help="Write it here too, with every leaf.")
def checkpoint(keep: Path | None) -> None:
    """Sign the ledger as it stands, and print what was signed. Give it to somebody who keeps it elsewhere.

    With --keep FILE, the hash of each entry goes along, 50 bytes an entry: `verify --checkpoint FILE` can then name the
    very entry that is not what it was. A FILE that is there is continued, unless the record says otherwise than it.
    """
    with with_key() as (database_url, key, _):
        import psycopg

        from api.run import audit_files, keys
        from projections.follower import Follower

        Follower(database_url).catch_up()
        made = keys.sign(database_url, key)
        if keep:
            with psycopg.connect(database_url) as db:
                audit_files.keep(keep, made, db.cursor())
        click.echo(made.note, nl=False)


@audit.command()
@click.option("--checkpoint", "checkpoints", type=FILE, multiple=True, help="One kept elsewhere; may be repeated.")
@click.option("--export", "exports", type=FILE, multiple=True, help="Exported entries kept elsewhere; may be repeated.")
@click.option("--key", "trusted", multiple=True, help="Trust this public key alone, and those that it handed over to.")
def verify(checkpoints: tuple[Path, ...], exports: tuple[Path, ...], trusted: tuple[str, ...]) -> None:
    """Read the whole ledger again, and name the first entry that is not what it was. Exit 1 where there is one."""
    from api.run import audit_verify
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers, refusals():
        report, names = audit_verify.verified(servers.database_url, (*checkpoints, *exports), trusted)
    click.echo("\n".join(audit_verify.lines(report, names)))
    sys.exit(0 if report.good else 1)


@audit.group("key")
def key_group() -> None:
    """The key that signs checkpoints."""


@key_group.command("create")
@click.option("--lost", is_flag=True, help="In the place of one that is lost.")
def key_create(lost: bool) -> None:
    """Make the key of a record that has none, and print its public part."""
    with with_key() as (database_url, key, authority):
        from api.run import keys

        click.echo(keys.create(database_url, key, authority, lost=lost))


@key_group.command("rotate")
def key_rotate() -> None:
    """Put another key in the place of the present one, which signs that, and print its public part."""
    with with_key() as (database_url, key, _):
        from api.run import keys

        click.echo(keys.rotate(database_url, key))


@key_group.command("list")
def key_list() -> None:
    """The public part of every key that this record ever signed by, the present one last."""
    from api.run import audit_verify
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        for line in audit_verify.key_lines(servers.database_url):
            click.echo(line)
