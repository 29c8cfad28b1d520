"""Accounts and tokens from the terminal."""

import hashlib
import re
from datetime import UTC, datetime

import psycopg
import pytest

from api import last_use
from domain.access import Token
from domain.ledger import Ledger
from projections import access
from tests.run.conftest import Jalon

TODAY = datetime.now(UTC).date()


def made(jalon: Jalon, *words: str) -> tuple[str, str]:
    """The id and the secret that `jalon token create` prints, alone on its output."""
    done = jalon("token", "create", *words)
    assert done.exit_code == 0, done.output
    found = re.fullmatch(r"jal_([a-z0-9]+)_([A-Za-z0-9_-]{43})\n", done.stdout)
    assert found, done.output
    return found[1], found[2]


def created(jalon: Jalon, *words: str) -> tuple[str, str]:
    """A token of a new account."""
    return made(jalon, "--name", "Léa Durand", "--role", "team", *words)


def read(database_url: str, token: str) -> access.TokenRow:
    """The token, as the API knows it."""
    with psycopg.connect(database_url) as db:
        row = access.token(db.cursor(), token)
    assert row is not None
    return row


def lines(jalon: Jalon, group: str, *named: str) -> str:
    """The lines of a list that name all of these."""
    done = jalon(group, "list")
    assert done.exit_code == 0, done.output
    return "\n".join(line for line in done.stdout.splitlines() if all(word in line for word in named))


def test_a_token_works_when_the_command_returns(jalon: Jalon, database_url: str):
    token, secret = created(jalon, "--organisation", "anru", "--organisation", "etat")
    row = read(database_url, token)
    assert row.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert (row.role, list(row.organisations), row.state(TODAY)) == ("team", ["anru", "etat"], "valid")


def test_a_first_token_opens_its_account_in_one_append(jalon: Jalon, ledger: Ledger):
    before = ledger.head()
    token, _ = created(jalon, "--organisation", "anru")
    account = ledger.account(ledger.token(token).holder)
    assert (account.role, account.organisations) == ("team", ("anru",))
    assert ledger.head() == before + 2


def test_the_first_admin_is_made_on_the_server(jalon: Jalon, database_url: str):
    token, _ = made(jalon, "--name", "Admin", "--role", "admin")
    assert (read(database_url, token).role, read(database_url, token).organisations) == ("admin", ["cavm"])


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


def test_a_token_for_an_unknown_organisation_is_refused(jalon: Jalon, ledger: Ledger, database_url: str):
    before = ledger.head()
    done = jalon("token", "create", "--name", "X", "--role", "partner", "--organisation", "nulle-part")
    assert done.exit_code == 1
    assert "nulle-part" in done.output
    assert ledger.head() == before
    with psycopg.connect(database_url) as db:
        assert db.execute("SELECT count(*) FROM person").fetchone() == (0,)


def test_an_account_gets_a_second_token(jalon: Jalon, ledger: Ledger, database_url: str):
    first, _ = created(jalon, "--organisation", "anru", "--organisation", "etat")
    account = ledger.token(first).holder
    second, _ = made(jalon, "--account", account)
    third, _ = made(jalon, "--account", account, "--organisation", "etat")
    assert [(read(database_url, token).holder, read(database_url, token).role) for token in (second, third)] == [
        (account, "team")
    ] * 2
    assert [list(read(database_url, token).organisations) for token in (second, third)] == [["anru", "etat"], ["etat"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--account", "u-999999"), "u-999999"),
        (("--account", "u-1", "--role", "team"), "--account"),
        (("--account", "u-1", "--name", "X"), "--account"),
        (("--role", "team"), "--name"),
        (("--name", "X"), "--role"),
        (("--name", "X", "--role", "boss"), "boss"),
        (("--name", "X", "--role", "team", "--expires", "2020-01-31"), "2020-01-31"),
        (("--name", "X", "--role", "team", "--expires", "2027-02-30"), "2027-02-30"),
        (("--name", "X", "--role", "team", "--expires", "9999-01-01"), "2199"),
        (("--name", "X", "--role", "team", "--expires", "2027-01"), "2027-01"),
    ],
)
def test_what_makes_no_token_says_why(jalon: Jalon, ledger: Ledger, words, said):
    before = ledger.head()
    done = jalon("token", "create", *words)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert ledger.head() == before


