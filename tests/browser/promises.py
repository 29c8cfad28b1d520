"""What the register of the demo lacks: promises, kept or not, and what came since a statement."""

from uuid import uuid4

import pytest

from domain.ledger import Command, Done
from domain.statement import Statement
from tests.story import AUTHORITY, committed, day, entry

PROMISES = {
    # First promises of a start and a delivery, and the delivery that was promised later.
    "PNRU-2008-ANZIN-CARPEAUX": ("2008-09", "2012-12", "2013-06"),
    "NPNRU-2019-MARLY-BRIQUETTE": ("2021", "2026-06", None),
    "ERBM-RIEU": ("2025-03", "2028-06", None),
    "ERBM-CUVINOT": ("2026-12", "2029", "2030-06-30"),
}
CARPEAUX = "PNRU-2008-ANZIN-CARPEAUX"


@pytest.fixture(scope="package")
def promised(site):
    """Some operations have a calendar, one of them another one since a statement, and money that came since."""

    def recorded(*records):
        return site.ledger.run(Command(id=uuid4()), lambda: Done(*records)).position

    for reference, (starts, delivers, _) in PROMISES.items():
        operation = site.ledger.operation(reference)
        first = {"starts_on": day(starts), "delivers_on": day(delivers)}
        operation.reschedule(**first, **entry("2026-10", reason="Calendrier du premier comité"))
        recorded(operation)
    head = site.ledger.head()
    named = {"code": "comite-octobre", "title": "Comité du 30 octobre", "position": head}
    recorded(Statement.make(authority=AUTHORITY, head=head, **named, **entry("2026-10-30")))
    for reference, (_, _, later) in PROMISES.items():
        operation = site.ledger.operation(reference)
        if later:
            operation.reschedule(delivers_on=day(later), **entry("2026-11", reason="Fouilles archéologiques"))
        if reference == CARPEAUX:
            operation.schedule_milestone(
                code="comite", title="Comité de pilotage", due_on=day("2026-12-10"), **entry("2026-11-20")
            )
            committed(operation, 1_250_000_00, on="2009-03", partner="region")
        if operation.pending_events:
            last = recorded(operation)
    site.follows(last)
    return site
