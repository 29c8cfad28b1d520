"""One line of a register, every cell understood: what it says before the ledger is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeVar
from urllib.parse import urlsplit

from api.imports.cells import Unreadable, cents, chosen, partial_date, shown, written
from api.imports.lists import Decision, Fact, FindPartner, decisions, facts, partner
from api.imports.reading import Line, Refused
from domain.dates import UNKNOWN, PartialDate
from domain.event import Document
from domain.programmes import programmes
from domain.territory import commune
from domain.vocabulary import THEMES, CostBasis, Theme

SIGNATURES = ("agreement_signed", "draft_issued")
"""Kinds of facts that say when an agreement was signed."""

T = TypeVar("T")
Kind = Literal["operation", "agreement"]

_KINDS: Final[dict[str, Kind]] = {"operation": "operation", "agreement": "agreement"}
_BASES: Final[dict[str, CostBasis]] = {"HT": "excl_tax", "TTC": "incl_tax", "not_stated": "not_stated"}
_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An operation or an agreement as one line tells it. line: its number. owner: partner code."""

    line: int
    kind: Kind
    reference: str
    title: str
    programme: str | None
    theme: Theme | None
    communes: tuple[str, ...]
    part_of: str | None
    site: str | None
    owner: str | None
    planned_on: PartialDate
    cost_cents: int | None
    cost_basis: CostBasis
    decisions: tuple[Decision, ...]
    facts: tuple[Fact, ...]
    documents: tuple[Document, ...]


def read_row(line: Line, find: FindPartner) -> Row | list[Refused]:
    """The row, or every cell of it that cannot be read."""
    cells = _Cells(line)
    known = {each.code: each.code for each in programmes()}
    row = Row(
        line=line.number,
        kind=cells.read("record", lambda text: chosen(text, _KINDS), "operation"),
        reference=cells.read("reference", _reference, ""),
        title=cells.read("title", _title, ""),
        programme=cells.read("programme", _if_any(lambda text: chosen(text, known)), None),
        theme=cells.read("theme", _if_any(lambda text: chosen(text, {each: each for each in THEMES})), None),
        communes=cells.read("communes_insee", _communes, ()),
        part_of=cells.read("part_of", _if_any(_reference), None),
        site=cells.read("site", _if_any(lambda text: written(text, 4_000)), None),
        owner=cells.read("owner", _if_any(lambda text: _owner(text, find)), None),
        planned_on=cells.read("planned_on", _if_any(partial_date), None) or UNKNOWN,
        cost_cents=cells.read("cost_eur", _if_any(cents), None),
        cost_basis=cells.read("cost_basis", _basis, "not_stated"),
        decisions=cells.read("commitments", lambda text: decisions(text, find), ()),
        facts=cells.read("milestones", facts, ()),
        documents=cells.read("source_url", _documents, ()),
    )
    lacks = () if cells.refused else _lacks(row)
    return [*cells.refused, *(Refused(row.line, row.reference, *lack) for lack in lacks)] or row


def _lacks(row: Row) -> Iterator[tuple[str, str]]:
    """(column, reason) of what a line of its kind cannot do without, or has no place for."""
    if row.kind == "operation":
        if not row.communes:
            yield "communes_insee", "une opération couvre au moins une commune"
        if row.part_of == row.reference:
            yield "part_of", "se contient elle-même"
        return
    if row.owner is None:
        yield "owner", "une convention a un pilote"
    if row.part_of:
        yield "part_of", "une convention ne fait pas partie d'une autre ligne"
    if any(decision.level == "commitment" for decision in row.decisions):
        yield (
            "commitments",
            "un engagement (commitment) porte sur une opération ; une convention n'affecte (allocation)",
        )
    if not any(fact.kind in SIGNATURES for fact in row.facts):
        yield "milestones", "aucune signature (agreement_signed) : une convention existe à partir de là"


class _Cells:
    """The cells of a line, read one by one; those that cannot be read are kept in `refused`."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.refused: list[Refused] = []

    def read(self, column: str, reader: Callable[[str], T], otherwise: T) -> T:
        """A cell as `reader` understands it; `otherwise` when it does not."""
        try:
            return reader(written(self.line.cells[column]))
        except Unreadable as error:
            self.refused.append(Refused(self.line.number, shown(self.line.reference) or None, column, str(error)))
            return otherwise


def _if_any(reader: Callable[[str], T]) -> Callable[[str], T | None]:
    """An empty cell means that no source says it."""
    return lambda text: reader(text) if text else None


def _basis(text: str) -> CostBasis:
    return chosen(text, _BASES) if text else "not_stated"


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise Unreadable(f"« {shown(text)} » : majuscules sans accent, chiffres et tirets, 64 au plus")
    return text


def _title(text: str) -> str:
    if not text:
        raise Unreadable("l'intitulé est obligatoire")
    return written(text, 300)


def _communes(text: str) -> tuple[str, ...]:
    found = tuple(filter(None, (each.strip() for each in text.split(";"))))
    for insee in found:
        if commune(insee) is None:
            raise Unreadable(f"la commune « {shown(insee)} » n'est pas dans la liste de référence (code INSEE)")
        if found.count(insee) > 1:
            raise Unreadable(f"la commune {insee} est citée deux fois")
    if len(found) > 60:
        raise Unreadable(f"{len(found)} communes au lieu de 60 au plus")
    return found


def _owner(text: str, find: FindPartner) -> str:
    code, scheme = partner(text, find)
    if scheme:
        raise Unreadable(f"« {shown(text)} » : un maître d'ouvrage se nomme sans ligne budgétaire ({shown(scheme)})")
    return code


def _documents(text: str) -> tuple[Document, ...]:
    """Addresses separated by ` | `, each titled by its host."""
    return tuple(_document(each) for each in re.split(r"\s+\|\s+", text) if each)


def _document(address: str) -> Document:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or len(address) > 4_000 or re.search(r"\s", address):
        raise Unreadable(f"« {shown(address)} » n'est pas une adresse (https://…)")
    return Document(title=host, ref=address)
