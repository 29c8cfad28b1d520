"""The tables that last, each with what the application may do there: the one place where its rights stand.

They lie in the schema `public`, where the application can make nothing. All other schemas are its own, and disposable.
"""

from typing import NamedTuple

from api import last_use, logins, people
from api.accesses import table as access_log
from api.published import leadership
from projections import progress


class Durable(NamedTuple):
    """A table of the owner's.

    rights: PostgreSQL's privileges, those of the application. fills: the only columns that it may give a value in a new
    row; with INSERT among the rights, all. makes: the statements that create it; None where the ledger does.
    """

    name: str
    rights: frozenset[str]
    fills: tuple[str, ...] = ()
    makes: str | None = None


def rights(*names: str) -> frozenset[str]:
    return frozenset(names)


DURABLE = (
    # The position is PostgreSQL's to give: with INSERT on all columns, an entry could be put into a hole of the past.
    # MAINTAIN is what the lock of an append asks for; it changes no row.
    Durable(
        "stored_events",
        rights("SELECT", "MAINTAIN"),
        fills=("originator_id", "originator_version", "topic", "state"),
    ),
    Durable("command", rights("SELECT", "INSERT")),
    Durable("checkpoint", rights("SELECT", "INSERT")),
    Durable("checkpoint_key", rights("SELECT", "INSERT")),
    Durable("checkpoint_fault", rights("SELECT", "INSERT", "UPDATE", "DELETE")),
    # A name is given once, by the application; changed and erased by the owner.
    Durable("person", rights("SELECT"), fills=("id", "name"), makes=people.TABLE),
    Durable("token_use", rights("SELECT", "INSERT", "UPDATE"), makes=last_use.TABLE),
    # What is old is deleted by a function of the owner's, and by nothing else.
    Durable("access_log", rights("SELECT", "INSERT"), makes=access_log.TABLE),
    Durable("login", rights("SELECT", "INSERT", "DELETE"), makes=logins.TABLE),
    Durable("publishing", rights("SELECT", "UPDATE"), makes=leadership.TABLE),
    Durable("projection", rights("SELECT", "INSERT", "UPDATE", "DELETE"), makes=progress.TABLE),
)

# Not worth an archive. A restored record is another one to Redis, which may hold documents of a later position: it gets
# a new id. Whoever was signed in signs in again. How far projections have come is told again with their rows.
DISPOSABLE = frozenset({"login", "publishing", "projection"})
