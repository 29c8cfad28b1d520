"""Which problems a route can answer by: those of any route like it, and those that its own code names.

The latter are read from the source: from the function of the route, through what it calls, to the rules of the facts
that are recorded. A name stands for the class that bears it all over the house: `operation` is an Operation.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType, MethodType
from typing import Any, Final

from api.describing.routes import Route
from api.http import problems as web
from api.http.commands import Recording
from api.http.problems import Problem, status_of
from domain import errors, events
from domain.access import Token
from domain.account import Account
from domain.agreement import Agreement
from domain.amending import Change
from domain.describing.rules import admission, refusals
from domain.errors import Invalid, ReasonMissing, ReferenceTaken, Refusal, TextOutOfBounds, UndatedFact
from domain.event import Event, FirstEvent
from domain.events.correcting import Correction, EntryCorrected
from domain.ledger import Ledger
from domain.operation import Operation

NAMES: Final[dict[str, tuple[type[Any], ...]]] = {
    "command": (Recording,),
    "ledger": (Ledger,),
    "operation": (Operation,),
    "source": (Operation,),
    "agreement": (Agreement,),
    "found": (Account, Token),
    "change": tuple(Change.__subclasses__()),
}
"""What stands behind a name whose class the source does not say."""

OF_EVERY: Final = (web.Unauthenticated, web.NotAcceptable, web.RateLimited, web.StoreAway)
OF_READS: Final = (web.NotValid, web.NotThereYet)
OF_COMMANDS: Final = (
    *(web.BadRequest, web.MalformedJson, web.TooLarge, web.UnsupportedMediaType, web.NotValid),
    *(errors.CommandInFlight, errors.TooManyWriters, errors.VersionConflict, errors.KeyReused),
)

EXCLUDED_BY_FORM: Final = {UndatedFact, TextOutOfBounds}
"""What the schema of every body refuses before the domain is asked."""

Kind = type[Refusal] | type[Problem]


def problems(route: Route) -> dict[int, list[Kind]]:
    """Every problem that a route under /v1 can answer by, by status; those that it shares with others come first."""
    found: dict[int, dict[str, Kind]] = {}
    for kind in (*given_anyway(route), *sorted(named_by(route.view), key=lambda each: each.code)):
        status = status_of(kind) if issubclass(kind, Refusal) else kind.status
        found.setdefault(status, {})[kind.code] = kind
    return {status: list(found[status].values()) for status in sorted(found)}


def given_anyway(route: Route) -> Iterator[Kind]:
    """What a route of its kind can answer, whatever it does."""
    yield from OF_EVERY
    yield from OF_COMMANDS if route.records else OF_READS
    if route.for_some or route.records:
        yield web.Forbidden
    if route.named:
        yield web.Absent


def named_by(view: Callable[..., Any]) -> set[Kind]:
    """The refusals and problems that a function names, and all that it calls."""
    found: set[Any] = set()
    asked: list[tuple[Callable[..., Any], Any]] = [(inspect.unwrap(view), None)]
    for function, bearer in asked:  # It grows while it is read: what a function calls is asked too.
        parsed = ast.parse(textwrap.dedent(inspect.getsource(function)))
        recorded = {id(node) for each in ast.walk(parsed) for node in facts(each)}
        for node in ast.walk(parsed):
            for named, holder in meant(node, function, bearer):
                if id(node) in recorded and inspect.isclass(named) and issubclass(named, Event):
                    found |= rules(named)
                elif inspect.isclass(named) and issubclass(named, (Refusal, Problem)):
                    found.add(named)
                elif is_ours(named) and (named, holder) not in asked:
                    asked.append((named, holder))
    return {each for each in found if not each.__subclasses__()}


def facts(node: ast.AST) -> Iterator[ast.expr]:
    """Where the kind of fact stands that is recorded: first in what a record is told, or as what a method returns."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("record", "begin"):
        yield from node.args[:1]
    if isinstance(node, ast.Return) and node.value is not None:
        yield node.value


def rules(kind: type[Event]) -> set[type[Refusal]]:
    """The refusals of a fact. Correcting one also meets what cannot be true of any fact of the same record."""
    found = {*refusals(kind), *refusals(Event, start="check_entry")} - EXCLUDED_BY_FORM
    if not kind.needs_reason:
        found -= {ReasonMissing}
    if holder(kind) == Operation.TOPIC and not issubclass(kind, (Correction, FirstEvent)):
        found |= {*admission(Operation)}
    if issubclass(kind, FirstEvent):
        found |= {ReferenceTaken}
    if issubclass(kind, EntryCorrected):
        told = [getattr(events, name) for name in events.__all__]
        alike = [each for each in told if holder(each) == holder(kind) and not issubclass(each, Correction)]
        found |= {each for fact in alike for each in rules(fact) if issubclass(each, Invalid)}
    return found


def holder(kind: type[Event]) -> str:
    """The kind of record that a fact belongs to."""
    return kind.TOPIC.partition(".")[0]


def meant(node: ast.AST, function: Callable[..., Any], bearer: Any) -> Iterator[tuple[Any, Any]]:
    """What a name in a function stands for, as far as the house can say, and the class that it was asked of.

    bearer: the class of `self`.
    """
    known = function.__globals__
    if isinstance(node, ast.Name):
        yield plainly(known.get(node.id)), None
    elif isinstance(node, ast.Attribute):
        for holder in holders(node.value, known, bearer):
            yield plainly(getattr(holder, node.attr, None)), holder if inspect.isclass(holder) else None


def holders(node: ast.expr, known: dict[str, Any], bearer: Any) -> tuple[Any, ...]:
    """What an attribute is asked of: a module, a class, or whatever bears such a name."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if name in ("self", "cls"):
        return (bearer,)
    if inspect.ismodule(known.get(name)) or inspect.isclass(known.get(name)):
        return (known[name],)
    return NAMES.get(name, ())


def plainly(named: Any) -> Any:
    """A class, or a function as it was written; None for anything else."""
    if isinstance(named, (FunctionType, MethodType)):
        return inspect.unwrap(getattr(named, "__func__", named))
    return named if inspect.isclass(named) else None


def is_ours(named: Any) -> bool:
    """A function of this house that may refuse something."""
    ours = ("api.v1.", "api.http.", "domain.")
    return inspect.isfunction(named) and named.__module__.startswith(ours) and not named.__name__.startswith("__")
