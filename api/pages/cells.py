"""Cells of tables: made here rather than by macros, since a table has hundreds of them."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext
from markupsafe import Markup, escape

from api.pages.formats import euros
from api.pages.language import spoken

CELL: Final = Markup('<td class="num">%s</td>')
SOFT: Final = Markup('<span class="soft">%s</span>')


def amount(cents: int | None, why: str | None = None) -> Markup:
    """An amount in euros, or why there is none."""
    return SOFT % (why or gettext("non connu")) if cents is None else escape(euros(cents, spoken()))


def money(cents: int | None, why: str | None = None) -> Markup:
    """A cell with an amount."""
    # What is made of figures needs no escaping.
    return CELL % amount(cents, why) if cents is None else Markup(f'<td class="num">{euros(cents, spoken())}</td>')
