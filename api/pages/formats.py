"""Amounts, dates and figures as readers of French and of English expect them: pure functions, also Jinja's filters.

Tests hold them against Babel, whose own take twenty times as long.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from domain.dates import PartialDate
from domain.french import NO_BREAK, THIN
from domain.french import euros as french_euros

PARIS: Final = ZoneInfo("Europe/Paris")
UNKNOWN: Final = {"fr": "date inconnue", "en": "date unknown"}
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def euros(cents: int, locale: str = "fr") -> str:
    """`1 234 567,50 €`, or `€1,234,567.50`; cents are left out where there are none."""
    if locale == "fr":
        return french_euros(cents)
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}€{whole:,}{f'.{rest:02}' if rest else ''}"


def gain(cents: int, locale: str = "fr") -> str:
    """What came or went: `+ 2 000 000 €`, `− 40 €`, `0 €`."""
    sign = "+" if cents > 0 else "−" if cents < 0 else ""
    return f"{sign}{NO_BREAK if sign else ''}{euros(abs(cents), locale)}"


def short_euros(cents: int, locale: str = "fr") -> str:
    """For the axis of a chart: `2,5 M€`, `750 k€`, `40 €`; rounded to what an axis needs."""
    for size, unit in ((10**8, "M€"), (10**5, "k€")):
        if abs(cents) >= size:
            return f"{number(round(cents / size, 1), locale)}{NO_BREAK}{unit}"
    return f"{number(round(cents / 100), locale)}{NO_BREAK}€"


def number(value: float, locale: str = "fr") -> str:
    """`12 450`, `3,25`; a whole number shows no decimals."""
    text = f"{value:,}".removesuffix(".0")
    return text.translate(str.maketrans(",.", f"{THIN},")) if locale == "fr" else text


def percent(parts: int, locale: str = "fr") -> str:
    """Ten-thousandths of a whole: `33,34 %`, or `33.34%`."""
    return f"{number(parts / 100, locale)}{NO_BREAK if locale == 'fr' else ''}%"


def share(part: float, locale: str = "fr") -> str:
    """A part of a whole: 0.3334 is `33,34 %`, or `33.34%`."""
    return percent(round(part * 10_000), locale)


def points(gap: float, locale: str = "fr") -> str:
    """What lies between two parts: 0.032 is `+ 3,2 points`."""
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    said = number(round(abs(gap) * 100, 2), locale)
    plural = abs(gap) >= 0.02 if locale == "fr" else said != "1"
    return f"{sign}{NO_BREAK if sign else ''}{said}{NO_BREAK}point{'s' if plural else ''}"


def partial(day: str | date | PartialDate | None, locale: str = "fr") -> str:
    """A date as precisely as it is known: `14 février 2008`, `août 2012`, `2008`, `date inconnue`."""
    known = day if isinstance(day, PartialDate) else PartialDate.parse(str(day)) if day else None
    if known is None or known.text is None:
        return UNKNOWN[locale]
    return known.french() if locale == "fr" else english(known.text)


def english(text: str) -> str:
    """`14 February 2008`, `August 2012`, `2008`."""
    year, *rest = text.split("-")
    words = [year, *(MONTHS[int(month) - 1] for month in rest[:1]), *(str(int(day)) for day in rest[1:])]
    return " ".join(reversed(words))


def moment(at: datetime | str, locale: str = "fr") -> str:
    """An instant, as the clocks of Paris show it: `22 novembre 2026 à 11:00`."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    here = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(PARIS)
    return f"{partial(here.date(), locale)} {'à' if locale == 'fr' else 'at'} {here:%H:%M}"


def slip(days: int, locale: str = "fr") -> str:
    """A slip as a committee says it: `+ 6 mois`, `− 12 jours`, `à la date promise`."""
    if days == 0:
        return "à la date promise" if locale == "fr" else "as promised"
    sign, months = "+" if days > 0 else "−", round(abs(days) / DAYS_OF_A_MONTH)
    if months < 1:
        unit = ("jour" if locale == "fr" else "day") + ("s" if abs(days) > 1 else "")
        return f"{sign}{NO_BREAK}{abs(days)}{NO_BREAK}{unit}"
    unit = "mois" if locale == "fr" else "month" + ("s" if months > 1 else "")
    return f"{sign}{NO_BREAK}{months}{NO_BREAK}{unit}"


DAYS_OF_A_MONTH: Final = 30.44
