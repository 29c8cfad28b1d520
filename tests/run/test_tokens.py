"""Tokens from the terminal."""

import hashlib
import re

import psycopg

from domain.access import Token
from domain.ledger import Ledger
from projections import access
from tests.run.conftest import Jalon


def created(jalon: Jalon, *words: str) -> tuple[str, str]:
    """The id and the secret that `jalon token create` prints."""
    done = jalon("token", "create", "--name", "Léa Durand", "--role", "team", *words)
    assert done.exit_code == 0, done.output
    found = re.fullmatch(r"jal_([a-z0-9]+)_([A-Za-z0-9_-]{43})\n", done.output)
    assert found, done.output
    return found[1], found[2]


def test_a_token_works_when_the_command_returns(jalon: Jalon, database_url: str):
    token, secret = created(jalon, "--organisation", "anru", "--organisation", "etat")
    with psycopg.connect(database_url) as db:
        row = access.token(db.cursor(), token)
    assert row is not None
    assert row.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert (row.role, list(row.organisations), row.revoked) == ("team", ["anru", "etat"], False)


def test_the_ledger_knows_neither_the_secret_nor_the_name(jalon: Jalon, ledger: Ledger, database_url: str):
    token, secret = created(jalon)
    with psycopg.connect(database_url) as db:
        stored = b"".join(row[0] for row in db.execute("SELECT state FROM stored_events"))
    assert secret.encode() not in stored
    assert "Léa".encode() not in stored
    assert ledger.token(token).holder.startswith("u-")


def test_a_token_speaks_for_the_authority_unless_told_otherwise(jalon: Jalon, ledger: Ledger):
    token, _ = created(jalon)
    assert ledger.token(token).organisations == ("cavm",)


def test_a_token_for_an_unknown_organisation_is_refused(jalon: Jalon, ledger: Ledger):
    before = ledger.head()
    done = jalon("token", "create", "--name", "X", "--role", "partner", "--organisation", "nulle-part")
    assert done.exit_code == 1
    assert "nulle-part" in done.output
    assert ledger.head() == before


def test_a_revoked_token_is_refused_when_the_command_returns(jalon: Jalon, database_url: str):
    token, _ = created(jalon)
    assert jalon("token", "revoke", token).exit_code == 0
    with psycopg.connect(database_url) as db:
        row = access.token(db.cursor(), token)
    assert row is not None
    assert row.revoked


def test_a_token_is_revoked_once(jalon: Jalon):
    token, _ = created(jalon)
    jalon("token", "revoke", token)
    again = jalon("token", "revoke", token)
    assert (again.exit_code, "déjà révoqué" in again.output) == (1, True)


def test_revoking_an_unknown_token_says_so(jalon: Jalon):
    done = jalon("token", "revoke", "inconnu")
    assert (done.exit_code, "inconnu" in done.output) == (1, True)


def test_the_list_names_holders_and_shows_no_secret(jalon: Jalon, ledger: Ledger):
    token, secret = created(jalon)
    done = jalon("token", "list")
    assert token in done.output
    assert "Léa Durand" in done.output
    assert secret not in done.output
    assert ledger.find(Token, token)
