"""What is done for people beside the works: households rehoused, communes assisted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.dates import PartialDate
from domain.vocabulary import AssistanceKind

_DAYS = re.compile(r"(?!0$)(?:0|[1-9][0-9]{0,3})(?:\.5)?")


def days(text: str) -> Decimal | None:
    """Days counted by half-days, as they are written: `0.5` to `9999.5`, no needless zero; None for another text.

    Text, because it is exact, plain in JSON, and one value has one form.
    """
    return Decimal(text) if _DAYS.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Rehousing:
    """Households to rehouse and rehoused, as running totals, on one day. None: not stated.

    recorded: the day of recording, what an undated report counts from.
    """

    on: PartialDate
    recorded: date
    to_rehouse: int | None
    rehoused: int | None


@dataclass(frozen=True, slots=True)
class Assistance:
    """What was done for a commune. commune: INSEE code. Exactly one of days (half-days) and amount_cents is known."""

    version: int
    on: PartialDate
    commune: str
    kind: AssistanceKind
    subject: str
    days: Decimal | None
    amount_cents: int | None


def latest(totals: Iterable[tuple[Rehousing, int | None]]) -> int | None:
    """The total that was stated of the latest day; of one day, the one that was recorded last."""
    found: tuple[date, int] | None = None
    for report, total in totals:
        day = report.on.counts_on(report.recorded)
        if total is not None and (found is None or day >= found[0]):
            found = day, total
    return found[1] if found else None
