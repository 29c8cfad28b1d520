"""A desk whose record began in 2010: the past that readers look back to."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from api.app import Services
from domain.access import Token
from domain.event import Entry
from domain.operation import Operation
from domain.partner import Partner
from tests.api.desk import PARTNERS, SECRET, TOKENS, Desk
from tests.conftest import empty
from tests.kept import Nearby
from tests.story import AUTHORITY, entry


def told(on: str | None, recorded: str, reason: str | None = None) -> Entry:
    """What happened on a day, and was recorded at an instant (UTC), at nine o'clock where only a day is said."""
    instant = recorded if "T" in recorded else f"{recorded}T09:00"
    return entry(on, at=datetime.fromisoformat(instant).replace(tzinfo=UTC), reason=reason)


def planned(reference: str = "ANZ-CARPEAUX", *, on: str | None = "2011-05", recorded: str, **facts: Any) -> Operation:
    """An operation in Anzin."""
    known = {"title": "Anzin : Carpeaux", "communes": ("59014",), "theme": "social_housing", **facts}
    return Operation.plan(authority=AUTHORITY, reference=reference, **known, **told(on, recorded))


def archive(app: Flask, services: Services, database_url: str) -> Desk:
    """The desk of an authority that has known its partners and tokens since January 2010."""
    desk = Desk(app, services.ledger, Nearby(database_url))
    began: Any = told("2010-01-04", "2010-01-04")
    desk.save(
        *(
            Partner.register(authority=AUTHORITY, code=code, name=code.upper(), kind=kind, **began)
            for code, kind in PARTNERS.items()
        ),
        *(
            Token.grant(
                authority=AUTHORITY,
                token=name,
                holder=f"u-{name}",
                role=role,
                organisations=organisations,
                sha256=hashlib.sha256(SECRET.encode()).hexdigest(),
                **began,
            )
            for name, (role, organisations) in TOKENS.items()
        ),
    )
    return desk


@pytest.fixture
def past(database_url: str, app: Flask, services: Services) -> Desk:
    """The desk in 2010, before anything happened."""
    return archive(app, services, database_url)


@pytest.fixture(scope="module")
def corrected(tables: str, app: Flask, services: Services) -> Iterator[Desk]:
    """2012: payments of 300 € in October and 50 € in December on a commitment of 1,000 €.

    2013: 120 € more, and the payment of October was of 200 €. Shared by the tests of a file, all of which leave
    everything as it is.
    """
    desk = archive(app, services, tables)
    operation = planned(recorded="2011-05-02", cost_cents=5_000_00, owner="sigh")
    line = operation.commit(partner="anru", instrument="grant", amount_cents=1_000_00, **told("2012-02", "2012-02-20"))
    payment: Any = {"line": line, "kind": "interim"}
    operation.pay(amount_cents=300_00, external_ref="V-1", **payment, **told("2012-10-15", "2012-10-20"))
    operation.pay(amount_cents=50_00, external_ref="V-2", **payment, **told("2012-12-14", "2012-12-20"))
    operation.pay(amount_cents=120_00, external_ref="V-3", **payment, **told("2013-02-01", "2013-02-03"))
    reason = "Relevé du comptable"
    operation.correct(target=3, changes={"amount_cents": 200_00}, **told("2013-03-01", "2013-03-01", reason))
    desk.save(operation)
    yield desk
    empty(tables)
