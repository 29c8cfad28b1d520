"""Fills an empty record from a file of events, then tells the projections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from psycopg import Connection

import projections
from api.run.erased import erase
from api.run.events import Reading, Summary
from api.run.migrating import make_durable
from api.run.owner import as_owner
from api.run.servers import Servers, owner_of
from domain.ledger import NotEmpty, head, put_back, refuse_filled
from domain.ledger.notes import Head
from projections.progress import positions
from projections.rebuild import rebuild
from projections.tree import Stored

# Ids go on from the highest that the record knows.
NEXT_PERSON = """
    SELECT setval('person_id_seq', greatest(%(highest)s, last_value, (SELECT max(id) FROM person)))
    FROM person_id_seq WHERE %(highest)s > 0 OR EXISTS (SELECT FROM person)
"""

Told = Callable[[int, int], None]


class Refused(SystemExit):
    """What is there is not overwritten; a SystemExit, so that one line is shown and no traceback."""


class NotAsSigned(SystemExit):
    """What was taken over is not what was signed; a SystemExit, so that one line is shown and no traceback."""


class OtherAuthority(SystemExit):
    """The file tells the record of another authority; a SystemExit, so that one line is shown and no traceback."""


def import_events(servers: Servers, authority: str, lines: Iterable[bytes], told: Told) -> Summary:
    """Make the ledger that a file was exported from, all of it or nothing, and its projections; what its end says.

    Raises BadLine, Refused, OtherAuthority, NotAsSigned.
    """
    owner = owner_of(servers)
    prepare_empty(servers)
    reading = Reading(lines)
    with as_owner(owner) as db:
        try:
            put_back(db, reading.entries())
        except NotEmpty as error:
            raise Refused(f"{error} Import into a new database, or a new JALON_HOME.") from error
        end = reading.end
        assert end is not None
        refuse_other(authority, end.authority)
        erase(db, end.erased)
        go_on_after(db, reading.highest)
    tell(servers, told)
    if reading.note:
        refuse_unsigned(servers, reading.note)
    return end


def prepare_empty(servers: Servers) -> None:
    """The tables that last, without a row. Raises Refused."""
    make_durable(owner_of(servers), servers.database_url if servers.owner_url else None)
    with as_owner(owner_of(servers)) as db:
        try:
            refuse_filled(db.cursor())
        except NotEmpty as error:
            raise Refused(f"{error} Give a new database, or a new JALON_HOME.") from error


def refuse_other(ours: str, theirs: str) -> None:
    """The ids of all records depend on the authority. Raises OtherAuthority."""
    if ours != theirs:
        raise OtherAuthority(f"This is the record of {theirs!r}, and JALON_AUTHORITY is {ours!r}. Nothing was done.")


def go_on_after(owner: Connection[Any], highest: int) -> None:
    """Give no person a number that another one had."""
    owner.execute(NEXT_PERSON, {"highest": highest})


def refuse_unsigned(servers: Servers, note: str) -> None:
    """Hold the tree of what was imported against the checkpoint that the file ends at. Raises NotAsSigned.

    Who signed it is not asked here: the keys are those of the record that was exported, and may be gone.
    """
    text = note.rpartition("\n\n")[0] + "\n"
    with psycopg.connect(servers.database_url) as db:
        tree, signed = Stored(db.cursor()), Head.parse(text)
        if tree.size() != signed.size or tree.root(signed.size) != signed.root:
            raise NotAsSigned("What was imported is not what the checkpoint in the last line was signed over.")


def tell(servers: Servers, told: Told) -> None:
    """Let every projection speak of the whole ledger: as the application, who owns them."""
    projections.create_tables(servers.database_url)
    with psycopg.connect(servers.database_url) as db:
        last = head(db.cursor())
        behind = any(each.position < last for each in positions(db.cursor()))
    if behind:
        rebuild(servers.database_url, progress=told)
