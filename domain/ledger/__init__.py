"""The ledger: events in one order, appended with the command that they answer. The only SQL of the domain."""

from domain.ledger.application import Done, Ledger
from domain.ledger.connection import BoundedConnection, ServerSilent
from domain.ledger.factory import ForbiddenSetting
from domain.ledger.once import Command, Recorded, StoreUnavailable
from domain.ledger.raw import NotEmpty, RawEntry, Seal, count_all, put_back, read_raw, refuse_filled
from domain.ledger.reading import (
    CHANNEL,
    LEAVES,
    STORED,
    Stored,
    Stretch,
    ahead,
    count,
    head,
    late_clocks,
    read_after,
    read_by_record,
    read_histories,
    read_known,
    read_stored,
)
from domain.ledger.tables import create_tables

__all__ = [
    "CHANNEL",
    "LEAVES",
    "STORED",
    "BoundedConnection",
    "Command",
    "Done",
    "ForbiddenSetting",
    "Ledger",
    "NotEmpty",
    "RawEntry",
    "Recorded",
    "Seal",
    "ServerSilent",
    "StoreUnavailable",
    "Stored",
    "Stretch",
    "ahead",
    "count",
    "count_all",
    "create_tables",
    "head",
    "late_clocks",
    "put_back",
    "read_after",
    "read_by_record",
    "read_histories",
    "read_known",
    "read_raw",
    "read_stored",
    "refuse_filled",
]
