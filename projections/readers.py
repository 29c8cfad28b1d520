"""Who reads an operation or an agreement in full: codes kept beside each row, so that searches decide in SQL."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from psycopg import Cursor

from domain.agreement import Agreement
from domain.operation import Operation

Kind = Literal["operation", "agreement"]

# An operation and an agreement may bear the same reference, so both are asked and each answers for itself.
READABLE = """
    SELECT 'operation' AS kind, o.reference FROM portfolio.operation AS o
    WHERE o.reference = ANY(%(references)s) AND o.readers && %(organisations)s::text[]
    UNION ALL
    SELECT 'agreement', a.reference FROM portfolio.agreement AS a
    WHERE a.reference = ANY(%(references)s) AND a.readers && %(organisations)s::text[]
"""


def of_operation(operation: Operation) -> list[str]:
    """Its owner, and those who have a line there."""
    return distinct(operation.owner, *operation.funders)


def of_agreement(agreement: Agreement) -> list[str]:
    """Its leader, those who signed it, and those who set money aside in it."""
    return distinct(
        agreement.leader, *agreement.signatories, *(line.partner for line in agreement.money.lines.values())
    )


def distinct(*codes: str | None) -> list[str]:
    """Each code once, in alphabetical order."""
    return sorted(set(filter(None, codes)))


def readable(cursor: Cursor[Any], references: Collection[str], organisations: Collection[str]) -> set[tuple[Kind, str]]:
    """Which of these operations and agreements somebody who speaks for these organisations reads in full.

    One query, whatever the number. For partners: teams and auditors read all of them, and need not ask.
    """
    asked = {"references": list(references), "organisations": list(organisations)}
    own = cursor.connection.cursor()
    return {(kind, reference) for kind, reference in own.execute(READABLE, asked, prepare=True)}
