"""Looking back: what every dated read may ask, and the moment that it means.

`as_known_on`: what had been recorded by the end of that day in Paris. `as_true_on`: what had happened by that day, with
what is known today or was known then. `statement`: what was known at the position that it names.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from api.http.fields import CODE, Asked, Formed
from api.http.paging import Paged
from api.http.problems import NotThereYet, NotValid
from api.http.reading import Reading
from api.v1.documents.dated import PRESENT, AsOf
from api.v1.schemas import says
from domain.ledger import head
from projections import moments, progress
from projections.moments import DayRow, Moment

WHOLE_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

# A dated answer is made of the rows of all of these, and speaks of no position that one of them has not reached.
READ_TOGETHER = ("timeline", "commitments", "portfolio", "moments")


def whole_day(text: Any) -> date:
    """A day, written `2012-12-31`. Raises ValidationError."""
    try:
        if not WHOLE_DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("Un jour s'écrit AAAA-MM-JJ.") from error


class WholeDay(fields.Field[date]):
    """A day in an address."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        return whole_day(value)


def a_day(words: str, **options: Any) -> WholeDay:
    return WholeDay(metadata=says(words, type="string", format="date"), **options)


class Dated(Asked):
    """What every reader of a document may ask of the past."""

    as_known_on = a_day("As recorded by the end of that day in Paris; not in the future.")
    as_true_on = a_day("What had happened by that day; not in the future.")
    statement = Formed(CODE, "comite-mars", metadata=says("As known at that statement; not with `as_known_on`."))

    @validates_schema
    def one_knowledge(self, asked: dict[str, Any], **_: Any) -> None:
        if "statement" in asked and "as_known_on" in asked:
            raise ValidationError("Une situation arrêtée dit déjà ce qui était connu.", "statement")


class DatedPage(Paged, Dated):
    """The same of a list."""


def as_of(read: Reading) -> AsOf:
    """What was asked of the past; it is no filter of a list, and is taken out of what was asked."""
    names = ("as_known_on", "as_true_on", "statement")
    asked = AsOf(*(read.query.pop(name, None) for name in names))
    for name in ("as_known_on", "as_true_on"):
        day = getattr(asked, name)
        if day is not None and day > read.today:
            sentence = "Ce jour est à venir."
            raise NotValid(f"{name} : {sentence}", errors={name: [sentence]})
    return asked


def moment(read: Reading, asked: AsOf) -> Moment | None:
    """The moment that is meant; None: the present. Raises NotValid, NotThereYet."""
    if asked == PRESENT:
        return None
    reached = progress.position(read.cursor, *READ_TOGETHER)
    position, day = known_by(read, asked, reached)
    return Moment(position, asked.as_true_on, asked.as_true_on or day, asked.looks_back)


def known_by(read: Reading, asked: AsOf, reached: int) -> tuple[int, date]:
    """The last position that was known, and the day on which it was."""
    if asked.statement is not None:
        return stated(read, asked.statement, reached)
    if asked.as_known_on is not None:
        return by_the_end_of(read, asked.as_known_on, reached), asked.as_known_on
    return reached, read.today


def stated(read: Reading, code: str, reached: int, field: str = "statement") -> tuple[int, date]:
    """The position of a statement and its day. Raises NotValid, NotThereYet."""
    statement = moments.statement(read.cursor, code)
    if statement is None:
        sentence = f"Aucune situation arrêtée ne porte le code {code}."
        raise NotValid(sentence, errors={field: [sentence]})
    return arrived(statement.stated, reached), statement.day


def by_the_end_of(read: Reading, day: date, reached: int) -> int:
    """The last position recorded by the end of a day, 0 before the first entry. Raises NotThereYet."""
    last = moments.last_by(read.cursor, day)
    if day >= read.today:
        return min(last.position if last else 0, reached)
    if not is_over(read, day, last) and head(read.cursor) > reached:
        # What is on its way may still have been recorded that day.
        raise NotThereYet("Les dernières écritures de ce jour ne sont pas encore dans les tables de lecture.")
    return arrived(last.position if last else 0, reached)


def is_over(read: Reading, day: date, last: DayRow | None) -> bool:
    """Something is on record of a later day, so that nothing can join this one."""
    latest = moments.last_by(read.cursor, date.max)
    return latest is not None and latest.day > day


def arrived(position: int, reached: int) -> int:
    """A position that the tables have reached. Raises NotThereYet."""
    if position > reached:
        raise NotThereYet(f"Les tables de lecture n'ont pas encore atteint la position {position}.")
    return position
