"""Entries of the trail in words: what each changed, before and after, and what findings are called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import msgspec
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from api.pages import changed
from api.pages.changed import Said
from api.pages.language import spoken
from domain.territory import commune

Document = dict[str, Any]

MOST: Final = 6
"""Changes that a line of the list shows; the entry itself shows all."""

FINDINGS: Final[dict[str, LazyString]] = {
    "payment_without_document": _("Versement sans pièce"),
    "interim_above_ceiling": _("Acomptes au-dessus du plafond"),
    "started_before_decision": _("Démarrage avant la décision"),
    "delivered_after_limit": _("Livraison après la date limite"),
    "committed_and_paid_by_one": _("Engagement et versement par la même personne"),
}

RECORDS: Final[dict[str, LazyString]] = {
    "operation": _("Opération"),
    "agreement": _("Convention"),
    "partner": _("Partenaire"),
    "account": _("Compte"),
    "token": _("Jeton"),
    "statement": _("Situation arrêtée"),
}


ABOUT: Final = {"agreement": "convention"}
"""Kinds of facts are called in French alone, as they are in the record."""


def changes(found: Mapping[str, list[Any]], most: int | None = None) -> list[Said]:
    """What an entry changed, in words; the first ones only, where there is a most."""
    return [said(field, *ends) for field, ends in map(by_name, islice(found.items(), most))]


def said(field: str, before: Any, after: Any) -> Said:
    """One change in words."""
    name = field.rpartition(".")[2]
    return Said(what(field, spoken()), changed.value(name, before), changed.value(name, after))


@lru_cache(maxsize=4096)
def what(field: str, _language: str) -> str:
    """What a field is called: the same ones come again and again."""
    return changed.what(field.split("."), {})


def by_name(change: tuple[str, list[Any]]) -> tuple[str, list[Any]]:
    """A change whose communes are told by their names."""
    field, ends = change
    return (field, [each and list(map(name, each)) for each in ends]) if field == "communes" else change


def name(code: str) -> str:
    """A commune's name; the code of one that is not known here."""
    found = commune(code)
    return found.name if found else code


def decoded(entry: Document) -> dict[str, list[Any]]:
    """The changes of an entry: the trail gives them as the JSON that it keeps."""
    given = entry["changes"]
    return msgspec.json.decode(given, type=dict[str, list[Any]]) if isinstance(given, msgspec.Raw) else given
