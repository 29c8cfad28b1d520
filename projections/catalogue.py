"""Every projection there is."""

from __future__ import annotations

from projections.access import Access
from projections.commitments import Commitments
from projections.moments import Moments
from projections.portfolio import Portfolio
from projections.projection import Projection
from projections.territory import Territory
from projections.timeline import Timeline
from projections.trail import Trail
from projections.tree import Tree

PROJECTIONS: tuple[type[Projection], ...] = (
    Timeline,
    Commitments,
    Portfolio,
    Territory,
    Access,
    Moments,
    Trail,
    Tree,
)

NAMES = tuple(each.name for each in PROJECTIONS)


class UnknownProjection(ValueError):
    """There is no projection of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no projection {name!r}: {', '.join(NAMES)}.")


def named(name: str | None = None) -> tuple[type[Projection], ...]:
    """The projection of that name, or all. Raises UnknownProjection."""
    if name is not None and name not in NAMES:
        raise UnknownProjection(name)
    return tuple(each for each in PROJECTIONS if name in (None, each.name))
