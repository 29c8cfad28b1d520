"""The demonstration: the real register of Valenciennes Métropole in a throw-away record, shown, then served."""

import dataclasses
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import click
import psycopg

from api.french import count
from api.imports import render_brief
from api.run import tokens
from api.run.register import take_over
from api.run.serve import refuse_taken, supervise
from api.run.servers import LocalServers, Servers
from api.run.settings import Settings, read_settings
from api.run.showing import partner_lines, timeline_lines
from api.run.wiring import open_ledger, prepare
from domain.ledger import Ledger
from domain.vocabulary import Role

REGISTER = "cavm_operations.csv"
OPERATION = "PNRU-2008-ANZIN-CARPEAUX"
# The first one goes all the way from its convention to its delivery, through three costs and two owners.
STORIES = {
    "Chasse Royale, de la convention à la livraison": "PNRU-2009-CHASSE-ROYALE",
    "Anzin, quartier Carpeaux": OPERATION,
}
PARTNER = "anru"
HOLDERS: tuple[tuple[str, Role, str], ...] = (
    ("Équipe projet", "team", "cavm"),
    ("ANRU", "partner", "anru"),
    ("Région", "partner", "region"),
)


def run(*, serve: bool, port: int) -> None:
    """Import, show, serve until Ctrl-C; everything it made is gone when this returns."""
    # The default action of SIGTERM would leave the servers and the throw-away data behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if serve:
        refuse_taken(port)
    with throw_away() as (settings, servers):
        with open_ledger(settings, servers.database_url) as ledger:
            import_the_register(ledger, servers.database_url)
            with psycopg.connect(servers.database_url) as db, db.cursor() as cursor:
                click.echo(heading("Les partenaires"))
                click.echo("\n".join(partner_lines(cursor)))
                for title, reference in STORIES.items():
                    click.echo(heading(title))
                    click.echo("\n".join(timeline_lines(cursor, reference)))
            if serve:
                click.echo(heading("À essayer, dans un autre terminal"))
                for line in invitation(ledger, servers.database_url, port):
                    click.echo(line)
        if serve:
            supervise(settings, servers, port=port, workers=settings.workers)


@contextmanager
def throw_away() -> Iterator[tuple[Settings, Servers]]:
    """Embedded servers with all tables, erased at the end: a demonstration touches no record of yours."""
    home = Path(tempfile.mkdtemp(prefix="jalon-demo-"))
    settings = dataclasses.replace(
        read_settings(), home=home, authority="cavm", database_url=None, redis_url=None, checkpoint_key=None
    )
    servers = LocalServers(home)
    try:
        with servers:
            prepare(settings, servers.database_url, servers.application_url)
            yield settings, servers.for_application()
    finally:
        servers.erase()
        shutil.rmtree(home, ignore_errors=True)


def import_the_register(ledger: Ledger, database_url: str) -> None:
    """The register that ships with Jalon: 40 operations and 4 agreements, from public sources."""
    click.echo(heading("Le registre de Valenciennes Métropole"))
    data = files("domain.reference").joinpath(REGISTER).read_bytes()
    click.echo("\n".join(render_brief(take_over(ledger, database_url, data))))


def heading(title: str) -> str:
    return click.style(f"\n{title}\n{'═' * len(title)}", bold=True)


def invitation(ledger: Ledger, database_url: str, port: int) -> Iterator[str]:
    """What can be tried, with tokens that work."""
    base = f"http://127.0.0.1:{port}"
    made = {
        name: tokens.create(ledger, database_url, name=name, role=role, organisations=(organisation,))
        for name, role, organisation in HOLDERS
    }
    for name, token in made.items():
        yield f"  {name:<14} {token}"
    team, funder = (f"-H 'Authorization: Bearer {made[name]}'" for name in ("Équipe projet", "ANRU"))
    yield ""
    yield f"  curl {team} {base}/v1/operations/{OPERATION}/timeline"
    yield f"  curl {funder} {base}/v1/partners/{PARTNER}/commitments"
    yield f"  curl {team} '{base}/v1/operations?commune=59014&theme=social_housing'"
    yield f"  curl {team} -H 'Content-Type: application/json' -H 'Idempotency-Key: visite-1' \\"
    yield '    -d \'{"code": "visite", "label": "Visite de quartier", "on": "2026-10-02"}\' \\'
    yield f"    {base}/v1/operations/{OPERATION}/milestones"
    yield f"  curl {base}/openapi.json"
    yield ""
    yield f"  Les pages, qu'un de ces jetons ouvre : {base}/"
    yield ""
    yield f"{count(len(made), 'jeton')}, valables jusqu'à la fin de la démonstration. Ctrl-C arrête tout."
