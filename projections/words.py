"""Texts as people search them: without accents, capitals or punctuation. PostgreSQL has no extension for it here."""

from __future__ import annotations

import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def folded(text: str) -> str:
    """« Condé-sur-l'Escaut » as `conde sur l escaut`: letters and digits, one space between words."""
    plain = unicodedata.normalize("NFKD", text.translate(LIGATURES)).casefold()
    kept = (letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())
