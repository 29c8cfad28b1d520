"""The description of the API as a file, from an application that nothing stands behind."""

import json

from psycopg_pool import ConnectionPool

from api.app import create_app
from api.run.author import now
from api.services import Services
from domain.ledger import Ledger

NOWHERE = "postgresql://nowhere.invalid"
"""Nothing connects before the first use, and describing uses nothing."""


def described() -> str:
    """JSON for people: indented, letters as they are, in the order of the routes."""
    ledger = Ledger(NOWHERE, authority="cavm")
    services = Services(ledger=ledger, reads=ConnectionPool(NOWHERE, open=False), authority="cavm", clock=now)
    found = create_app(services).test_client().get("/openapi.json").json
    return json.dumps(found, ensure_ascii=False, indent=1)
