"""Refusals: what an operation comes under."""

from domain.errors.base import BrokenRule, Invalid


class UnknownProgramme(Invalid):
    code = "unknown-programme"
    sentence = "Aucun programme ne porte le code {programme}."


class SameProgramme(BrokenRule):
    code = "same-programme"
    sentence = "L'opération relève déjà de {programme}."


class NoProgramme(BrokenRule):
    code = "no-programme"
    sentence = "L'opération ne relève d'aucun programme."


class GenerationNotInForce(BrokenRule):
    code = "generation-not-in-force"
    sentence = (
        "La génération {generation} n'est pas en vigueur à cette date ({on}) ; premier et dernier jours connus : "
        "{valid_from}, {valid_to}."
    )
