"""The partners that are known from the first start, and how registers write their names."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import cast

from domain.reference import rows
from domain.vocabulary import PartnerKind

_NAME_AND_SCHEME = re.compile(r"(?P<name>[^()]*[^()\s])\s*\(\s*(?P<scheme>[^()]*[^()\s])\s*\)")


@dataclass(frozen=True, slots=True)
class ReferencePartner:
    """A line of partners.csv. siren: 9 digits, only where a document gives it; other_names: former and usual names."""

    code: str
    name: str
    kind: PartnerKind
    siren: str | None
    other_names: tuple[str, ...]


@cache
def reference_partners() -> tuple[ReferencePartner, ...]:
    """All of them, in file order: the authority first, the communes last."""
    return tuple(_partner(row) for row in rows("partners"))


def find_by_name(name: str) -> tuple[str, str | None] | None:
    """The partner's code and its budget line for a name as registers write it; None for an unknown name.

    « Région Nord-Pas-de-Calais » gives ("region", None); « État (DETR) » gives ("etat", "DETR"): text in parentheses
    is the budget line, unless the whole name is known. Case, surplus spaces and the shape of apostrophes do not count;
    accents do.
    """
    whole = _codes().get(_folded(name))
    if whole:
        return whole, None
    parts = _NAME_AND_SCHEME.fullmatch(_tidy(name))
    code = _codes().get(_folded(parts["name"])) if parts else None
    return (code, parts["scheme"]) if parts and code else None


def _partner(row: dict[str, str]) -> ReferencePartner:
    # A test checks that every kind in the file is one of the vocabulary.
    return ReferencePartner(
        code=row["code"],
        name=row["name"],
        kind=cast(PartnerKind, row["kind"]),
        siren=row["siren"] or None,
        other_names=tuple(name for name in row["other_names"].split("|") if name),
    )


@cache
def _codes() -> dict[str, str]:
    return {_folded(name): each.code for each in reference_partners() for name in (each.name, *each.other_names)}


def _tidy(name: str) -> str:
    """NFC, typographic apostrophes made straight, runs of spaces (no-break ones too) made one."""
    return " ".join(unicodedata.normalize("NFC", name).replace("’", "'").split())


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", _tidy(name).casefold())
