"""A made-up record at the scale of an agglomeration: 300 operations and 12,000 changes, unless another is asked for.

Every figure comes from a fixed seed, so that each run measures the same record.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.dates import PartialDate
from domain.event import Author, Entry, Event
from domain.ledger.datastore import LedgerDatastore
from domain.ledger.mapper import PlainMapper
from domain.ledger.recorder import LedgerRecorder
from domain.operation import Operation
from domain.partner import Partner
from domain.territory import communes

AUTHORITY = "cavm"
OPERATIONS, CHANGES = 300, 12_000
BEGAN = datetime(2015, 1, 1, 8, tzinfo=UTC)
TEN_YEARS = timedelta(days=3_650)
COMMAND = UUID("00000000-0000-4000-8000-000000000001")
THEMES = ("social_housing", "mining", "tramway")
PROGRAMMES = ("NPNRU", "ERBM", "PNRQAD", None)
AT_ONCE = 5_000


def sow(database_url: str, operations: int = OPERATIONS, changes: int = CHANGES, partners: int = 40) -> int:
    """Append the record to an empty ledger; how many entries that is. `p-1` funds every operation."""
    told = [*registrations(partners)]
    for number in range(1, operations + 1):
        told += history(number, changes // operations, partners)
    told.sort(key=lambda event: event.timestamp)
    recorder, mapper = LedgerRecorder(LedgerDatastore(database_url)), PlainMapper()
    for first in range(0, len(told), AT_ONCE):
        recorder.insert_events([mapper.to_stored_event(event) for event in told[first : first + AT_ONCE]])
    recorder.datastore.close()
    return len(told)


def registrations(partners: int) -> Iterator[Event]:
    """The partners, `p-1` first."""
    for number in range(1, partners + 1):
        partner = Partner.register(
            authority=AUTHORITY, code=f"p-{number}", name=f"Partenaire {number}", kind="other", **entry(BEGAN, "u-1")
        )
        yield from partner.collect_events()  # type: ignore[misc]


def history(number: int, length: int, partners: int) -> list[Event]:
    """One operation from its plan to its last change, spread over ten years."""
    chance = random.Random(number)
    instants = sorted(BEGAN + chance.random() * TEN_YEARS for _ in range(length))
    author = f"u-{1 + number % 20}"
    places = communes()
    operation = Operation.plan(
        authority=AUTHORITY,
        reference=f"OP-{number}",
        title=f"Résidence n° {number} : réhabilitation et abords",
        communes=(next(place.insee for place in places[number % 30 :] if place.epci == AUTHORITY),),
        theme=chance.choice(THEMES),  # type: ignore[arg-type]
        programme=chance.choice(PROGRAMMES),
        owner=f"p-{chance.randint(1, partners)}",
        cost_cents=chance.randint(100, 9_000) * 1_000_00,
        starts_on=PartialDate.parse("2017"),
        delivers_on=PartialDate.parse("2022-06"),
        **entry(instants[0], author),
    )
    operation.commit(partner="p-1", instrument="grant", amount_cents=250_000_00, **entry(instants[1], author))
    for change, at in enumerate(instants[2:]):
        act(operation, change, chance, partners, entry(at, author))
    return operation.collect_events()  # type: ignore[return-value]


def act(operation: Operation, change: int, chance: random.Random, partners: int, said: Entry) -> None:
    """One change: half of them milestones, a quarter money, the rest revisions."""
    lot = chance.random()
    partner = f"p-{chance.randint(1, partners)}"
    if lot < 0.5:
        operation.log_milestone(code=f"j-{change}", title=f"Réunion de chantier n° {change}", **said)
    elif lot < 0.65:
        operation.commit(partner=partner, instrument="grant", amount_cents=chance.randint(1, 900) * 1_000_00, **said)
    elif lot < 0.75:
        operation.allocate(partner=partner, instrument="grant", amount_cents=chance.randint(1, 900) * 1_000_00, **said)
    elif lot < 0.85:
        promise = PartialDate.parse(str(chance.randint(2022, 2030)))
        operation.reschedule(delivers_on=promise, **said)
    elif lot < 0.99:
        operation.revise_cost(cost_cents=chance.randint(100, 9_000) * 1_000_00, **said)
    else:
        operation.correct(target=2, changes={"amount_cents": chance.randint(1, 900) * 1_000_00 + change}, **said)


def entry(at: datetime, actor: str) -> Entry:
    """Recorded on the day that it happened."""
    by = Author(actor=actor, organisation=AUTHORITY, role="team", source="api", command=COMMAND, correlation=COMMAND)
    return Entry(on=PartialDate.of(at.date()), at=at, by=by, reason="Comité de pilotage")
