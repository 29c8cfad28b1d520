"""Dates as archives know them: to the day, the month, the year, or not at all."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from functools import lru_cache, total_ordering
from typing import NoReturn
from zoneinfo import ZoneInfo

_SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_PARIS = ZoneInfo("Europe/Paris")
# Before 1946 Paris had other times.
_LEGAL_TIME = 1946
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@total_ordering
class PartialDate:
    """A date with the precision of its source: `2008-02-14`, `2008-02`, `2008`, or unknown.

    ISO 8601 reduced precision, years 1900 to 2199. Immutable, equal by text. Sorted as it counts: a period stands
    at its last day, where the year comes before the month and the month before the day; unknown comes last.
    In SQL the same order is `latest, text COLLATE "C"`, with 9999-12-31 for an unknown date.
    Obtained from `parse`, `of` or `UNKNOWN`; the constructor is `parse` without its cache.
    """

    __slots__ = ("earliest", "latest", "text")

    text: str | None
    earliest: date
    latest: date

    def __init__(self, text: str | None) -> None:
        earliest, latest = (date.min, date.max) if text is None else _period(text)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "earliest", earliest)
        object.__setattr__(self, "latest", latest)

    @staticmethod
    def parse(text: str) -> PartialDate:
        """Raises ValueError, with a French message, for anything but the three ISO forms of a real date."""
        return _parsed(text)

    @staticmethod
    def of(day: date) -> PartialDate:
        """Raises ValueError for a year outside 1900-2199; the day of an instant is `paris_day`, not this."""
        return _parsed(day.isoformat())

    @property
    def known(self) -> bool:
        return self.text is not None

    @property
    def year(self) -> int | None:
        return self.latest.year if self.known else None

    def certainly_after(self, other: PartialDate) -> bool:
        """True when no reading of the two dates puts this one first or on the same day; False if one is unknown."""
        return self.earliest > other.latest

    def certainly_before(self, other: PartialDate) -> bool:
        """True when no reading of the two dates puts this one last or on the same day; False if one is unknown."""
        return self.latest < other.earliest

    def counts_on(self, recorded: date) -> date:
        """The day it counts as: the last of its period, or the day it was recorded when it is unknown."""
        return self.latest if self.known else recorded

    def lies_ahead_of(self, today: date) -> bool:
        """The whole period is still to come; False for an unknown date."""
        return self.earliest > today

    def french(self) -> str:
        """As a reader writes it: « 1er février 2008 », « février 2008 », « 2008 », « date inconnue »."""
        if self.text is None:
            return "date inconnue"
        words = [str(self.latest.year)]
        if len(self.text) >= 7:
            words.insert(0, _MONTHS[self.latest.month - 1])
        if len(self.text) == 10:
            words.insert(0, "1er" if self.latest.day == 1 else str(self.latest.day))
        return " ".join(words)

    def __str__(self) -> str:
        return self.text or ""

    def __repr__(self) -> str:
        return f"PartialDate({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, PartialDate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __lt__(self, other: PartialDate) -> bool:
        # With one last day, a shorter text means a longer period, and sorts first: precision needs no third key.
        if not isinstance(other, PartialDate):
            return NotImplemented
        return (self.latest, str(self)) < (other.latest, str(other))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"PartialDate is immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"PartialDate is immutable: {name} cannot be deleted")

    def __reduce__(self) -> tuple[type[PartialDate], tuple[str | None]]:
        return PartialDate, (self.text,)


UNKNOWN = PartialDate(None)


def slip_days(initial: PartialDate, later: PartialDate) -> int | None:
    """Calendar days from one planned date to a later one, last day to last day; negative when brought forward.

    None when either is unknown.
    """
    return (later.latest - initial.latest).days if initial.known and later.known else None


def paris_day(instant: datetime) -> date:
    """The calendar day in Europe/Paris of an aware instant. Raises ValueError for one without a time zone."""
    # Paris is one or two hours ahead of UTC: until ten in the evening both have the same day. Asked at every entry.
    if instant.tzinfo is UTC and instant.hour < 22 and instant.year >= _LEGAL_TIME:
        return instant.date()
    if instant.utcoffset() is None:
        raise ValueError("instant sans fuseau horaire : le jour à Paris ne peut pas en être déduit")
    return instant.astimezone(_PARIS).date()


@lru_cache(maxsize=16_384)
def _parsed(text: str) -> PartialDate:
    return PartialDate(text)


def _period(text: str) -> tuple[date, date]:
    """First and last day of the period that the text names. Raises ValueError."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise ValueError(f"« {text[:40]} » n'est pas une date : écrire AAAA-MM-JJ, AAAA-MM ou AAAA")
    year, month, day = (int(part) if part else None for part in shape.groups())
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"« {text} » : l'année doit être comprise entre {_FIRST_YEAR} et {_LAST_YEAR}")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError(f"« {text} » : le mois doit être compris entre 01 et 12")
    length = monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length)
    if not 1 <= day <= length:
        raise ValueError(f"« {text} » n'existe pas dans le calendrier")
    return date(year, month, day), date(year, month, day)
