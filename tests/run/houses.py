"""Databases of their own for the tests of roles, archives and erasure: an owner who is no superuser, an application."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from click.testing import CliRunner, Result
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from api.run.cli import main

OWNER, APPLICATION = "some_owner", "some_application"


class Base(NamedTuple):
    """A database. superuser, owner, application: addresses."""

    superuser: str
    owner: str
    application: str
    redis_url: str

    def jalon(self, *words: str, owner: bool = True, input: str | bytes | None = None) -> Result:
        """Run `jalon ...` with both roles, or as the application alone."""
        urls = {"DATABASE_URL": self.application, "REDIS_URL": self.redis_url}
        return CliRunner().invoke(
            main, words, input=input, env=urls | {"DATABASE_OWNER_URL": self.owner if owner else ""}
        )

    def done(self, *words: str) -> Result:
        """A command that must succeed."""
        result = self.jalon(*words)
        assert result.exit_code == 0, result.output
        return result

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the superuser sees or does."""
        with psycopg.connect(self.superuser) as db:
            cursor = db.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []


Bases = Callable[[], Base]


@contextmanager
def bases(servers: Any) -> Iterator[Bases]:
    """Makes new databases, all dropped in the end."""
    with psycopg.connect(servers.database_url, autocommit=True) as db, ExitStack() as made:
        if not db.execute("SELECT FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchall():
            db.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE".encode())

        def make() -> Base:
            name = f"base_{uuid4().hex[:12]}"
            db.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(OWNER)))
            made.callback(lambda: db.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name))))
            superuser, owner, application = (
                make_url(servers.database_url, name, user) for user in (None, OWNER, APPLICATION)
            )
            return Base(superuser, owner, application, servers.redis_url)

        yield make


def make_url(database_url: str, name: str, user: str | None) -> str:
    """The address of a database, for a user; as a URL, which the settings ask for."""
    parts = dict(part.split("=", 1) for part in make_conninfo(database_url, dbname=name).split())
    return f"postgresql://{user or parts['user']}@/{name}?host={parts['host']}&port={parts['port']}"
