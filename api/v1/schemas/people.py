"""Bodies: what is done for people beside the works."""

from __future__ import annotations

from typing import Any

from api.http.fields import INSEE, Cents, Choice, Count, Formed, Text
from api.v1.schemas.parts import Entry, says
from domain.vocabulary import ASSISTANCE_KINDS

HALF_DAYS = r"^(0\.5|[1-9][0-9]{0,3}(\.5)?)$"


class HalfDays(Formed):
    """Days by half-days: the text that is stored, or the number that most programs send."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return super()._deserialize(written(value) if number else value, *args, **options)


def written(number: float) -> str:
    """A number in all its digits, and none that says nothing: 2.0 is `2`, and 2.4999999 is not 2.5."""
    return str(int(number) if number == int(number) else number)


class ReportRehousing(Entry):
    households_to_rehouse = Count(0, 10**6, allow_none=True, metadata=says("Households to rehouse, running total."))
    households_rehoused = Count(0, 10**6, allow_none=True, metadata=says("Households rehoused, running total."))


class Assist(Entry):
    commune = Formed(INSEE, "59014", required=True, metadata=says("INSEE code of the commune that is helped."))
    kind = Choice(ASSISTANCE_KINDS, required=True, metadata=says("By staff time, or by money."))
    subject = Text(required=True, metadata=says("What it is about, in French."))
    days = HalfDays(
        HALF_DAYS,
        "2.5",
        allow_none=True,
        metadata=says("Days of staff time, by half-days, as a text (a number is taken too); operational only."),
    )
    amount_cents = Cents(allow_none=True, metadata=says("The aid in euro cents; financial only."))
