"""Appends and reads stored events, one round trip each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import ProgrammingError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.rows import tuple_row

from domain.ledger import statements
from domain.ledger.datastore import once_more
from domain.ledger.statements import MANY, ONE, statement

LAST_VERSION = 2**63 - 1


class CommandRow(NamedTuple):
    """The command that an append answers. answer: JSON."""

    id: UUID
    fingerprint: bytes
    answer: str


class Answered(NamedTuple):
    """A command as it was answered. position: of the last event of its append."""

    fingerprint: bytes
    answer: dict[str, Any]
    position: int


NO_COMMAND = (None, None, None)


class UnderWay(Exception):
    """The same command is being appended at this moment; nothing was done."""


class LedgerRecorder(PostgresApplicationRecorder):
    """The library's recorder with its own append: one function call, the command's row in the same transaction.

    An append is never repeated here: after a lost acknowledgement it would meet its own events and call it a conflict.
    """

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = statements.EVENTS) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        if datastore.enable_db_functions:
            raise ProgrammingError("POSTGRES_ENABLE_DB_FUNCTIONS appends without a lock: readers would miss events")
        schema, events = datastore.schema, events_table_name
        self.channel_name = statements.channel(schema, events)
        self.sql_create_statements = [
            # The library's function appends without the lock; it is left out, and the type that it alone needs.
            *(
                s
                for s in self.sql_create_statements
                if s.as_string().startswith(("CREATE TABLE", "CREATE UNIQUE INDEX"))
            ),
            statements.command_table(schema),
            *(
                statements.append_function(form, schema=schema, events=events, wait=datastore.lock_timeout)
                for form in (ONE, MANY)
            ),
        ]
        self._append_one = statement(statements.APPEND, schema=schema, append=ONE.name)
        self._append_many = statement(statements.APPEND, schema=schema, append=MANY.name)
        self._select = statement(statements.SELECT, schema=schema, events=events)
        self._select_backwards = statement(statements.SELECT_BACKWARDS, schema=schema, events=events)
        self._find_command = statement(statements.FIND_COMMAND, schema=schema)
        self._head = statement(statements.HEAD, schema=schema, events=events)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, command: CommandRow | None = None, **kwargs: Any
    ) -> list[int]:
        """Append all or nothing, and return the positions.

        Raises IntegrityError, UnderWay, OperationalError, InterfaceError.
        """
        if dropped := [name for name, value in kwargs.items() if value is not None]:
            raise ProgrammingError(f"The ledger appends events and a command, not {', '.join(dropped)}")
        rows = [(e.originator_id, e.originator_version, e.topic, e.state) for e in stored_events]
        if len(rows) > 1:
            positions: list[int] = self._append(self._append_many, [*map(list, zip(*rows, strict=True))], command)
            return positions
        return [self._append(self._append_one, row, command) for row in rows]

    def _append(self, append: bytes, values: Sequence[Any], command: CommandRow | None) -> Any:
        positions = self._rows(append, (*values, *(command or NO_COMMAND)))[0][0]
        if positions is None:
            raise UnderWay
        return positions

    @once_more
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """The events of one aggregate by version: after `gt`, up to `lte`."""
        wanted = (originator_id, 0 if gt is None else gt, LAST_VERSION if lte is None else lte, limit)
        return [StoredEvent(*row) for row in self._rows(self._select_backwards if desc else self._select, wanted)]

    @once_more
    def max_notification_id(self) -> int | None:
        """The last position; None when nothing was ever appended."""
        return self._rows(self._head, ())[0][0] or None

    @once_more
    def find_command(self, command: UUID) -> Answered | None:
        """How a command was answered, if it was."""
        rows = self._rows(self._find_command, (command,))
        return Answered(*rows[0]) if rows else None

    def _rows(self, query: bytes, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query, values, prepare=True, binary=True).fetchall()
