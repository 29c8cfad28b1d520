"""Work that only the owner of the tables may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege


class NotTheOwner(SystemExit):
    """The role may not do this; a SystemExit, so that one line is shown and no traceback."""


@contextmanager
def owners_rights() -> Iterator[None]:
    """Where a right is missing, say whose it is. Raises NotTheOwner."""
    try:
        yield
    except InsufficientPrivilege as error:
        raise NotTheOwner(
            f"This needs the owner of the tables ({error.diag.message_primary}): "
            "set DATABASE_OWNER_URL to the same database, with the owner's name and password."
        ) from error


@contextmanager
def as_owner(owner_url: str, *, autocommit: bool = False) -> Iterator[Connection[Any]]:
    """The owner's connection, in which no name leads to what others have made; one transaction unless told otherwise.

    Raises NotTheOwner.
    """
    with owners_rights(), psycopg.connect(owner_url, connect_timeout=5, autocommit=autocommit) as db:
        db.execute("SET search_path = public")
        yield db
