"""What an entry changed of its record: each field before and after, as plain JSON, found once when the entry is told.

Amounts of a line are what stands on it. Whatever else an entry says stands after what was said of the same thing
before, or after nothing. The fields of a correction are those of the fact that it puts right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from domain import events
from domain.account import Account
from domain.event import METADATA, Event
from domain.events.correcting import Correction, concerning, standing
from domain.events.funding import Funding
from domain.events.lines import LineEvent
from domain.events.milestones import StepEvent
from domain.operation import Operation
from domain.record import Record
from domain.shape import encode, field_types
from projections.facts import moved_by

Differences = dict[str, tuple[Any, Any]]

KINDS: tuple[type[Event], ...] = tuple(getattr(events, name) for name in events.__all__)

# What may stand in a record before an entry and otherwise after it.
STANDING: dict[type[Record], tuple[str, ...]] = {
    Operation: (
        "owner",
        "programme",
        "agreement",
        "cost_cents",
        "cost_basis",
        "starts_on",
        "delivers_on",
        "started_on",
        "delivered_on",
        "abandoned_on",
        "closed_on",
        "final_cost_cents",
        "early_start_on",
        "outputs",
    ),
    Account: ("role", "organisations", "closed"),
}
LOOKS: dict[type[Record], Callable[[Any], tuple[Any, ...]]] = {
    kind: attrgetter(*names) for kind, names in STANDING.items()
}

# Most entries are of these kinds, and change nothing of that.
BESIDE = frozenset(each for each in KINDS if issubclass(each, (StepEvent, LineEvent, Funding)))

# What moves no money: neither the facts of the works, nor whatever is no operation and no agreement.
MOVING_NOTHING = frozenset(each for each in KINDS if not issubclass(each, (LineEvent, Funding)))

# What was said of the same thing before is found in the history: (what names the thing, what is said of it).
SAID_BEFORE: dict[type[Event], tuple[str, tuple[str, ...]]] = {
    events.MilestoneRescheduled: ("code", ("due_on",)),
    events.PaymentScheduleRevised: ("line", ("schedule",)),
    events.FundingRevised: ("line", ("decision_ref",)),
    events.CoherenceAssessed: ("plan", ("plan_version", "verdict", "orientation")),
    events.PriorityAreaAssessed: ("TOPIC", ("generation", "code", "list_ref")),
    events.FinancingPlanSet: ("TOPIC", ("total_cents", "shares")),
    events.RehousingReported: ("TOPIC", ("households_to_rehouse", "households_rehoused")),
}

# What an entry says by its kind alone.
IMPLIED: dict[type[Event], Callable[[Any, Any], Differences]] = {
    events.MilestoneReached: lambda event, _: {"reached_on": (None, event.on)},
    events.MilestoneLogged: lambda event, _: {"reached_on": (None, event.on)},
    events.MilestoneDropped: lambda event, _: {"dropped": (False, True)},
    events.Suspended: lambda event, _: {"suspended_on": (None, event.on)},
    events.Resumed: lambda _, operation: {"suspended_on": (operation.suspensions[-1].since, None)},
    events.TokenRevoked: lambda event, _: {"revoked": (False, True)},
}

# What changes nothing, or is nobody's business, as the digest of a secret.
UNTOLD = METADATA | {"on", "reason", "target", "changes", "found_again", "sha256"}


def look(record: Record) -> tuple[Any, ...] | None:
    """What stands in a record, to be compared with what stands after its next entry."""
    found = LOOKS.get(type(record))
    return found(record) if found else None


def differences(event: Event, record: Any, before: tuple[Any, ...] | None) -> bytes | None:
    """What an entry changed, as JSON: `{"cost_cents":[100,200]}`; None: nothing that has a name.

    record: after it. before: what stood in it, see `look`; None at its first entry.
    """
    found = corrected(event, record) if isinstance(event, Correction) else told(event, record, before)
    return encode(found) if found else None


def told(event: Event, record: Any, before: tuple[Any, ...] | None) -> Differences:
    """What a fact changed."""
    kind = type(event)
    found = IMPLIED[kind](event, record) if kind in IMPLIED else {}
    compared: tuple[str, ...] = ()
    if before is not None and kind not in BESIDE:
        compared = STANDING[type(record)]
        found |= compare(compared, before, LOOKS[type(record)](record))
    for name in facts(kind):
        value = getattr(event, name)
        if said(value) and name not in compared:
            found[name] = (None, value)
    if kind in SAID_BEFORE:
        found |= said_before(event, record)
    if kind not in MOVING_NOTHING and (movement := moved_by(event.version, record.money.movements)):
        found.pop("amount_cents", None)
        level = f"{movement.level}_cents"
        after = getattr(record.money.lines[movement.line], level)
        found[level] = (after - movement.amount_cents, after)
    return placed(event, found)


def compare(names: Sequence[str], before: tuple[Any, ...], after: tuple[Any, ...]) -> Differences:
    """The values that differ, by their names."""
    if before == after:
        return {}
    return {name: (was, now) for name, was, now in zip(names, before, after, strict=True) if was != now}


def said_before(event: Event, record: Record) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The facts of an entry after what was last said of the same thing, as corrected by then."""
    key, names = SAID_BEFORE[type(event)]
    earlier = record.entries[: event.version - 1]
    for name in names:
        if said(after := getattr(event, name)):
            yield name, (last_said(earlier, record, key, getattr(event, key), name), after)


