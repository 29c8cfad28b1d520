"""The commands on people. Each imports what it needs itself, as in cli.py."""

from __future__ import annotations

import click


@click.group()
def person() -> None:
    """Names of people: kept apart from the record, which knows opaque ids (u-17)."""


@person.command("list")
@click.option("--erased", is_flag=True, help="Nothing but the ids of those who were erased.")
def person_list(erased: bool) -> None:
    """Everybody, with the name behind each id."""
    from api.run.erasing import listed
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        for line in listed(servers.database_url, erased=erased):
            click.echo(line)


@person.command("name")
@click.argument("id")
@click.argument("name")
def person_name(id: str, name: str) -> None:
    """Say whose ID it is, or put the name right."""
    from api.run.erasing import name_person
    from api.run.servers import owner_of
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        name_person(servers.database_url, owner_of(servers), id, name)
    click.echo(f"{id} has a name.", err=True)


@person.command("erase")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--by", default="cli", help="The id of whoever decides it; kept with the date. [default: cli]")
def person_erase(ids: tuple[str, ...], by: str) -> None:
    """Erase names for good. The record stays as it is, and shows the opaque ids."""
    from api.run.author import now
    from api.run.erasing import erase_people
    from api.run.servers import owner_of
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        erase_people(servers.database_url, owner_of(servers), ids, by=by, at=now())
    click.echo(f"{', '.join(ids)}: erased.", err=True)
