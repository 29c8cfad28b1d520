"""What an operation produces or undoes: dwellings, facilities, households."""

from collections.abc import Iterator

import msgspec

from domain.errors import CountOutOfBounds, Invalid

MOST = 1_000_000


class Outputs(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Counts from 0 to a million; None: not stated. Dwellings demolished, built, rehabilitated, residentialised;
    public facilities; households to rehouse and rehoused (running totals).
    """

    demolished: int | None = None
    built: int | None = None
    rehabilitated: int | None = None
    residentialised: int | None = None
    facilities: int | None = None
    households_to_rehouse: int | None = None
    households_rehoused: int | None = None


def check_outputs(outputs: Outputs | None) -> Iterator[Invalid]:
    """A count that is said is one that can exist."""
    for name, count in msgspec.structs.asdict(outputs or Outputs()).items():
        if count is not None and not 0 <= count <= MOST:
            yield CountOutOfBounds(field="outputs", name=name, count=count, most=MOST)