def test_a_token_for_an_organisation_that_its_account_does_not_have_is_refused(jalon: Jalon, ledger: Ledger):
    first, _ = created(jalon, "--organisation", "anru")
    done = jalon("token", "create", "--account", ledger.token(first).holder, "--organisation", "etat")
    assert (done.exit_code, "etat" in done.output) == (1, True)


def test_a_token_may_have_a_last_day(jalon: Jalon, database_url: str):
    token, _ = created(jalon, "--expires", "2199-12-31")
    assert str(read(database_url, token).expires_on) == "2199-12-31"
    assert "31 décembre 2199" in lines(jalon, "token", token)


def test_a_revoked_token_is_refused_when_the_command_returns(jalon: Jalon, database_url: str):
    token, _ = created(jalon)
    assert jalon("token", "revoke", token).exit_code == 0
    assert read(database_url, token).state(TODAY) == "revoked"
    assert "révoqué" in lines(jalon, "token", token)


def test_a_token_is_revoked_once(jalon: Jalon):
    token, _ = created(jalon)
    jalon("token", "revoke", token)
    again = jalon("token", "revoke", token)
    assert (again.exit_code, "déjà révoqué" in again.output) == (1, True)


def test_revoking_an_unknown_token_says_so(jalon: Jalon):
    done = jalon("token", "revoke", "inconnu")
    assert (done.exit_code, "inconnu" in done.output) == (1, True)


def test_the_tokens_of_a_closed_account_are_refused_when_the_command_returns(
    jalon: Jalon, ledger: Ledger, database_url: str
):
    token, _ = created(jalon)
    account = ledger.token(token).holder
    assert "ouvert" in lines(jalon, "account", account, "Léa Durand")
    assert jalon("account", "close", account, "--reason", "Départ").exit_code == 0
    assert read(database_url, token).state(TODAY) == "account_closed"
    assert "compte clos" in lines(jalon, "token", token)
    assert "clos" in lines(jalon, "account", account)
    again = jalon("account", "close", account, "--reason", "Départ")
    assert (again.exit_code, "clos" in again.output) == (1, True)


def test_an_account_is_not_closed_without_a_reason(jalon: Jalon, ledger: Ledger):
    token, _ = created(jalon)
    assert jalon("account", "close", ledger.token(token).holder).exit_code == 2
    assert not ledger.account(ledger.token(token).holder).closed


def test_the_list_names_holders_and_shows_no_secret(jalon: Jalon, ledger: Ledger):
    token, secret = created(jalon)
    done = jalon("token", "list")
    assert token in done.output
    assert "Léa Durand" in done.output
    assert secret not in done.output
    assert ledger.find(Token, token)


def test_a_holder_whose_name_was_erased_is_listed_by_its_id(jalon: Jalon, ledger: Ledger, database_url: str):
    token, _ = created(jalon)
    with psycopg.connect(database_url) as db:
        db.execute("UPDATE person SET name = NULL")
    assert lines(jalon, "token", token).split()[1:3] == [ledger.token(token).holder] * 2
    assert "Léa" not in jalon("account", "list").output


def test_the_list_says_when_a_token_was_last_used(jalon: Jalon, database_url: str):
    token, _ = created(jalon)
    assert "12 mai 2026" not in lines(jalon, "token", token)
    with psycopg.connect(database_url, autocommit=True) as db:
        last_use.write(db, token, datetime(2026, 5, 12, 9, tzinfo=UTC))
    assert "12 mai 2026" in lines(jalon, "token", token)
