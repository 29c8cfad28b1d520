"""People at the terminal: who stands behind an id, a name put right, a name erased for good."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.errors import LockNotAvailable

from api import people
from api.french import table
from api.run.erased import Erased, erase
from api.run.owner import as_owner
from domain.dates import PartialDate, paris_day
from domain.errors import UnknownAccount
from projections import access

MOST = 10_000
LONGEST = 300
KNOWN = "SELECT 'u-' || id, name, erased_at FROM person ORDER BY id"
NAME = """
    INSERT INTO person (id, name) OVERRIDING SYSTEM VALUE VALUES (%s, %s)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE person.erased_at IS NULL
"""

# The old row lies in the table's file until it is swept out, and is copied along as long as anybody may still see it.
PATIENCE = "SET lock_timeout = '5s'"
SWEEP = "VACUUM (FULL, VERBOSE) public.person"
KEPT = re.compile("[0-9]+")


class NotSwept(SystemExit):
    """The old name is still in a file; a SystemExit, so that one line is shown and no traceback."""


class NotNamed(SystemExit):
    """The name is not kept; a SystemExit, so that one line is shown and no traceback."""


def erase_people(database_url: str, owner_url: str, ids: Sequence[str], *, by: str, at: datetime) -> None:
    """Blank their names, and sweep out what the table's files still hold of them. As often as you like.

    by: an opaque id, or `cli`. Raises UnknownAccount, NotTheOwner, NotSwept.
    """
    known = {id for id, *_ in everybody(database_url)}
    for id in (*ids, *([] if by == "cli" else [by])):
        if id not in known or people.number(id) is None:
            raise UnknownAccount(account=id)
    with as_owner(owner_url) as db:
        erase(db, [Erased(id, at, by) for id in ids])
    sweep(owner_url)


def sweep(owner_url: str) -> None:
    """Write the table anew, without the rows that nobody sees any more. Raises NotSwept."""
    said: list[str] = []
    with as_owner(owner_url, autocommit=True) as db:
        db.add_notice_handler(lambda notice: said.append(notice.message_detail or ""))
        db.execute(PATIENCE)
        try:
            db.execute(SWEEP)
        except LockNotAvailable as error:
            raise NotSwept(LATER) from error
    if any(int(kept[0]) for detail in said if (kept := KEPT.search(detail))):
        raise NotSwept(LATER)


LATER = (
    "Done, but a transaction that began before (a backup?) keeps the old name in the table's file: "
    "run the same command again when it is over."
)


def name_person(database_url: str, owner_url: str, id: str, name: str) -> None:
    """Say, or put right, whose id it is. Raises UnknownAccount, NotNamed, NotTheOwner."""
    text = unicodedata.normalize("NFC", name.strip())
    if not 1 <= len(text) <= LONGEST or not text.isprintable():
        raise NotNamed(f"A name has 1 to {LONGEST} characters, and no line ends.")
    if people.number(id) is None or id not in {known for known, *_ in everybody(database_url)}:
        raise UnknownAccount(account=id)
    with as_owner(owner_url) as db:
        if not db.execute(NAME, (people.number(id), text)).rowcount:
            raise NotNamed(f"{id} was erased, and stays so.")
    sweep(owner_url)


def everybody(database_url: str) -> list[tuple[str, str | None, datetime | None]]:
    """Everybody who has an account or a name: id, name, when it was erased."""
    with psycopg.connect(database_url, connect_timeout=5) as db:
        found: dict[str, tuple[Any, ...]] = {row[0]: row for row in db.execute(KNOWN.encode()).fetchall()}
        accounts = access.accounts(db.cursor(), limit=MOST)
    nameless = [(row.account, None, None) for row in accounts if row.account not in found]
    return sorted((*found.values(), *nameless), key=lambda each: (people.number(each[0]) or 0, each[0]))


def listed(database_url: str, *, erased: bool = False) -> Iterator[str]:
    """Everybody in a line. erased: the ids of those whose names were erased, and nothing else: for `person erase`."""
    found = everybody(database_url)
    if erased:
        return (id for id, _, at in found if at)
    rows = [["compte", "nom", "effacé le"]]
    rows += [[id, name or "–", PartialDate.of(paris_day(at)).french() if at else "–"] for id, name, at in found]
    return iter(table(rows))
