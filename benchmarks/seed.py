"""Fills an empty ledger with a made-up record at the scale of an agglomeration or of a country.

    DATABASE_URL=postgresql://... python -m benchmarks.seed --scale agglo|national

Operations `OP-1..N`, partners `p-1..M`, people `u-1..K`, ten years of entries, in the order of their instants.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator

import click
import psycopg
from psycopg.sql import SQL, Identifier

import domain.ledger
import projections
from api import people
from api.run.settings import read_settings
from benchmarks.histories import AGGLO, BEGAN, LAST_START, NATIONAL, History, Scale, Stored, calendar, registrations
from domain.ledger import CHANNEL, head

SCALES = {"agglo": AGGLO, "national": NATIONAL}

COPY = "COPY public.stored_events (originator_id, originator_version, topic, state) FROM STDIN (FORMAT BINARY)"
TYPES = ("uuid", "int8", "text", "bytea")
NAMES = "INSERT INTO public.person (name) SELECT 'Agent ' || number FROM generate_series(1, %s) AS number"


class NotEmpty(click.ClickException):
    """A seed comes first, or not at all: its instants lie before those of anything recorded today."""

    def __init__(self) -> None:
        super().__init__("The ledger holds entries already: give the address of a new database.")


def in_order(scale: Scale) -> Iterator[Stored]:
    """The whole record, by instant. In memory are the operations that are under way on a day, not all of them."""
    acts = calendar(scale)
    beginning: dict[int, list[int]] = defaultdict(list)
    for number in range(1, scale.operations + 1):
        beginning[History(number, scale).starts].append(number)
    days: dict[int, list[Stored]] = defaultdict(list)
    days[0] += registrations(scale)
    for day in range(LAST_START + acts[-1].day + 1):
        for number in beginning[day]:
            for entry in History(number, scale).told(acts):
                days[(entry.at - BEGAN).days].append(entry)
        yield from sorted(days.pop(day, ()), key=lambda entry: entry.at)


def sow(database_url: str, scale: Scale) -> None:
    """Append the record to an empty ledger. Raises NotEmpty."""
    with psycopg.connect(database_url) as db, db.cursor() as cursor:
        cursor.execute("LOCK TABLE public.stored_events IN EXCLUSIVE MODE")
        if head(cursor):
            raise NotEmpty
        with cursor.copy(COPY) as copy:
            copy.set_types(TYPES)
            for entry in in_order(scale):
                copy.write_row(entry[1:])
        cursor.execute(SQL("NOTIFY {}").format(Identifier(CHANNEL)))
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("VACUUM ANALYZE public.stored_events")


def name_people(database_url: str, scale: Scale) -> None:
    """The people `u-1..K`, so that the next one who gets a token is somebody else."""
    with psycopg.connect(database_url) as db:
        db.execute(people.TABLE)
        db.execute(NAMES, (scale.people,))


@click.command(help=__doc__)
@click.option("--scale", "name", type=click.Choice(list(SCALES)), default="agglo", show_default=True)
def main(name: str) -> None:
    """Tables, entries, people, projections."""
    database_url = read_settings().database_url
    if database_url is None:
        raise click.UsageError("DATABASE_URL and REDIS_URL name the servers to fill.")
    domain.ledger.create_tables(database_url)
    began = time.perf_counter()
    sow(database_url, SCALES[name])
    name_people(database_url, SCALES[name])
    click.echo(f"{SCALES[name].entries} entries in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    projections.create_tables(database_url)
    click.echo(f"projections in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
