"""Refusals that any fact may meet, whatever it is about."""

from domain.errors.base import BrokenRule, Invalid


class FutureDate(Invalid):
    code = "future-date"
    sentence = "Le fait ({on}) est daté d'après aujourd'hui ({today}) : seules des échéances peuvent être à venir."


class UndatedFact(Invalid):
    code = "undated-fact"
    sentence = "La date du fait est obligatoire ; seule une reprise d'archives peut l'ignorer."


class ReasonMissing(Invalid):
    code = "reason-missing"
    sentence = "Un motif est obligatoire."
    structural = False


class TextOutOfBounds(Invalid):
    code = "text-out-of-bounds"
    sentence = "Le texte doit compter de {least} à {most} caractères, sans caractère nul."


class CountOutOfBounds(Invalid):
    code = "count-out-of-bounds"
    sentence = "Un nombre va de 0 à {most} ({name} : {count})."


class RepeatedValue(Invalid):
    code = "repeated-value"
    sentence = "{value} est cité deux fois."


class NothingToChange(Invalid):
    code = "nothing-to-change"
    sentence = "La commande ne change rien."


class ReferenceTaken(BrokenRule):
    code = "reference-taken"
    sentence = "La référence {reference} est déjà prise."
    structural = True
