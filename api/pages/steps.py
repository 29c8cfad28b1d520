"""The calendar of one operation, step by step: first promise, present promise, what happened, and the slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from domain.dates import UNKNOWN, PartialDate, slip_days


@dataclass(frozen=True)
class Step:
    """A dated step. initial, current, actual: dates as precisely as they are known.

    code: of a milestone; `start` and `delivery` where it is one of the two ends of the works, which a milestone may be
    called too. ahead: it has not happened, and may. late: it is ahead, and was promised for a day that lies behind.
    """

    code: str
    label: str
    initial: str | None
    current: str | None
    actual: str | None
    slip_days: int | None
    ahead: bool = False
    late: bool = False
    dropped: bool = False
    of_works: bool = False

    @property
    def now(self) -> str | None:
        """When it happened, else when it is promised for."""
        return self.actual or self.current


def steps(document: Mapping[str, Any], day: date) -> list[Step]:
    """Start, delivery and milestones of an operation, these in the order of their dates. day: late is before it."""
    promised = sorted(milestones(document, day), key=lambda step: known(step.now or step.initial))
    return [*works(document, day), *promised]


def works(document: Mapping[str, Any], day: date) -> Iterator[Step]:
    """Start and delivery, where anything is known of them."""
    names = {"start": gettext("Démarrage des travaux"), "delivery": gettext("Livraison")}
    for code, label in names.items():
        dates = document["schedule"][code]
        if any(dates[name] for name in ("initial", "current", "actual")):
            ahead = dates["actual"] is None and not is_over(document)
            yield Step(
                code, label, **dates, ahead=ahead, late=ahead and lies_behind(dates["current"], day), of_works=True
            )


def milestones(document: Mapping[str, Any], day: date) -> Iterator[Step]:
    """The other steps."""
    for each in document["milestones"]:
        initial, due, reached = each["initial_due_on"], each["due_on"], each["reached_on"]
        slip = slip_days(known(initial), known(reached or due))
        ahead = reached is None and not each["dropped"] and not is_over(document)
        late = ahead and lies_behind(due, day)
        yield Step(each["code"], each["label"], initial, due, reached, slip, ahead, late, each["dropped"])


def is_over(document: Mapping[str, Any]) -> bool:
    """Nothing of an operation is late any more, as in the portfolio."""
    return document["phase"] in ("delivered", "abandoned", "closed")


def lies_behind(promised: str | None, day: date) -> bool:
    """What was promised certainly lies before a day."""
    return promised is not None and known(promised).latest < day


def known(text: str | None) -> PartialDate:
    """A date of a document."""
    return PartialDate.parse(text) if text else UNKNOWN
