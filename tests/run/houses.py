"""Databases of their own for the tests of roles, archives and erasure: an owner who is no superuser, an application."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

import psycopg
from click.testing import CliRunner, Result
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from api import people
from api.run.cli import main
from api.run.servers import LocalServers
from projections.tree import Stored

NAME = "Apolline Quesnoy-Zwertvaegher"
OWNER, APPLICATION = "some_owner", "some_application"


class Base(NamedTuple):
    """A database. superuser, owner, application: addresses. key: the file of what signs its checkpoints."""

    superuser: str
    owner: str
    application: str
    redis_url: str
    key: Path

    def jalon(self, *words: str, owner: bool = True, input: str | bytes | None = None) -> Result:
        """Run `jalon ...` with both roles, or as the application alone."""
        urls = {"DATABASE_URL": self.application, "DATABASE_OWNER_URL": self.owner if owner else ""}
        environ = urls | {"REDIS_URL": self.redis_url, "JALON_CHECKPOINT_KEY": str(self.key)}
        return CliRunner().invoke(main, words, input=input, env=environ)

    def done(self, *words: str) -> Result:
        """A command that must succeed."""
        result = self.jalon(*words)
        assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
        return result

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the superuser sees or does."""
        with psycopg.connect(self.superuser) as db:
            cursor = db.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def names(self) -> dict[str, str]:
        """The names of the first two people, as the application knows them."""
        with psycopg.connect(self.application) as db:
            return people.names(db.cursor(), ["u-1", "u-2"])

    def root(self) -> tuple[int, bytes]:
        """Size and root of the tree over the ledger."""
        with psycopg.connect(self.application) as db:
            tree = Stored(db.cursor())
            return tree.size(), tree.root(tree.size())


class Bases(Protocol):
    """Makes a new database: an empty one, or a copy of another one."""

    def __call__(self, like: Base | None = None) -> Base: ...


@contextmanager
def bases(servers: Any) -> Iterator[Bases]:
    """Makes new databases. Embedded servers are erased with all that they hold, others are cleared."""
    with psycopg.connect(servers.database_url, autocommit=True) as db, ExitStack() as made:
        keys = Path(made.enter_context(TemporaryDirectory()))
        if not db.execute("SELECT FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchall():
            db.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE".encode())

        def make(like: Base | None = None) -> Base:
            name, model = (
                f"base_{uuid4().hex[:12]}",
                conninfo_to_dict(like.superuser)["dbname"] if like else "template1",
            )
            create = "CREATE DATABASE {} OWNER {} TEMPLATE {}"
            db.execute(SQL(create).format(*map(Identifier, (name, OWNER, str(model)))))
            if like:
                # A copy has all rights but those on the database itself.
                db.execute(SQL("GRANT CREATE ON DATABASE {} TO {}").format(*map(Identifier, (name, APPLICATION))))
            if not isinstance(servers, LocalServers):
                made.callback(lambda: db.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name))))
            superuser, owner, application = (
                make_url(servers.database_url, name, user) for user in (None, OWNER, APPLICATION)
            )
            # A copy signs by the same key; a record of its own by one of its own.
            key = like.key if like else keys / name
            return Base(superuser, owner, application, servers.redis_url, key)

        yield make


def make_url(database_url: str, name: str, user: str | None) -> str:
    """The address of a database, for a user; as a URL, which the settings ask for."""
    parts = dict(part.split("=", 1) for part in make_conninfo(database_url, dbname=name).split())
    return f"postgresql://{user or parts['user']}@/{name}?host={parts['host']}&port={parts['port']}"
