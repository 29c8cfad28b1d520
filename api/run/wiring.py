"""Where the parts are built and joined: first partners, the ledger, the servers. The web application has web.py."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import click
import psycopg

from api.run import keys
from api.run.author import new_command, now, terminal, today
from api.run.migrating import FIRST_START, create_tables
from api.run.roles import is_protected
from api.run.servers import Servers, servers_for
from api.run.settings import Settings
from domain.ledger import Done, Ledger
from domain.partner import Partner
from domain.reference.partners import reference_partners
from projections.checkpoints import NotSigning
from projections.follower import Follower

UNPROTECTED = (
    "The ledger is not protected from the application: DATABASE_URL names a role that may change what is recorded. "
    "docs/operate.md says how to give the application a role of its own."
)

log = logging.getLogger(__name__)


def prepare(settings: Settings, owner_url: str, application_url: str | None = None) -> None:
    """Make a database ready: its tables, the partners that ship with Jalon, every projection up to date.

    application_url: None where one role does all.
    """
    create_tables(owner_url, application_url)
    database_url = application_url or owner_url
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
def prepared(settings: Settings) -> Iterator[Servers]:
    """The servers as the application works with them, their database made ready: the owner's step, then its own."""
    with servers_for(settings) as found:
        servers = found.for_application()
        if servers.owner_url is not None:
            prepare(settings, servers.owner_url, servers.database_url)
        else:
            prepare(settings, servers.database_url)
        yield servers


@contextmanager
def unprepared(settings: Settings) -> Iterator[Servers]:
    """The same, their database as it is: a record is put there that must find nothing."""
    with servers_for(settings) as found:
        yield found.for_application()


@contextmanager
def ready(settings: Settings) -> Iterator[Servers]:
    """Servers that a command can work with: the embedded ones are prepared, others must have been (`jalon migrate`)."""
    if settings.database_url is None:
        with prepared(settings) as servers:
            yield servers
    else:
        with servers_for(settings) as servers:
            refuse_unmigrated(servers.database_url)
            yield servers


def ready_to_serve(settings: Settings) -> AbstractContextManager[Servers]:
    """The same for `jalon serve`, which also makes the tables where its role may: one command is enough at first."""
    may_not = settings.database_url and not settings.owner_url and is_protected(settings.database_url)
    return ready(settings) if may_not else prepared(settings)


def warn_unprotected(servers: Servers) -> None:
    """Say it where a server starts whose role could change what is recorded."""
    if not is_protected(servers.database_url):
        log.warning(UNPROTECTED)
