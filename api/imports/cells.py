"""What one cell may hold: text, a date, an amount, a JSON list; anything else is refused in French."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from domain.dates import UNKNOWN, PartialDate
from domain.money import LARGEST_CENTS

T = TypeVar("T")

_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,2})?")


class Unreadable(Exception):
    """A cell holds what it may not; the message says why, in French."""


def shown(value: object) -> str:
    """Any value, short and printable, fit for a terminal."""
    text = "".join(each if each.isprintable() else "�" for each in str(value)[:61])
    return text if len(text) <= 60 else f"{text[:60]}…"


def written(value: str, limit: int | None = None) -> str:
    """Text as people write it, surplus spaces at both ends gone: no byte outside UTF-8, no control character."""
    text = value.strip()
    for each in text:
        kind = unicodedata.category(each)
        if kind == "Cs":
            raise Unreadable("des octets ne sont pas de l'UTF-8 : enregistrer le fichier en UTF-8")
        if kind == "Cc" and each not in "\t\r\n":
            raise Unreadable(f"caractère de contrôle interdit (U+{ord(each):04X})")
    if limit and len(text) > limit:
        raise Unreadable(f"{len(text)} caractères au lieu de {limit} au plus")
    return text


def note(value: object) -> str | None:
    """Free text of a JSON list; None when there is none."""
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"« {shown(value)} » n'est pas un texte")
    return written(value or "", 4_000) or None


def partial_date(value: object) -> PartialDate:
    """A date as precise as the source gives it; unknown when there is none."""
    if value is None:
        return UNKNOWN
    if not isinstance(value, str):
        raise Unreadable(f'« {shown(value)} » n\'est pas une date : écrire "AAAA-MM-JJ", "AAAA-MM" ou "AAAA"')
    try:
        return PartialDate.parse(value)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def cents(value: object) -> int:
    """Euros, whole or with two decimals, as euro cents, > 0."""
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        value = Decimal(value.replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unreadable(f"« {shown(value)} » n'est pas un montant : écrire des euros, sans espace ni signe €")
    if value <= 0:
        raise Unreadable(f"« {shown(value)} » : le montant doit être strictement positif")
    if value > LARGEST_CENTS // 100:
        raise Unreadable(f"« {shown(value)} » : le montant est invraisemblable")
    scaled = Decimal(value) * 100
    if scaled != int(scaled):
        raise Unreadable(f"« {shown(value)} » : pas plus de deux décimales")
    return int(scaled)


def chosen(value: object, choices: Mapping[str, T]) -> T:
    """What one word of a closed list stands for."""
    if not isinstance(value, str) or value not in choices:
        raise Unreadable(f"« {shown(value)} » n'est pas dans la liste : {', '.join(choices)}")
    return choices[value]


def json_list(text: str) -> list[dict[str, Any]]:
    """A JSON list of objects; an empty cell is an empty list."""
    if not text:
        return []
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        where = f" (caractère {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"JSON illisible{where}") from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Unreadable("une liste JSON d'objets est attendue : [{…}, {…}]")
    return found


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(f"JSON illisible ({name})")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable(f"« {shown(max(names, key=names.count))} » est cité deux fois")
    return found
