"""How the record stands, for whoever watches it: ready, degraded or frozen, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from eventsourcing.persistence import MapperDeserialisationError
from psycopg import Cursor

from domain.ledger import checkpoints, head, read_after
from domain.ledger.checkpoints import Checkpoint, Fault
from projections.progress import DAWN, Progress, is_followed, positions

State = Literal["ready", "degraded", "frozen", "down"]

# Entries are readable within milliseconds; whoever finds one that has waited this long should look after the follower.
BEHIND = timedelta(seconds=10)


class Stop(NamedTuple):
    """Where a projection stopped. position and event: of the entry that stopped it; None where that cannot be read."""

    projection: str
    position: int | None
    event: str | None


@dataclass(frozen=True)
class Standing:
    """One look at the record.

    position: of the last entry in the ledger, 0 when it is empty. followed: a follower is at work. waits_since: when
    the first entry was recorded that a projection which goes on has not taken in. redis: it answers. signed: the last
    checkpoint. unsigned: why there is no later one, where something stands in the way.
    accesses: the access log has lost nothing of late.
    """

    position: int
    projections: list[Progress]
    followed: bool
    waits_since: datetime | None
    stops: list[Stop]
    redis: bool
    at: datetime
    signed: Checkpoint | None = None
    unsigned: Fault | None = None
    accesses: bool = True

    @property
    def state(self) -> State:
        """`frozen`: a projection must be repaired. `degraded`: all is answered, but the reasons want somebody."""
        return "frozen" if self.stops else "degraded" if self.reasons else "ready"

    @property
    def reasons(self) -> list[str]:
        """Stable names of what is not as it should be."""
        found = {
            "projection-frozen": self.stops,
            "no-follower": not self.followed,
            "behind": self.waits_since is not None and self.at - self.waits_since > BEHIND,
            "redis-away": not self.redis,
            "accesses-lost": not self.accesses,
        }
        named = [reason for reason, holds in found.items() if holds]
        return [*named, self.unsigned.code] if self.unsigned else named

    @property
    def lags(self) -> dict[str, int]:
        """How many positions each projection has still to be told, at most."""
        return {each.name: max(self.position - each.position, 0) for each in self.projections}


def look(cursor: Cursor[Any], *, at: datetime, redis: bool, accesses: bool = True) -> Standing:
    """The present state. at: this instant. redis: it answers. accesses: their log has lost nothing of late."""
    found, last = positions(cursor), head(cursor)
    going = [each.position for each in found if each.error is None]
    return Standing(
        position=last,
        projections=found,
        followed=is_followed(cursor),
        waits_since=recorded_after(cursor, min(going)) if going and min(going) < last else None,
        stops=list(stops(cursor, found)),
        redis=redis,
        at=at,
        signed=checkpoints.latest(cursor),
        unsigned=checkpoints.fault(cursor),
        accesses=accesses,
    )


def recorded_after(cursor: Cursor[Any], position: int) -> datetime | None:
    """When the first entry after a position was recorded; long ago where this program cannot read it."""
    try:
        return next((event.timestamp for _, event in read_after(cursor, position, 1)), None)
    except MapperDeserialisationError:
        return DAWN


def stops(cursor: Cursor[Any], found: list[Progress]) -> Iterator[Stop]:
    """The projections that stopped, each with the entry that it stopped before."""
    for each in found:
        if each.error is not None:
            try:
                position, event = read_after(cursor, each.position, 1)[0]
                yield Stop(each.name, position, event.TOPIC)
            except (MapperDeserialisationError, IndexError):
                yield Stop(each.name, None, None)
