"""Commands that the tests of the ledger send."""

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg

from domain.ledger import Command, Done, Ledger, Recorded
from tests.story import entry, planned

KEY = UUID("00000000-0000-4000-8000-00000000000a")


def asked(body: bytes = b"asked", *, key: UUID = KEY) -> Command:
    return Command(key, body, keyed=True)


def fresh() -> Command:
    return Command(uuid4(), b"asked")


def plan(reference: str = "ANZ-CARPEAUX") -> Done:
    return Done(planned(reference))


def plan_in(ledger: Ledger, reference: str = "ANZ-CARPEAUX") -> Recorded:
    return ledger.run(fresh(), lambda: plan(reference))


def revision(ledger: Ledger, cents: int, reference: str = "ANZ-CARPEAUX") -> Callable[[], Done]:
    def act() -> Done:
        operation = ledger.operation(reference)
        operation.revise_cost(cost_cents=cents, **entry("2009", reason="Indexation"))
        return Done(operation)

    return act


def positions(database_url: str) -> list[int]:
    with psycopg.connect(database_url) as db:
        return [row[0] for row in db.execute("SELECT notification_id FROM stored_events ORDER BY 1")]


def start_in(ledger: Ledger) -> Callable[[], Done]:
    def act() -> Done:
        operation = ledger.operation("ANZ-CARPEAUX")
        operation.start(**entry("2009", reason="Ordre de service"))
        return Done(operation)

    return act
