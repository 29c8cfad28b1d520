"""What is recorded on accounts and tokens counts from the moment its command is answered."""

from __future__ import annotations

from typing import Any

from api.http.problems import NotInForceYet
from api.services import services
from domain.ledger import Recorded
from projections import progress
from projections.access import Access

LONGEST_WAIT = 2.0
"""Seconds. Whoever waits here asks by itself: it takes no place among those who wait for news."""

LONGEST_FORGETTING = 4.0
"""Seconds. Longer than what lies ready is taken on trust after its publisher was last heard of."""


def in_force(recorded: Recorded, _facts: dict[str, Any]) -> None:
    """Wait until every process goes by what was recorded. Raises NotInForceYet: sent again, the command waits again."""
    with services().reads.connection() as connection, connection.cursor() as cursor:
        if not progress.wait_for(cursor, recorded.position, Access.name, timeout=LONGEST_WAIT):
            raise NotInForceYet(RECORDED)
    if (shelf := services().shelf) and not shelf.forgets(recorded.position, LONGEST_FORGETTING):
        raise NotInForceYet(RECORDED)


def ready() -> None:
    """Refuse to begin what would not be in force soon, before a secret is made that nobody would see.

    Raises NotInForceYet; nothing is recorded then.
    """
    with services().reads.connection() as connection, connection.cursor() as cursor:
        frozen = any(each.error for each in progress.positions(cursor, Access.name))
        if frozen or not progress.is_followed(cursor):
            raise NotInForceYet(NOT_RECORDED)


RECORDED = (
    "C'est enregistré, mais pas encore en vigueur. Recommencez dans quelques instants avec la même clé d'idempotence : "
    "rien ne sera enregistré deux fois."
)
NOT_RECORDED = (
    "Rien n'est enregistré : un jeton ne pourrait pas servir pour l'instant. Recommencez dans quelques instants."
)
