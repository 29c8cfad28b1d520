"""The record in a terminal: partners with their money, and the timeline of one operation."""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import Cursor

from api.french import table
from domain.dates import UNKNOWN, PartialDate
from domain.french import NO_BREAK, euros
from domain.vocabulary import PHASES
from projections import commitments, timeline
from projections.timeline import EntryRow

MARGIN = 21


def partner_lines(cursor: Cursor[Any]) -> Iterator[str]:
    """The partners that have any money in the record, those that bring most first."""
    found = [row for row in commitments.partners(cursor, limit=200) if row.operations or row.allocated_cents]
    found.sort(key=lambda row: (-row.allocated_cents - row.committed_cents, -row.loans_cents, row.name))
    rows = [["partenaire", "opérations", "affecté", "engagé", "payé", "à engager", "à payer", "prêts (à part)"]]
    for row in found:
        figures = row.figures
        amounts = (
            *(figures.allocated_cents, figures.committed_cents, figures.paid_cents),
            *(figures.to_commit_cents, figures.to_pay_cents, figures.loans_cents),
        )
        rows.append([row.name, str(row.operations), *map(euros, amounts)])
    yield from table(rows, right=frozenset(range(1, 8)))


def timeline_lines(cursor: Cursor[Any], reference: str) -> Iterator[str]:
    """Where an operation stands, then every entry in the order in which things happened, each with its sources."""
    head = timeline.operation(cursor, reference)
    assert head is not None, reference
    cost = "inconnu" if head.cost_cents is None else euros(head.cost_cents)
    yield f"{head.title} ({head.reference}), {PHASES[head.phase].lower()}"
    yield f"Coût {cost} ; affecté {euros(head.allocated_cents)}, engagé {euros(head.committed_cents)}"
    if head.undetermined_cents:
        yield f"Reste à déterminer : {euros(head.undetermined_cents)}, qu'aucun financement connu ne couvre"
    yield ""
    found = timeline.entries(cursor, "operation", reference)
    sources = list(dict.fromkeys(document["ref"] for entry in found for document in entry.documents))
    for entry in found:
        yield from entry_lines(entry, sources)
    yield ""
    yield from (f"  [{number}] {source}" for number, source in enumerate(sources, 1))


def entry_lines(entry: EntryRow, sources: Sequence[str | None]) -> Iterator[str]:
    """One entry: when, what, who brings how much, where it is known from, and what the source says."""
    on = PartialDate.parse(entry.on) if entry.on else UNKNOWN
    told = entry.label
    if entry.amount_cents is not None:
        told += f" : {entry.partner}, {euros(entry.amount_cents)}"
    if entry.detail:
        told += f" ({entry.detail})"
    told += "".join(f"{NO_BREAK}[{sources.index(document['ref']) + 1}]" for document in entry.documents)
    if entry.voided_by is not None:
        told += f" — remplacée par l'écriture n° {entry.voided_by}"
    yield from wrapped(told, f"  {on.french():<{MARGIN - 2}}")
    if entry.reason:
        yield from wrapped(f"« {entry.reason} »", " " * MARGIN)


def wrapped(text: str, first: str) -> list[str]:
    """A text as wide as the terminal, its lines under one another. Amounts are not torn apart."""
    width = max(shutil.get_terminal_size((110, 40)).columns - 1, 60)
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * MARGIN,
        break_long_words=False,
        break_on_hyphens=False,
    )
