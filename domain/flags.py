"""Flags: what is recorded as it is told and deserves a second look; nothing is refused for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.french import euros
from domain.money import Figures


@dataclass(frozen=True, slots=True)
class CommittedAboveAllocation:
    """A partner has committed more on the operations of an agreement than it set aside there; loans apart."""

    partner: str
    allocated_cents: int
    committed_cents: int

    @property
    def excess_cents(self) -> int:
        return self.committed_cents - self.allocated_cents

    @property
    def sentence(self) -> str:
        """As readers see it."""
        return (
            f"{self.partner} a engagé {euros(self.committed_cents)} sur les opérations de la convention, "
            f"{euros(self.excess_cents)} de plus que les {euros(self.allocated_cents)} affectés."
        )


def committed_above_allocation(
    allocated: Mapping[str, Figures], committed: Mapping[str, Figures]
) -> tuple[CommittedAboveAllocation, ...]:
    """The partners whose commitments pass their ceiling, by code.

    allocated: the figures of the agreement's own lines, by partner; committed: those of its operations' lines.
    A partner that set nothing aside in the agreement has no ceiling there: many sources publish the commitment alone.
    """
    ceilings = {partner: figures.allocated_cents for partner, figures in allocated.items()}
    found = (
        CommittedAboveAllocation(partner, ceilings[partner], figures.committed_cents)
        for partner, figures in sorted(committed.items())
        if partner in ceilings
    )
    return tuple(flag for flag in found if flag.allocated_cents > 0 and flag.excess_cents > 0)
