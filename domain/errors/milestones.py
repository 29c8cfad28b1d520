"""Refusals: dated steps."""

from domain.errors.base import BrokenRule, Invalid


class UnknownMilestone(Invalid):
    code = "unknown-milestone"
    sentence = "L'opération n'a pas de jalon {milestone}."


class PromiseUndated(Invalid):
    code = "promise-undated"
    sentence = "Une échéance ne peut pas être de date inconnue."


class MilestoneTaken(BrokenRule):
    code = "milestone-taken"
    sentence = "L'opération a déjà un jalon {milestone}."
    structural = True


class MilestoneClosed(BrokenRule):
    code = "milestone-closed"
    sentence = "Le jalon {milestone} est déjà atteint ou supprimé."
