"""One reader in front of one page: what the page asks of the API's own functions, all of one instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from flask import g, request
from marshmallow import ValidationError
from psycopg import Cursor

from api.exports.table import Table
from api.http import access, media, reading
from api.http.access import Principal
from api.http.fields import Asked, Form
from api.http.parsing import flat, told
from api.http.problems import Forbidden, NotThereYet, NotValid
from api.http.reading import Reading
from api.http.routes import declared_of
from api.pages.forms import Filled, Inputs, schema_of
from api.services import services
from api.v1 import statements
from domain import ledger
from domain.dates import paris_day
from domain.operation import Operation
from projections import progress
from projections.catalogue import NAMES

Document = dict[str, Any]

MOST = 200
"""Items that a list of the API gives at once."""


@dataclass(frozen=True)
class Shown:
    """What a page shows. document: the one of the API that it is about, which is also its `.json`.

    tables: what can be had as `.csv`, by name, the usual one first. more: whatever else the template needs; a function
    where that costs more than its files should.
    """

    document: Document
    tables: Mapping[str, Callable[[], Table]] = field(default_factory=dict)
    more: Mapping[str, Any] | Callable[[], Mapping[str, Any]] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """All that the template is told. Raises what asking for it does."""
        more = self.more() if callable(self.more) else self.more
        return {"document": self.document, "tables": list(self.tables), **more}


@dataclass
class Visit:
    """One reader in front of one page.

    sent: the parameters of the address that say something. errors: sentences by parameter, where these are wrong.
    head: the last position of the ledger. late: the position that the reader has just written, where the page does not
    speak of it yet. filled: a form that was refused, as it was filled in. offered: the page has that form still.
    """

    cursor: Cursor[Any]
    reader: Principal
    sent: dict[str, str]
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    late: int | None = None
    filled: Filled | None = None
    offered: bool = False
    _asked: set[str] = field(default_factory=set)
    _recordable: dict[str, Operation] = field(default_factory=dict)

    def ask(self, view: Callable[..., Document], /, **named: Any) -> Document:
        """The document of a route of the API, as it would answer this reader with these parameters.

        Of the page's parameters it is told those that it knows, so that one list of a page can be turned by its
        `cursor`; ask the others by `every`. Raises Forbidden, NotValid, and whatever the route does.
        """
        return self._answered(view, self.sent, named)

    def ask_with(self, view: Callable[..., Document], asked: Mapping[str, str | None], /, **named: Any) -> Document:
        """The same, with these parameters in the place of the page's own; None leaves one out."""
        sent = {name: value for name, value in {**self.sent, **asked}.items() if value is not None}
        return self._answered(view, sent, named)

    def every(self, view: Callable[..., Document], /, **named: Any) -> Iterator[Document]:
        """All the items of a list, whatever page of it was asked for."""
        filters = {name: value for name, value in self.sent.items() if name != "cursor"} | {"limit": str(MOST)}
        following: dict[str, str] = {}
        while True:
            page = self._answered(view, filters | following, named)
            yield from page["items"]
            if page["next"] is None:
                return
            following = {"cursor": page["next"]}

    def choices(self, view: Callable[..., Document], /, **named: Any) -> list[Document]:
        """All the items of a list, to choose from: they say nothing of how far the page itself has come."""
        return list(replace(self, sent={}, _asked=set()).every(view, **named))

    def like(self, **parameters: str | None) -> Visit:
        """The same visit with other parameters; None takes one out."""
        sent = {name: value for name, value in {**self.sent, **parameters}.items() if value is not None}
        return replace(self, sent=sent)

    def _answered(self, view: Callable[..., Document], sent: Mapping[str, str], named: Mapping[str, Any]) -> Document:
        declared = declared_of(view)
        assert declared.projection is not None
        access.may(self.reader, declared.roles)
        # The page itself has waited already.
        known = {each.data_key or name for name, each in schema_of(declared.schema).fields.items()} - {"min_position"}
        query = load(declared.schema, {name: value for name, value in sent.items() if name in known})
        read_from = {declared.projection, *declared.beside}
        self._asked |= read_from
        if declared.searches:
            return self._found(view, query, named)
        position = min(self._positions.get(name, 0) for name in read_from)
        return view(Reading(self.cursor, position, self.reader, self.today, query), **named)

    def _found(self, view: Callable[..., Any], query: Mapping[str, Any], named: Mapping[str, Any]) -> Document:
        """The document of a route that searches: one statement, of the same instant as everything else here."""
        found: Document = view(self.cursor, query, **named)[0]
        return found

    def may(self, command: Callable[..., Any]) -> bool:
        """Whether the reader's role may use a command at all."""
        return self.reader.role in declared_of(command).roles

    def records_on(self, reference: str) -> bool:
        """Whether the reader may record on an operation."""
        return self.recordable(reference) is not None

    def recordable(self, reference: str) -> Operation | None:
        """An operation as its rules know it, where the reader may record on it; None where it may not."""
        if self.reader.role != "team":
            return None
        if reference not in self._recordable:
            operation = services().ledger.operation(reference)
            try:
                access.may_record_on(operation, self.reader, services().ledger)
            except Forbidden:
                return None
            self._recordable[reference] = operation
        return self._recordable[reference]

    def form(self, command: Callable[..., Any], version: int | None = None, /, **named: Any) -> Inputs:
        """An empty form for a command, or the refused one as it was filled in.

        version: of the record that the reader has seen. named: the variable parts of the command's address.
        """
        made = Inputs(command, named, version, self.filled)
        self.offered = self.offered or made.mine is not None
        return made

    @cached_property
    def today(self) -> Any:
        """The day in Paris."""
        return paris_day(services().clock())

    @cached_property
    def head(self) -> int:
        return ledger.head(self.cursor)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {each.name: each.position for each in progress.positions(self.cursor)}

    @property
    def position(self) -> int:
        """Up to which position all that was asked speaks."""
        return min((self._positions.get(name, 0) for name in self._asked), default=0)

    @property
    def lag(self) -> int:
        """How many positions of the ledger the page does not speak of yet, at most."""
        return max(self.head - self.position, 0)

    @cached_property
    def stated(self) -> list[Document]:
        """Every statement, as the API tells it."""
        return self.choices(statements.statements)

    @property
    def statements(self) -> list[tuple[str, str]]:
        """The statements that can be asked about: code and title."""
        return [(each["code"], each["title"]) for each in self.stated]

    def last_statement(self, position: int) -> Document | None:
        """The one that takes in most of what was recorded before a position, that position apart."""
        earlier = (each for each in self.stated if each["position"] < position)
        return max(earlier, key=lambda each: (each["position"], each["on"], each["code"]), default=None)


