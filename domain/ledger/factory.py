"""How the library's parts are put together for the ledger, without asking the environment."""

from __future__ import annotations

from collections.abc import Mapping

from eventsourcing.persistence import BaseInfrastructureFactory
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment

from domain.ledger.datastore import LedgerDatastore

# What the library would take from the environment, and why the ledger starts with none of it.
FORBIDDEN = {
    "POSTGRES_ENABLE_DB_FUNCTIONS": "events would be appended without a lock, and readers would miss some for ever",
    "CIPHER_TOPIC": "stored events are plain JSON",
    "COMPRESSOR_TOPIC": "stored events are plain JSON",
    "IS_SNAPSHOTTING_ENABLED": "records are replayed from their events",
}
OFF = {"", "n", "no", "f", "false", "off", "0"}


class ForbiddenSetting(Exception):
    """A setting of the event store that would cost events, or their readability; nothing starts."""


def refuse_forbidden(settings: Mapping[str, str]) -> None:
    """Raises ForbiddenSetting. The library lets an application's name stand before a setting's."""
    for name, value in settings.items():
        for forbidden, why in FORBIDDEN.items():
            if name.upper().endswith(forbidden) and value.strip().lower() not in OFF:
                raise ForbiddenSetting(f"{name}={value} is refused: {why}.")


class LedgerFactory(PostgresFactory):
    """Hands out the ledger's own datastore instead of building one from the environment."""

    def __init__(self, env: Environment, datastore: LedgerDatastore) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self.datastore = datastore
