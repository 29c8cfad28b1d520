"""The commands on accounts and tokens. Each imports what it needs itself, as in cli.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

import click

from domain.vocabulary import Role


@click.group()
def account() -> None:
    """Accounts of the API: `jalon token create` opens one."""


@account.command("list")
def account_list() -> None:
    """Every account with its holder, role and organisations."""
    from api.run import tokens
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        for line in tokens.accounts(servers.database_url):
            click.echo(line)


@account.command("close")
@click.argument("account_id")
@click.option("--reason", required=True, help="Why; kept in the record, so no names of people.")
def account_close(account_id: str, reason: str) -> None:
    """Close an account for ever; its tokens are refused from now on."""
    from api.run import tokens
    from api.run.settings import read_settings
    from api.run.wiring import open_ledger, ready

    settings = read_settings()
    with ready(settings) as servers, open_ledger(settings, servers.database_url) as ledger:
        tokens.close(ledger, servers, account_id, reason=reason)
    click.echo(f"{account_id} is closed.", err=True)


@click.group()
def token() -> None:
    """Tokens of the API."""


def whole_day(_context: click.Context, _option: click.Parameter, day: datetime | None) -> date | None:
    """A day that every part of Jalon can say."""
    if day is not None and not 1900 <= day.year <= 2199:
        raise click.BadParameter("the year must lie between 1900 and 2199.")
    return day.date() if day else None


@token.command("create")
@click.option("--name", help="Who will hold it; kept apart from the record. Opens an account.")
@click.option("--role", type=click.Choice(get_args(Role)), help="In which role the new account speaks.")
@click.option("--account", "account_id", help="An account that is there already (u-17), instead of --name and --role.")
@click.option(
    "--organisation",
    multiple=True,
    help="Partner code; may be repeated. [default: the authority; with --account, those of the account]",
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=whole_day,
    metavar="YYYY-MM-DD",
    help="The last day on which it works, in Paris. [default: no end]",
)
def token_create(
    name: str | None, role: Role | None, account_id: str | None, organisation: tuple[str, ...], expires: date | None
) -> None:
    """Hand out a token and print it, once."""
    from api.run import tokens
    from api.run.settings import read_settings
    from api.run.wiring import open_ledger, ready

    if account_id and (name or role):
        raise click.UsageError("--account has its own name and role: leave --name and --role out.")
    if not (account_id or (name and role)):
        raise click.UsageError("Say --name and --role to open an account, or --account.")
    settings = read_settings()
    with ready(settings) as servers, open_ledger(settings, servers.database_url) as ledger:
        url = servers.database_url
        if account_id:
            made = tokens.create_for(ledger, url, account_id, organisations=organisation, expires_on=expires)
        else:
            assert name is not None
            assert role is not None
            own = organisation or (settings.authority,)
            made = tokens.create(ledger, url, name=name, role=role, organisations=own, expires_on=expires)
        click.echo(made)


@token.command("revoke")
@click.argument("token_id")
def token_revoke(token_id: str) -> None:
    """Take a token back; it is refused from now on."""
    from api.run import tokens
    from api.run.settings import read_settings
    from api.run.wiring import open_ledger, ready

    settings = read_settings()
    with ready(settings) as servers, open_ledger(settings, servers.database_url) as ledger:
        tokens.revoke(ledger, servers, token_id)
    click.echo(f"{token_id} is revoked.", err=True)


@token.command("list")
def token_list() -> None:
    """Every token with its account, what it opens and when it was last used; no secret is known."""
    from api.run import tokens
    from api.run.settings import read_settings
    from api.run.wiring import ready

    with ready(read_settings()) as servers:
        for line in tokens.listed(servers.database_url):
            click.echo(line)
