"""The commands that keep a record. Each imports what it needs itself, as in cli.py."""

from __future__ import annotations

import click


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
