"""What a plan is judged on: facts about its territory and its agreement, found at recording and stored beside it.

Rules read the stored facts alone, so that next year's reference lists change nothing of what was decided. A correction
of what they were found from stores them again; so does the voiding of such a correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.dates import PartialDate, paris_day
from domain.errors import NotCorrectable, UnknownFrame
from domain.event import Event
from domain.events.correcting import EntryCorrected, amended
from domain.events.planning import Planned
from domain.record import Record
from domain.shape import as_stored
from domain.territory import is_member, population
from domain.vocabulary import Theme

if TYPE_CHECKING:
    from domain.agreement import Agreement

FOUND_FROM = frozenset({"communes", "theme", "on"})


def territory(communes: tuple[str, ...], theme: Theme | None, *, on: PartialDate, at: datetime) -> dict[str, Any]:
    """The communes that were not members on the day of the plan, and the populations in force for a rural centre."""
    day = on.counts_on(paris_day(at))
    counted = (population(insee, day) for insee in communes) if theme == "rural_centre" else ()
    return {
        "outside": tuple(insee for insee in communes if not is_member(insee, day)),
        "populations": tuple(filter(None, counted)),
    }


def found_by_correcting(
    operation: Record, target: int, changes: Mapping[str, Any], agreement: Agreement | None
) -> dict[str, Any]:
    """What a correction stores besides the changes asked for, as plain JSON.

    Raises UnknownFrame when the changes name another agreement than the one given; NotCorrectable, UnreadableChange.
    """
    planned = plan(operation.entries)
    found: dict[str, Any] = {}
    if target == planned.version:
        for name in planned.derived & changes.keys():
            raise NotCorrectable(field=f"changes.{name}", version=target, name=name)
        if FOUND_FROM & changes.keys():
            found = found_again(planned.restated(changes))
    named = changes.get("agreement")
    if named and (agreement is None or agreement.reference != named):
        raise UnknownFrame(field="changes.agreement", reference=named)
    if target == planned.version and "agreement" in changes:
        found["agreement_led"] = agreement is not None and leads(agreement, operation)
    return found


def found_by_voiding(operation: Record, target: int) -> dict[str, Any]:
    """What the voiding of a correction stores: the territory of the plan without it, as plain JSON."""
    for entry in operation.entries:
        if isinstance(entry, EntryCorrected) and entry.version == target and FOUND_FROM & entry.changes.keys():
            planned = plan(each for each in operation.entries if each is not entry)
            return found_again(planned) if entry.target == planned.version else {}
    return {}


def plan(entries: Iterable[Event]) -> Planned:
    """The plan of an operation as corrections left it."""
    planned = amended(entries)[0]
    assert isinstance(planned, Planned)
    return planned


def found_again(planned: Planned) -> dict[str, Any]:
    """The territory of a plan, found on its own day once more, as plain JSON."""
    found: dict[str, Any] = as_stored(territory(planned.communes, planned.theme, on=planned.on, at=planned.timestamp))
    return found


def leads(agreement: Agreement, operation: Record) -> bool:
    """The authority leads the agreement: an operation's id is made from the authority's code and its reference."""
    return operation.identity(agreement.leader, operation.reference) == operation.id
