"""The ledger: events in one order, appended with the command that they answer. The only SQL of the domain."""

from domain.ledger.application import Command, Done, Ledger, Recorded, StoreUnavailable
from domain.ledger.factory import ForbiddenSetting
from domain.ledger.reading import CHANNEL, head, read_after, read_histories
from domain.ledger.tables import create_tables

__all__ = [
    "CHANNEL",
    "Command",
    "Done",
    "ForbiddenSetting",
    "Ledger",
    "Recorded",
    "StoreUnavailable",
    "create_tables",
    "head",
    "read_after",
    "read_histories",
]
