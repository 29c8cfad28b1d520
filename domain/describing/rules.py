"""Which refusals the rules of a fact can give, read from the source of its `check` and of all that it asks."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from domain.errors import Refusal
from domain.event import Event
from domain.situation import Situation

RULE = "check"  # How the name of every method that refuses begins.


def refusals(kind: type[Event], *, start: str = "check") -> list[type[Refusal]]:
    """The refusals of a kind of fact, by code. A correction meets besides the rules of the entries that it changes."""
    return sorted(_given(kind, list(_methods(kind, start))), key=lambda refusal: refusal.code)


def admission(record: type[Any]) -> list[type[Refusal]]:
    """The refusals that any fact whatever meets on an aggregate, before the rules of its own."""
    return sorted(_given(record, list(_methods(record, "admits"))), key=lambda refusal: refusal.code)


def _given(kind: type[Any], asked: list[Callable[..., Any]]) -> set[type[Refusal]]:
    """The refusals named by these functions and by those that they call."""
    found: set[type[Refusal]] = set()
    for function in asked:  # It grows while it is read: what a function calls is asked too.
        body = _body(function)
        called = {id(node.func) for node in ast.walk(body) if isinstance(node, ast.Call)}
        for node in ast.walk(body):
            named = list(_named(node, kind, function))
            found |= {each for each in named if _says_no(each)}
            if id(node) in called:
                asked += [each for each in map(inspect.unwrap, named) if _is_ours(each) and each not in asked]
    return found


def _body(function: Callable[..., Any]) -> ast.Module:
    """What a function does; its annotations say nothing of what it refuses."""
    parsed = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(parsed, ast.FunctionDef)
    return ast.Module(parsed.body, [])


def _named(node: ast.AST, kind: type[Any], function: Callable[..., Any]) -> Iterator[Any]:
    """What a name in a function stands for: a global, something of this kind of fact, or of the operation."""
    if isinstance(node, ast.Name):
        yield inspect.unwrap(function).__globals__.get(node.id)
    elif isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and node.value.id == "operation":
            yield getattr(Situation, node.attr, None)
        elif node.attr.startswith(RULE):
            yield from _methods(kind, node.attr)
        else:
            yield getattr(kind, node.attr, None)


def _methods(kind: type[Any], name: str) -> Iterator[Any]:
    """What a class has under a name. An overridden method counts only where `super()` asks it."""
    for each in kind.__mro__:
        if name in vars(each):
            found = inspect.unwrap(vars(each)[name])
            yield found
            if not (inspect.isfunction(found) and f"super().{name}" in inspect.getsource(found)):
                return


def _says_no(named: Any) -> bool:
    """A refusal of its own, not a family of them."""
    return inspect.isclass(named) and issubclass(named, Refusal) and not named.__subclasses__()


def _is_ours(named: Any) -> bool:
    """A function of the domain that may refuse something."""
    return inspect.isfunction(named) and named.__module__.startswith("domain.") and not named.__name__.startswith("__")
