"""Refusals: putting right."""

from domain.errors.base import BrokenRule, Invalid


class UnknownEntry(Invalid):
    code = "unknown-entry"
    sentence = "L'opération n'a pas d'écriture n° {version}."


class NotCorrectable(Invalid):
    code = "not-correctable"
    sentence = "L'écriture n° {version} n'a pas de champ {name} que l'on puisse rectifier."


class UnreadableChange(Invalid):
    code = "unreadable-change"
    sentence = "La nouvelle valeur de {name} est illisible : {problem}."


class AlreadyVoided(BrokenRule):
    code = "already-voided"
    sentence = "L'écriture n° {version} est déjà annulée."
    structural = True


class NotVoidable(BrokenRule):
    code = "not-voidable"
    sentence = "L'écriture n° {version} ne peut pas être annulée ni rectifiée : {why}."
    structural = True


class EntriesInTheWay(BrokenRule):
    """versions: the entries that would break a rule. blocking: each with the rule's own sentence."""

    code = "entries-in-the-way"
    sentence = "Des écritures s'y opposent. {blocking}."
    structural = True
