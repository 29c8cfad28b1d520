"""Where the parts are built and joined: tables, first partners, the ledger. The web application has web.py."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import psycopg

import domain.ledger
import projections
from api import last_use, people
from api.published import leadership
from api.run import keys
from api.run.author import new_command, now, terminal, today
from api.run.servers import Servers, servers_for
from api.run.settings import Settings
from domain.ledger import Done, Ledger
from domain.partner import Partner
from domain.reference.partners import reference_partners
from projections.checkpoints import NotSigning
from projections.follower import Follower

# Two first starts at once would register the same partners twice; the number is the same for every release.
FIRST_START = 5_218_001


def create_tables(database_url: str) -> None:
    """Every table of Jalon, once; harmless when they exist. Needs the owner's rights."""
    domain.ledger.create_tables(database_url)
    projections.create_tables(database_url)
    with psycopg.connect(database_url) as db:
        db.execute("SELECT pg_advisory_xact_lock(%s)", (FIRST_START,))
        db.execute(people.TABLE)
        db.execute(last_use.TABLE)
        db.execute(leadership.TABLE)


def prepare(settings: Settings, database_url: str) -> None:
    """Make a database ready: its tables, the partners that ship with Jalon, every projection up to date."""
    create_tables(database_url)
    with psycopg.connect(database_url) as db, open_ledger(settings, database_url) as ledger:
        db.execute("SELECT pg_advisory_xact_lock(%s)", (FIRST_START,))
        register_reference_partners(ledger)
    Follower(database_url).catch_up()
    make_first_key(settings, database_url)


def make_first_key(settings: Settings, database_url: str) -> None:
    """The key that signs checkpoints, for a record that never had one; whoever keeps the record is told of it."""
    if settings.key_file is None:
        return
    try:
        made = keys.ensure(database_url, settings.key_file, settings.authority)
    except NotSigning as refusal:
        click.echo(f"No checkpoint can be signed: {refusal}.", err=True)
        return
    if made:
        click.echo(
            f"The key that signs checkpoints is {settings.key_file}: keep a copy apart. Its public part:", err=True
        )
        click.echo(f"  {made}", err=True)


def register_reference_partners(ledger: Ledger) -> None:
    """The known partners, with their kinds and other names; those already registered stay as they are."""
    command, at = new_command(), now()
    author = terminal(command.id, ledger.authority, role="admin", source="reference:partners.csv")
    missing = [
        Partner.register(
            authority=ledger.authority,
            code=known.code,
            name=known.name,
            kind=known.kind,
            siren=known.siren,
            other_names=known.other_names,
            **today(author, at=at),
        )
        for known in reference_partners()
        if ledger.find(Partner, known.code) is None
    ]
    if missing:
        ledger.run(command, lambda: Done(*missing))


@contextmanager
def open_ledger(settings: Settings, database_url: str) -> Iterator[Ledger]:
    """The ledger, for as long as the context lasts."""
    ledger = Ledger(database_url, authority=settings.authority)
    try:
        yield ledger
    finally:
        ledger.close()


class NotMigrated(SystemExit):
    """A database without our tables; a SystemExit, so that one line is shown and no traceback."""


def refuse_unmigrated(database_url: str) -> None:
    """Raises NotMigrated where the tables of a server of one's own have not been made."""
    with psycopg.connect(database_url, connect_timeout=5) as db:
        made = db.execute("SELECT to_regclass('public.stored_events'), to_regclass('public.projection')").fetchone()
    if made is None or None in made:
        raise NotMigrated("The database has no tables of Jalon yet: run `jalon migrate` once, as their owner.")


@contextmanager
def ready(settings: Settings) -> Iterator[Servers]:
    """Servers that a command can work with: the embedded ones are prepared, others must have been (`jalon migrate`)."""
    with servers_for(settings) as servers:
        if settings.database_url is None:
            prepare(settings, servers.database_url)
        else:
            refuse_unmigrated(servers.database_url)
        yield servers
