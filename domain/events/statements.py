"""Statements: what was known at one moment, under a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.errors import CodeLikeADate, Refusal, UnknownPosition
from domain.event import FirstEvent

if TYPE_CHECKING:
    from domain.statement import Statement

LIKE_A_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


class StatementMade(FirstEvent):
    """What is known at a position gets a name, under which it is found again (arrêté de situation).

    code: its name for ever; never like a date, since changes are asked for between dates or statements alike.
    position: the last entry of the ledger that it takes in, from 1.
    """

    TOPIC = "statement.made"
    RECORD = "statement"
    label = "Situation arrêtée"

    code: str
    title: str
    position: int

    def check(self, statement: Statement) -> Iterator[Refusal]:
        if self.position < 1:
            yield UnknownPosition(field="position", position=self.position)
        if LIKE_A_DATE.fullmatch(self.code):
            yield CodeLikeADate(field="code", statement=self.code)

    def apply(self, statement: Statement) -> None:
        statement.reference, statement.title, statement.position = self.code, self.title, self.position
