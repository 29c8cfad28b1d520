"""Lets schemathesis send what nobody would, in all its phases, and judges the answers by the description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema

SEED = 20081120
PHASES = ("examples", "coverage", "fuzzing", "stateful")
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422"]
"""How wrong requests are answered."""

POSITIONS = 100_000
"""A reader who asks for a position far ahead waits for a second; one in so many asks is enough."""

UNKNOWN, TO_COME = "Aucune situation arrêtée ne porte le code", "Ce jour est à venir"
BACKWARDS = "La fin précède le début"
LOOKING_BACK = {
    "as_known_on": (TO_COME,),
    "as_true_on": (TO_COME,),
    "statement": (UNKNOWN, "Une situation arrêtée dit déjà ce qui était connu"),
    "since": (UNKNOWN, TO_COME, "Un jour s'écrit", "du plus ancien au plus récent"),
    "until": (UNKNOWN, TO_COME, "Un jour s'écrit"),
    "to": (BACKWARDS,),
    "on_to": (BACKWARDS,),
}
"""What no schema says of a moment: which statements there are, which days are past, which end comes first."""
HOW_LARGE = "L'arbre du registre a"
PROVING = {
    "position": ("écritures n'est à cette position",),
    "size": (HOW_LARGE,),
    "new": (HOW_LARGE,),
    "old": ("L'arbre ancien ne peut pas avoir plus d'écritures",),
}
"""What no schema says of the tree: how many entries there are, and where."""

Told = dict[str, Any]


@dataclass
class Run:
    """What came of it. failures: what was wrong, once each, with what was sent."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def take(self, event: events.ScenarioFinished) -> None:
        """Count one scenario."""
        recorder = event.recorder
        self.cases[str(event.phase)] += len(recorder.interactions)
        for interaction in recorder.interactions.values():
            if interaction.response is None:
                self.errors.append(f"{event.label}: no answer")
            else:
                self.statuses[interaction.response.status_code] += 1
        for check in (check for checks in recorder.checks.values() for check in checks):
            if check.failure_info is not None:
                failure = check.failure_info.failure
                what = f"{check.name}: {event.label}: {failure.title}: {failure.message}"
                self.failures.setdefault(what, check.failure_info.code_sample)

    def __str__(self) -> str:
        phases = ", ".join(f"{name} {number}" for name, number in self.cases.items())
        statuses = ", ".join(f"{status}: {number}" for status, number in sorted(self.statuses.items()))
        return f"{self.cases.total()} cases ({phases}); {statuses}"


def fuzz(
    spec: Told, address: str, token: str, *, examples: int, thoroughly: Sequence[str] = (), alone: bool = False
) -> Run:
    """Send all that schemathesis thinks of, with one token, in all phases.

    examples: how many of each operation in the phases that go by chance. thoroughly: the operations that are gone
    through case by case; all of them unless told otherwise. alone: no others are tried at all.
    """
    left = {"enabled": False} if alone else {"phases": {"coverage": {"enabled": False}}}
    rest = {"exclude-operation-id": list(thoroughly), **left}
    config = schemathesis.Config.from_dict(
        {
            "seed": SEED,
            # How long it takes to think of something says nothing about the API.
            "suppress-health-check": ["all"],
            "base-url": address,
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "request-timeout": 30,
            "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
            "operations": [rest] if thoroughly else [],
            "checks": {
                # What is away for a moment is told by 503, and rules refuse what no schema can say.
                "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "503"]},
                "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", *REFUSED, "503"]},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
        }
    )
    numbers[:] = [count()]
    run = Run()
    for event in from_schema(schemathesis.openapi.from_dict(spec, config=config)).execute():
        if isinstance(event, events.ScenarioFinished):
            run.take(event)
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.NonFatalError):
            run.errors.append(f"{event.label}: {event.info.title}: {event.info.message}")
    return run


numbers: list[Iterator[int]] = [count()]


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Told) -> None:
    """Most valid cases leave out what would end nearly all alike: a version, a key, a far position."""
    number = next(numbers[0])
    if not case.meta or case.meta.generation.mode.is_negative:
        return
    case.body = plainly(case.body)
    if number % 8:
        for name in ("If-Match", "Idempotency-Key"):
            case.headers.pop(name, None)
        if int((case.query or {}).get("min_position") or 0) > POSITIONS:
            case.query["min_position"] = 0
    if int((case.query or {}).get("wait") or 0) > 0:
        case.query["wait"] = 1 if not number % 8 else 0


def plainly(value: Any) -> Any:
    """Whole numbers without a decimal point: to JSON Schema 5.0 is one, to the record it is none."""
    if isinstance(value, dict):
        return {name: plainly(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plainly(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@schemathesis.check
def tells_a_known_problem(_context: Any, response: Any, case: Any) -> None:
    """A refusal bears a code that the operation lists, and what a schema lets through is not called malformed."""
    if response.status_code < 400 or case.method.upper() != case.operation.method.upper():
        return
    problem = response.json()
    known = codes(case.operation.definition.raw, case.operation.schema.raw_schema, str(response.status_code))
    assert problem["code"] in known, f"{problem['code']} is not told of for {response.status_code}: {problem['detail']}"
    positive = case.meta is not None and not case.meta.generation.mode.is_negative
    if positive and problem["code"] in ("validation", "malformed-json"):
        wrong = {
            name: said for name, said in problem.get("errors", {}).items() if not beyond(case.operation, name, said)
        }
        assert not wrong, f"the schema lets through: {wrong}"


def codes(operation: Mapping[str, Any], spec: Told, status: str) -> set[str]:
    """The codes that an operation tells of."""
    answer = operation["responses"].get(status, {})
    if name := answer.get("$ref", "").rpartition("/")[2]:
        answer = spec["components"]["responses"][name]
    content = answer.get("content", {}).get("application/problem+json", {})
    return set(content.get("examples", ()))


def beyond(operation: Any, field: str, said: list[str]) -> bool:
    """What no schema says: whose cursor it is, which days there are, that one of two fields is needed."""
    name = operation.definition.raw["operationId"]
    if field in (known := LOOKING_BACK | PROVING):
        return any(part in str(said) for part in known[field])
    return field == "cursor" or (name, field) == ("milestone", "due_on") or "calendrier" in str(said)
