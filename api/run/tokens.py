"""Tokens from the terminal: create, revoke, list."""

import hashlib
import secrets
import string
from collections.abc import Iterator

from psycopg import connect

from api import people
from api.french import table
from api.run.author import new_command, now, terminal, today
from domain.access import Token
from domain.dates import PartialDate, paris_day
from domain.ledger import Done, Ledger
from domain.vocabulary import Role
from projections import access
from projections.follower import Follower

ALPHABET = string.ascii_lowercase + string.digits


def create(ledger: Ledger, database_url: str, *, name: str, role: Role, organisations: tuple[str, ...]) -> str:
    """Hand out a token; it works when this returns. Returns `jal_<id>_<secret>`, shown this once and kept nowhere.

    name: of the person or program; it goes to the person table, the ledger sees an opaque id.
    """
    for organisation in organisations:
        ledger.known_partner(organisation, field="organisation")
    token = "".join(secrets.choice(ALPHABET) for _ in range(10))
    secret = secrets.token_urlsafe(32)
    with connect(database_url) as db:
        holder = people.add_person(db.cursor(), name)
    command = new_command()
    granted = Token.grant(
        authority=ledger.authority,
        token=token,
        holder=holder,
        role=role,
        organisations=organisations,
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        **today(terminal(command.id, ledger.authority, role="admin"), at=now()),
    )
    ledger.run(command, lambda: Done(granted))
    Follower(database_url).catch_up()
    return f"jal_{token}_{secret}"


def revoke(ledger: Ledger, database_url: str, token: str) -> None:
    """Take a token back; it is refused when this returns. Raises UnknownToken, AlreadyRevoked."""
    command = new_command()
    entry = today(terminal(command.id, ledger.authority, role="admin"), at=now())

    def act() -> Done:
        found = ledger.token(token)
        found.revoke(**entry)
        return Done(found)

    ledger.run(command, act)
    Follower(database_url).catch_up()


def listed(database_url: str) -> Iterator[str]:
    """Every token in a line, the oldest first; people whose name was erased show their opaque id."""
    with connect(database_url) as db, db.cursor() as cursor:
        known, found = people.names(cursor), access.tokens(cursor)
    rows = [["jeton", "titulaire", "rôle", "organisations", "accordé le", "état"]]
    for token in found:
        holder = known.get(token.holder, token.holder)
        state = "révoqué" if token.revoked else "valable"
        granted = PartialDate.of(paris_day(token.granted_at)).french()
        rows.append([token.token, holder, token.role, ", ".join(token.organisations), granted, state])
    return iter(table(rows))