@contextmanager
def visiting(
    query: type[Asked], filled: Filled | None = None, *, apart: frozenset[str] = frozenset()
) -> Iterator[Visit]:
    """A visit of whoever speaks. query: the parameters of the page. apart: those that are not the page's own."""
    sent = {name: value for name, value in request.args.items() if value.strip() and name not in apart}
    errors: Mapping[str, list[str]] = {}
    wanted = None
    try:
        if wrong := media.parameters(request)[1]:
            raise NotValid(UNREADABLE, errors=told({name: [UNREADABLE] for name in wrong}))
        wanted = load(query, sent).get("min_position")
    except NotValid as refused:
        errors = refused.errors or {}
    late = wanted if wanted is not None and not reached(wanted) else None
    with reading.snapshot() as g.cursor:
        try:
            yield Visit(g.cursor, access.principal(), sent, errors, late, filled)
        finally:
            # What is told of the page later, as a problem of it, has no part in this instant.
            del g.cursor


UNREADABLE = "Ce paramètre est donné deux fois, contient un caractère nul, ou n'est pas codé en UTF-8."


def reached(position: int) -> bool:
    """Whether the page can speak of what was recorded at a position; waits a second for it."""
    try:
        reading.wait_for(position, *NAMES)
    except NotThereYet:
        return False
    return True


def load(schema: type[Form], sent: Mapping[str, str]) -> dict[str, Any]:
    """Parameters as a schema of the API reads them. Raises NotValid."""
    try:
        return dict(schema_of(schema).load(sent))
    except ValidationError as error:
        errors = told(flat(error.messages_dict))
        raise NotValid("Un filtre ne convient pas.", errors=errors) from error
