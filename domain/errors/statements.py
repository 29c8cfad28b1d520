"""Refusals: statements."""

from domain.errors.base import Invalid


class UnknownPosition(Invalid):
    code = "unknown-position"
    sentence = "Le registre n'a pas d'écriture à la position {position} : une situation s'arrête sur ce qui est écrit."


class CodeLikeADate(Invalid):
    code = "code-like-a-date"
    sentence = "« {statement} » se lit comme une date : choisissez un code qui n'en soit pas une."
