"""Accounts and tokens from the terminal: create, revoke, close, list. What a command did counts when it returns."""

from collections.abc import Callable, Iterator
from datetime import date

import psycopg

from api import people
from api.bearer import Bearer
from api.french import table
from api.last_use import last_used
from api.run.author import new_command, now, terminal, today
from api.run.publishing import shelf
from api.run.servers import Servers
from domain.account import Account
from domain.dates import PartialDate, paris_day
from domain.event import Entry
from domain.ledger import Done, Ledger
from domain.vocabulary import Role
from projections import access
from projections.follower import Follower

MOST = 10_000

LONGEST_FORGETTING = 10.0
"""Seconds."""


class NotInForce(SystemExit):
    """What was taken back may still open something; a SystemExit, so that one line is shown and no traceback."""


def create(
    ledger: Ledger,
    database_url: str,
    *,
    name: str,
    role: Role,
    organisations: tuple[str, ...],
    expires_on: date | None = None,
) -> str:
    """Open an account and hand out its first token. Returns `jal_<id>_<secret>`, shown this once and kept nowhere.

    name: of the person or program; it goes to the person table, the ledger sees an opaque id.
    """
    for organisation in organisations:
        ledger.known_partner(organisation, field="organisation")
    bearer, id = Bearer.new(), new_person(database_url)

    def act(entry: Entry) -> Done:
        authority = ledger.authority
        account = Account.open(authority=authority, account=id, role=role, organisations=organisations, **entry)
        granted = account.grant(
            authority=authority, token=bearer.id, sha256=bearer.sha256, expires_on=expires_on, **entry
        )
        return Done(granted, account)

    run(ledger, database_url, act)
    with psycopg.connect(database_url) as db:
        people.keep_name(db.cursor(), id, name)
    return bearer.shown()


def create_for(
    ledger: Ledger,
    database_url: str,
    account: str,
    *,
    organisations: tuple[str, ...] = (),
    expires_on: date | None = None,
) -> str:
    """Hand out one more token of an account. Returns it whole. organisations: none said, those of the account.

    Raises UnknownAccount, ClosedAccount, OrganisationNotHeld, ExpiryPast.
    """
    bearer = Bearer.new()

    def act(entry: Entry) -> Done:
        return Done(
            ledger.account(account).grant(
                authority=ledger.authority,
                token=bearer.id,
                sha256=bearer.sha256,
                organisations=organisations or None,
                expires_on=expires_on,
                **entry,
            )
        )

    run(ledger, database_url, act)
    return bearer.shown()


def revoke(ledger: Ledger, servers: Servers, token: str) -> None:
    """Take a token back; it is refused when this returns. Raises UnknownToken, AlreadyRevoked, NotInForce."""

    def act(entry: Entry) -> Done:
        found = ledger.token(token)
        found.revoke(**entry)
        return Done(found)

    take_back(ledger, servers, act)


def close(ledger: Ledger, servers: Servers, account: str, *, reason: str) -> None:
    """Close an account; its tokens are refused when this returns. Raises UnknownAccount, ClosedAccount, NotInForce."""

    def act(entry: Entry) -> Done:
        found = ledger.account(account)
        found.close(**Entry(**{**entry, "reason": reason}))
        return Done(found)

    take_back(ledger, servers, act)


def take_back(ledger: Ledger, servers: Servers, act: Callable[[Entry], Done]) -> None:
    """Record what closes a door, and wait until no reader goes by what was published before."""
    position = run(ledger, servers.database_url, act)
    with shelf(servers) as lying:
        if not lying.forgets(position, LONGEST_FORGETTING):
            raise NotInForce("It is recorded, but a follower that hangs has not published it: restart the follower.")


def run(ledger: Ledger, database_url: str, act: Callable[[Entry], Done]) -> int:
    """Record as the administrator at the terminal, and bring the projections up to it; its position."""
    command = new_command()
    entry = today(terminal(command.id, ledger.authority, role="admin"), at=now())
    recorded = ledger.run(command, lambda: act(entry))
    Follower(database_url).catch_up()
    return recorded.position


def new_person(database_url: str) -> str:
    """An opaque id that nobody has."""
    with psycopg.connect(database_url) as db:
        return people.new_id(db.cursor())


def listed(database_url: str) -> Iterator[str]:
    """Every token in a line, by account; people whose name was erased show their opaque id."""
    with psycopg.connect(database_url) as db, db.cursor() as cursor:
        found = access.tokens(cursor, limit=MOST)
        known = people.names(cursor, {token.holder for token in found})
        used = last_used(cursor, [token.token for token in found])
    day = paris_day(now())
    rows = [
        ["jeton", "compte", "titulaire", "rôle", "organisations", "accordé le", "expire le", "dernier usage", "état"]
    ]
    for token in found:
        used_at = used.get(token.token)
        rows.append(
            [
                token.token,
                token.holder,
                known.get(token.holder, token.holder),
                token.role,
                ", ".join(token.organisations),
                said(paris_day(token.granted_at)),
                said(token.expires_on),
                said(paris_day(used_at) if used_at else None),
                access.STATES[token.state(day)],
            ]
        )
    return iter(table(rows))


def accounts(database_url: str) -> Iterator[str]:
    """Every account in a line, by id."""
    with psycopg.connect(database_url) as db, db.cursor() as cursor:
        found = access.accounts(cursor, limit=MOST)
        known = people.names(cursor, [row.account for row in found])
    rows = [["compte", "titulaire", "rôle", "organisations", "ouvert le", "état"]]
    for row in found:
        holder, state = known.get(row.account, row.account), "clos" if row.closed else "ouvert"
        opened = said(paris_day(row.opened_at))
        rows.append([row.account, holder, row.role, ", ".join(row.organisations), opened, state])
    return iter(table(rows))


def said(day: date | None) -> str:
    """A day as a French reader expects it; a dash where there is none."""
    return PartialDate.of(day).french() if day else "–"
