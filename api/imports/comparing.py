"""Whether a line still says what it recorded before: the same file twice adds nothing, a changed cell is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.imports.agreements import PLANNED
from api.imports.costs import SETTLED
from api.imports.lists import KINDS
from domain.event import METADATA, Event
from domain.events import AgreementNoted, AgreementSigned, CostRevised, EntryCorrected, MilestoneLogged, Planned
from domain.events.funding import Funding
from domain.french import euros
from domain.record import Record
from domain.shape import field_types

# Found out at recording, from the agreement and the reference lists of that day: not what the line says.
_JUDGED = METADATA | Planned.derived


def imported(record: Record) -> list[Event]:
    """The entries that one line of a register recorded here; none where a person began the record."""
    source = record.entries[0].by.source
    return [entry for entry in record.entries if entry.by.imports and entry.by.source == source]


def changed_columns(before: Sequence[Event], now: Sequence[Event]) -> list[str]:
    """The columns in which a line says something else than what it recorded; both begin with the first entry."""
    old, new = told(before), told(now)
    changed = [column for column, value in new.items() if old.get(column) != value]
    # What no column explains comes from the one that tells most.
    return changed or (["milestones"] if [*map(_facts, before)] != [*map(_facts, now)] else [])


def told(entries: Sequence[Event]) -> dict[str, Any]:
    """What a line's entries say, by the column that told it."""
    first = entries[0]
    rest = [each for each in entries[1:] if not (isinstance(each, Funding) or _repeats_money(each))]
    money = {"commitments": [_facts(entry) for entry in entries if isinstance(entry, Funding)]}
    if isinstance(first, Planned):
        return _identity(first) | _operation(first, rest) | money
    assert isinstance(first, AgreementSigned)
    return _identity(first) | _agreement(first, rest) | money


def _identity(first: Planned | AgreementSigned) -> dict[str, Any]:
    return {
        "title": first.title,
        "programme": first.programme,
        "theme": first.theme,
        "communes_insee": sorted(first.communes),
        "site": first.site,
        "source_url": first.documents,
    }


def _operation(first: Planned, rest: Sequence[Event]) -> dict[str, Any]:
    """Costs stand apart from the other facts: one that was the plan may become a revision when another cell changes."""
    revisions = [entry for entry in rest if isinstance(entry, CostRevised)]
    announced = [(each.on, _announced(each.cost_cents), each.reason) for each in revisions if each.reason != SETTLED]
    if first.reason and first.cost_cents:
        announced.insert(0, (first.on, _announced(first.cost_cents), first.reason))
    facts = []
    for entry in rest:
        if isinstance(entry, MilestoneLogged) and entry.code.startswith("cost-announced-"):
            announced.append((entry.on, entry.title, entry.reason))
        elif isinstance(entry, EntryCorrected):
            # Versions shift when money lines come or go: the corrected entry is known by its kind.
            target = next((each.TOPIC for each in rest if each.version == entry.target), None)
            facts.append(_facts(entry) | {"target": target})
        elif not isinstance(entry, CostRevised):
            facts.append(_facts(entry))
    last = revisions[-1] if revisions else first
    return {
        "part_of": first.part_of or first.agreement,
        "owner": first.owner,
        "planned_on": first.on,
        "cost_eur": last.cost_cents,
        "cost_basis": last.cost_basis,
        "milestones": (announced, facts),
    }


def _agreement(first: AgreementSigned, rest: Sequence[Event]) -> dict[str, Any]:
    return {
        "owner": first.leader,
        "planned_on": [entry.on for entry in rest if _planning(entry)],
        "cost_eur": first.cost_cents,
        "cost_basis": first.cost_basis,
        "milestones": (first.on, first.reason, [_facts(entry) for entry in rest if not _planning(entry)]),
    }


def _announced(cost_cents: int) -> str:
    return f"{KINDS['cost_announced']} : {euros(cost_cents)}"


def _planning(entry: Event) -> bool:
    return isinstance(entry, AgreementNoted) and entry.title == PLANNED


def _repeats_money(entry: Event) -> bool:
    """A `funded` fact is an entry only while no commitment of the row says the same: it comes and goes with them."""
    if isinstance(entry, AgreementNoted):
        return entry.title.split(" : ")[0] == KINDS["funded"]
    return isinstance(entry, MilestoneLogged) and entry.code.startswith("funded-")


def _facts(entry: Event) -> dict[str, Any]:
    """An entry without what only its recording gave it. The agreement of what contains the operation is not its own."""
    facts = {name: getattr(entry, name) for name in field_types(type(entry)) if name not in _JUDGED}
    if "communes" in facts:
        facts["communes"] = sorted(facts["communes"])
    if isinstance(entry, Planned) and entry.part_of:
        del facts["agreement"]
    return facts | {"what": entry.TOPIC}