def last_said(earlier: Sequence[Event], record: Record, key: str, thing: Any, name: str) -> Any:
    """What the last of these entries that said it of a thing said; None where none did."""
    for entry in reversed(earlier):
        fact = None if entry.puts_right else record.put_right.get(entry.version, entry)
        if fact and getattr(fact, key, None) == thing and said(value := getattr(fact, name, None)):
            return value
    return None


def corrected(event: Correction, record: Record) -> Differences:
    """The fields of the fact that a correction or a voiding puts right; what is voided says nothing any more."""
    version = event.puts_right_of(record)
    about = concerning(record.entries, version)
    # The correction itself is the last of these; what it voided may be a voiding of nothing that stands.
    before = standing(about[:-1], version)
    after = standing(about, version) if record.put_right.get(version) else None
    found = {name: (getattr(before, name), getattr(after, name, None)) for name in facts(type(before))}
    differing = {name: pair for name, pair in found.items() if pair[0] != pair[1] and (said(pair[0]) or said(pair[1]))}
    said_by_all = {name: (getattr(before, name), getattr(after, name, None)) for name in ("on", "reason")}
    return {name: pair for name, pair in said_by_all.items() if pair[0] != pair[1]} | placed(before, differing)


def placed(event: Event, found: Differences) -> Differences:
    """The fields under the name of the line, the step or the plan that the fact is about: `lines.L1.paid_cents`."""
    key, place = thing(type(event))
    if not key:
        return found
    prefix = f"{place}.{getattr(event, key)}."
    return {prefix + name: pair for name, pair in found.items()}


def said(value: Any) -> bool:
    """A value says something; a zero does."""
    return bool(value) or (value == 0 and value is not False)


@cache
def facts(kind: type[Event]) -> tuple[str, ...]:
    """The names of what facts of a kind say, in the order of their class; what was found beside them apart."""
    left_out = UNTOLD | getattr(kind, "derived", frozenset()) | {thing(kind)[0]}
    return tuple(name for name in field_types(kind) if name not in left_out)


@cache
def thing(kind: type[Event]) -> tuple[str, str]:
    """Which field of a kind of fact names the thing that it is about, and what such things are called."""
    if issubclass(kind, StepEvent):
        return "code", "milestones"
    if kind is events.CoherenceAssessed:
        return "plan", "coherence"
    return ("line", "lines") if "line" in field_types(kind) else ("", "")
