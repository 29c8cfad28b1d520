"""The one door for JSON: what comes in is read strictly, what goes out is written compactly."""

from __future__ import annotations

import json
import math
import unicodedata
from typing import Any, NoReturn

from domain.shape import encode

DEEPEST = 20
"""Levels of lists and objects in a body; no command needs more than four."""

Pairs = list[tuple[str, Any]]


class NotJson(ValueError):
    """The body cannot be taken as JSON; its message says why, in French."""


def load(raw: bytes) -> Any:
    """The value of a body, its texts in Unicode normal form C. Raises NotJson.

    Refused besides bad syntax: anything but UTF-8, a key given twice, NaN and infinities, numbers beyond what can be
    held, more than `DEEPEST` levels, and the two characters that no database stores: NUL and lone surrogates.
    """
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_object, parse_float=_finite, parse_constant=_not_a_number)
    except NotJson:
        raise
    except (ValueError, RecursionError) as error:
        raise NotJson(f"Le corps de la demande n'est pas du JSON lisible ({type(error).__name__}).") from error
    return _tidy(value, DEEPEST)


def dump(value: Any) -> bytes:
    """The bytes of a document: no spaces, keys in the order given, letters as they are, dates as the contract says."""
    return encode(value)


def _object(pairs: Pairs) -> dict[str, Any]:
    found = {_text(key): value for key, value in pairs}
    if len(found) < len(pairs):
        raise NotJson("Une clé est donnée deux fois dans le même objet.")
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise NotJson("Un nombre est trop grand.")
    return number


def _not_a_number(name: str) -> NoReturn:
    raise NotJson(f"{name} n'est pas une valeur JSON.")


def _tidy(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (dict, list)):
        if not levels:
            raise NotJson(f"Le corps de la demande a plus de {DEEPEST} niveaux.")
        if isinstance(value, dict):
            return {key: _tidy(each, levels - 1) for key, each in value.items()}
        return [_tidy(each, levels - 1) for each in value]
    return value


def _text(text: str) -> str:
    if text.isascii():
        if "\0" in text:
            raise NotJson("Un texte contient le caractère nul.")
        return text
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotJson("Un texte contient un caractère que rien ne peut représenter.")
    # « é » can be one character or two: references and totals must not depend on the keyboard.
    return unicodedata.normalize("NFC", text)
